"""Pre-notification: each customer is told what is collected, when, and under which mandate."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.directdebit.wording import WORDS, language_of, long_day
from fairdue.cash.models import DebitRun, DirectDebit
from fairdue.foundation import figures
from fairdue.foundation.mail.queue import Mail, Verdict, guard, queue_mail
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import OutgoingMail

KIND = "cash.prenotification"


@dataclass(frozen=True, slots=True)
class Announced:
    """One collection as the customer is told of it."""

    debit: DirectDebit
    number: str
    mandate: str


def announce(ctx: Ctx, run: DebitRun, found: Sequence[Announced], identifier: str) -> tuple[UUID, ...]:
    """Queue one message for each customer and mandate; return the customers without an e-mail address."""
    grouped: defaultdict[UUID, list[Announced]] = defaultdict(list)
    for one in found:
        grouped[one.debit.debtor_id].append(one)
    debtors = parties.debtors(ctx, grouped)
    creditor = parties.creditor(ctx, run.creditor_id)
    name = creditor.name if creditor else ""
    masks = parties.masked_accounts([one.debit.mandate.account_id for one in found if one.debit.mandate])
    reached = [debtor for debtor in grouped if debtors[debtor].email]
    queue_mail(ctx, [
        _mail(run, grouped[debtor], debtors[debtor].email, debtors[debtor].language, name, identifier, masks)
        for debtor in reached
    ])  # fmt: skip
    return tuple(debtor for debtor in grouped if debtor not in set(reached))


def _mail(
    run: DebitRun, found: Sequence[Announced], recipient: str, language: str, name: str, identifier: str,
    masks: dict[UUID, str],
) -> Mail:  # fmt: skip
    lang = language_of(language)
    subject, text = WORDS[lang]
    amount = figures.money_text(sum(one.debit.amount for one in found), run.currency, lang)
    lines = "\n".join(f"{one.number}: {figures.money_text(one.debit.amount, run.currency, lang)}" for one in found)
    day = long_day(run.collect_on, lang)
    first = found[0].debit
    words = {
        "day": day, "amount": amount, "lines": lines, "mandate": found[0].mandate, "identifier": identifier,
        "account": masks.get(first.mandate.account_id if first.mandate else UUID(int=0), ""), "name": name,
    }  # fmt: skip
    return Mail(
        kind=KIND, dedup_key=f"{KIND}:{run.id}:{first.debtor_id}", creditor_id=run.creditor_id, recipient=recipient,
        subject=subject.format(**words), text=text.format(**words), debtor_id=first.debtor_id, subject_id=run.id,
        context={"run": str(run.id)},
    )  # fmt: skip


@guard(KIND)
def still_true(ctx: Ctx, mail: OutgoingMail) -> Verdict:
    """Let an announcement go out as long as its run stands."""
    del ctx
    run = DebitRun.objects.select_for_update().filter(id=UUID(str(mail.context["run"]))).first()
    if run is None or run.cancelled_on is not None:
        return Verdict(send=False, reason="the run was cancelled")
    return Verdict(send=True)
