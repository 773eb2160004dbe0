"""What is known about a customer's accounts before money is paid to one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Max

from fairdue.core.parties.names import fingerprint
from fairdue.foundation.models import Fact
from fairdue.parties.models import Debtor, DebtorAccount

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_TOUCHED = ("debtor.account_known", "debtor.account_proposed", "debtor.account_approved")


@dataclass(frozen=True, slots=True)
class PayableAccount:
    """An account of a customer; `rests_since` is the last day on which it was told, proposed or approved."""

    id: UUID
    masked: str
    holder: str
    approved: bool
    rests_since: date | None
    holder_is_customer: bool
    blind: str


def payable_accounts(ctx: Ctx, debtor: UUID) -> list[PayableAccount]:
    """Return the accounts of a customer that are not retired, approved ones first; nothing is decrypted."""
    rows = DebtorAccount.objects.filter(debtor_id=debtor).exclude(state=DebtorAccount.State.RETIRED).order_by("id")
    known, owner = list(rows), Debtor.objects.filter(id=debtor).first()
    name = fingerprint(owner.name) if owner else ""
    touched = Fact.objects.filter(tenant_id=ctx.tenant, subject_id__in=[row.id for row in known], type__in=_TOUCHED)
    since = dict(touched.values_list("subject_id").annotate(Max("happened_on")))
    found = [
        PayableAccount(
            row.id, row.masked, row.holder, row.state == DebtorAccount.State.APPROVED, since.get(row.id),
            bool(name) and fingerprint(row.holder) == name, row.blind,
        )
        for row in known
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.approved)
