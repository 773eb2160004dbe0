"""Whatever is done with payments, no money is lost; and once all of it is taken back, nothing of it is left."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from fairdue.cash.account.uses import accept_use, propose_uses, refuse_use, reverse_use
from fairdue.cash.models import BankLine, CashApplication, CashReturn, CreditUse, PayerAccount, PayerMemory, Refund
from fairdue.cash.refunding.tasks import dismiss_refund, open_refund
from fairdue.cash.returns.taking_back import take_back, undo_return
from fairdue.cash.services import Chosen, change, not_receivable, put_on_account, reverse, run_matching
from fairdue.core.findings import RefusedError
from fairdue.core.matching import AdjustmentKind
from fairdue.foundation.models import Fact
from fairdue.receivables import selectors
from fairdue.receivables.models import Allocation, Credit, JournalLine, OpenItem
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, import_file, statement, verified
from tests.rooms.cash.test_returned_money import LATER, back

AMOUNTS = (10000, 20000, 15050)
KINDS = ("", "discount", "bank_charge", "small_difference")
ACTIONS = (
    "match", "choose", "on account", "aside", "use", "refuse use", "refund", "dismiss", "reverse", "reverse use",
    "return", "undo return",
)  # fmt: skip
STEP = st.tuples(
    st.sampled_from(ACTIONS), st.integers(0, 3), st.integers(1, 7), st.integers(0, 25000), st.sampled_from(KINDS)
)


def world(bank):
    items = [make.item(bank.ctx, bank.books, amount, number=f"RE-2026-1000{at}") for at, amount in enumerate(AMOUNTS)]
    import_file(bank.ctx, statement(
        entry("100.00", "RE-2026-10000", end_to_end="E-1"), entry("150.00", "RE-2026-10001", reference="B-2"),
        entry("351.00", "RE-2026-10001 RE-2026-10002", reference="B-3", name="Anders KG", iban=""),
        entry("33.00", "?", name="Nobody", iban="NL91ABNA0417164300"),
        back("103.00", "AM04", end_to_end="E-1"), back("150.00", "FOCR", reference="B-2"),
    ))  # fmt: skip
    return items


def state_of(bank):
    """Return what must be as before: balances, what is open, the lines, who is known to pay."""
    rows = selectors.trial_balance(bank.ctx, creditor=bank.creditor, as_of=LATER + timedelta(days=400))
    return {
        "books": {row.code: row.balance for row in rows if row.balance},
        "items": list(
            OpenItem.objects.filter(residual__gt=0).order_by("number").values_list("number", "residual")
        ),  # a fee that was charged on stays as an item with nothing left
        "credits": list(
            Credit.objects.order_by("id").values_list("id", "unapplied", "functional_unapplied", "debtor_id")
        ),
        "lines": list(BankLine.objects.order_by("id").values_list("id", "state")),
        "accounts": list(PayerAccount.objects.filter(times__gt=0).values_list("blind", "debtor_id", "times")),
        "names": list(PayerMemory.objects.filter(times__gt=0).values_list("kind", "key", "debtor_id", "times")),
    }


def money_is_all_there():
    """Check from raw rows that no credit and no item has lost or gained anything, and that the journal balances."""
    for credit in Credit.objects.all():
        used = Allocation.objects.filter(credit_id=credit.id).aggregate(all=Sum("credit_amount"))["all"] or 0
        assert credit.amount == credit.unapplied + used
    for item in OpenItem.objects.all():
        paid = Allocation.objects.filter(item_id=item.id).aggregate(all=Sum("amount"))["all"] or 0
        assert item.amount == item.residual + paid
        assert item.residual >= 0
    assert (JournalLine.objects.aggregate(all=Sum("amount"))["all"] or 0) == 0
    standing = set(CashApplication.objects.filter(reversed_on__isnull=True).values_list("line_id", flat=True))
    decided = BankLine.objects.filter(state__in=["applied", "on_account", "not_receivable"], amount__gt=0)
    assert standing == set(decided.values_list("id", flat=True))


def chosen(items, line, mask, amount, kind):
    """Return a choice that mostly fits: parts of the picked items, sometimes more than the payment or an item has."""
    picked = [item for at, item in enumerate(items) if mask >> at & 1]
    share = min(1 + amount, line.amount // len(picked))
    parts = [Chosen(item, min(share, make.residual(item) or share)) for item in picked]
    if kind:
        parts[0] = Chosen(picked[0], parts[0].amount, 1 + amount % 400, AdjustmentKind(kind))
    return parts


def do(bank, items, step):  # noqa: PLR0912 - one branch for each action
    action, which, mask, amount, kind = step
    line = BankLine.objects.filter(amount__gt=0).order_by("entry")[which]
    ctx, credit = bank.ctx, line.credit_id
    use = CreditUse.objects.filter(credit_id=credit).order_by("-id").first()
    refund = Refund.objects.filter(credit_id=credit).order_by("-id").first()
    match action:
        case "match":
            run_matching(ctx, creditor=bank.creditor, today=TODAY)
        case "choose":
            change(ctx, line=line.id, chosen=chosen(items, line, mask, amount, kind), today=TODAY)
        case "on account":
            put_on_account(ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        case "aside":
            not_receivable(ctx, line=line.id, reason="wages", today=TODAY)
        case "use":
            propose_uses(ctx, debtors=[bank.debtor], today=TODAY)
            for one in CreditUse.objects.filter(state="open").order_by("id")[:1]:
                accept_use(ctx, use=one.id, today=TODAY)
        case "refuse use" if use:
            refuse_use(ctx, use=use.id, today=TODAY)
        case "refund":
            open_refund(ctx, credit=credit, amount=1 + amount, reason="too much", today=TODAY)
        case "dismiss" if refund:
            dismiss_refund(ctx, refund=refund.id, reason="it stays", today=TODAY)
        case "reverse":
            for one in CashApplication.objects.filter(line_id=line.id, reversed_on__isnull=True):
                reverse(ctx, application=one.id, reason="wrong", today=TODAY)
        case "reverse use" if use:
            reverse_use(ctx, use=use.id, reason="wrong", today=TODAY)
        case "return":
            out = BankLine.objects.filter(amount__lt=0).order_by("entry")[which % 2]
            line = BankLine.objects.filter(amount__gt=0).order_by("entry")[which % 2]
            picked = [item for at, item in enumerate(items) if mask >> at & 1] if kind == "bank_charge" else None
            take_back(ctx, line=out.id, original=line.id, items=picked, today=LATER, charge_fee=kind == "discount")
        case "undo return":
            for one in CashReturn.objects.filter(original_id=line.id, undone_on__isnull=True):
                undo_return(ctx, returned=one.id, reason="wrong", today=LATER)
        case _:
            pass


def take_everything_back(bank):
    for one in CashReturn.objects.filter(undone_on__isnull=True).order_by("-id"):
        undo_return(bank.ctx, returned=one.id, reason="undo", today=LATER)
    for one in CashApplication.objects.filter(reversed_on__isnull=True).order_by("-id"):
        reverse(bank.ctx, application=one.id, reason="undo", today=LATER)
    BankLine.objects.filter(amount__gt=0, state="proposed").update(state="received")


def facts_are_a_chain():
    """Each application was told when it was made, and told again when it was taken back; none is told twice."""
    made = CashApplication.objects.count()
    reversed_by_hand = Fact.objects.filter(type="cash.reversed").count()
    returned = CashReturn.objects.filter(application_id__isnull=False, items=[]).count()
    whole = CashApplication.objects.filter(reversal_reason__startswith="returned by the bank").count()
    assert made == reversed_by_hand + whole
    assert returned <= made
    used = CreditUse.objects.filter(state__in=["accepted", "reversed"]).count()
    assert Fact.objects.filter(type="cash.use_accepted").count() == used
    assert Fact.objects.filter(type="cash.use_reversed").count() == used
    undone = Fact.objects.filter(type="payment.return_undone").count()
    assert undone == CashReturn.objects.count()


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@example([("match", 0, 1, 319, ""), ("return", 0, 1, 0, "")])
@example([("match", 0, 1, 0, ""), ("return", 1, 1, 0, "discount"), ("undo return", 1, 1, 0, "")])
@example([("on account", 0, 1, 0, ""), ("use", 0, 1, 0, ""), ("return", 0, 1, 0, "discount")])
@given(st.lists(STEP, min_size=1, max_size=7))
def test_whatever_is_done_the_money_is_all_there_and_undoing_it_leaves_nothing(bank, steps):
    with bank.ctx.open():
        items = world(bank)
        before = state_of(bank)
        for step in steps:
            try:
                with transaction.atomic():
                    do(bank, items, step)
                event(step[0])
            except RefusedError:
                event(f"{step[0]} refused")  # an answer; it must change nothing, which the checks below would show
            money_is_all_there()
        take_everything_back(bank)
        money_is_all_there()
        facts_are_a_chain()
        assert state_of(bank) == before
        assert verified(bank.ctx) == []
        transaction.set_rollback(True)
