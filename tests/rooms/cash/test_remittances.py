"""Advices of payers, from the file to posted allocations, whichever comes first."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

import pytest

from fairdue.cash.models import BankLine, Remittance, RemittanceLine
from fairdue.cash.remittances import selectors
from fairdue.cash.remittances.importing import import_remittances, link_remittance
from fairdue.cash.services import accept, put_on_account, reverse, run_matching
from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.files import store
from fairdue.foundation.models import Fact
from fairdue.receivables.services import CreditDraft, record_credits
from tests import make
from tests.rooms.cash.conftest import TODAY, application, entry, import_file, lines, open_proposal, statement, verified
from tests.wire.test_bank_xlsx import workbook
from tests.wire.test_remittance_messages import UBL, X12
from tests.wire.test_remittance_written import HTML, TEXT, message, pdf

REMADV = (
    "UNA:+.? 'UNB+UNOC:3+S+R+260302:1200+1'UNH+1+REMADV:D:96A:UN'BGM+481+AVIS-7+9'DTM+137:{day}:102'"
    "DTM+138:{day}:102'NAD+PR+4000001::9++KAUFMANN KG'CUX+2:EUR:11'DOC+380+RE-2026-04711'MOA+77:100.00'MOA+52:2.00'"
    "MOA+12:98.00'DOC+380+RE-2026-04712'MOA+12:119.00'UNS+S'MOA+12:217.00'UNT+15+1'UNZ+1+1'"
)
TABLE = "Invoice;Gross;Discount;Net\nRE-2026-04711;100,00;2,00;98,00\nRE-2026-04712;119,00;0,00;119,00\n"


def written(day) -> str:
    return TEXT.replace("03.03.2026", f"{day:%d.%m.%Y}")


def bring(bank, content, name="advice", today=TODAY):
    file = store(bank.ctx, content=content, name=name, media_type="application/octet-stream")
    return import_remittances(bank.ctx, file=file.id, creditor=bank.creditor, today=today)


def pay(bank, *entries):
    import_file(bank.ctx, statement(*entries))
    run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
    return lines(bank.creditor)


def invoice(bank, amount, number, **given):
    return make.item(bank.ctx, bank.books, amount, number=number, **given)


def discounted(bank, amount, number, percent=2):
    return invoice(bank, amount, number, discount_percent=Decimal(percent), discount_until=TODAY + timedelta(days=5))


def credit_note(bank, amount, number):
    draft = CreditDraft(
        bank.creditor, bank.debtor, "credit_note", number, "EUR", amount, TODAY, ((AccountRole.REVENUE, amount),)
    )
    return record_credits(bank.ctx, credits_=[draft], today=TODAY)[0]


def two(bank):
    return discounted(bank, 10000, "RE-2026-04711"), invoice(bank, 11900, "RE-2026-04712")


def three(bank):
    return (
        discounted(bank, 123456, "RE-2026-04711"),
        invoice(bank, 11900, "RE-2026-04712"),
        credit_note(bank, 1000, "GS-2026-00033"),
    )


def page(bank):
    invoice(bank, 11900, "RE-2026-04713", days=5)  # so that the sum alone does not give the payment away
    return invoice(bank, 120987, "RE-2026-04711"), invoice(bank, 11900, "RE-2026-04712")


def messages(bank):
    return discounted(bank, 10000, "RE-1"), credit_note(bank, 1000, "GS-1")


def american(bank):
    return (
        discounted(bank, 10000, "INV-4711"), invoice(bank, 11900, "INV-4712"), credit_note(bank, 100, "CN-1"),
    )  # fmt: skip


DAY = f"{TODAY:%Y%m%d}"
FORMATS = {
    "x12.820": (
        american, "advice.edi", "216.00",
        X12.replace("CUR*PR*USD", "CUR*PR*EUR").replace("20260303", DAY).replace("ACME INC", "KAUFMANN KG").encode(),
    ),
    "remadv": (two, "advice.txt", "217.00", REMADV.format(day=DAY).encode()),
    "ubl": (messages, "advice.xml", "88.00", UBL.replace("2026-03-02", f"{TODAY:%Y-%m-%d}").encode()),
    "pdf": (
        two, "advice.pdf", "217.00", pdf("Invoice   Net", "RE-2026-04711   98.00", "RE-2026-04712   119.00",
                                         "Total   217.00"),
    ),
    "xlsx": (
        two, "advice.xlsx", "217.00",
        workbook(("Invoice", "Net"), ("RE-2026-04711", 98), ("RE-2026-04712", 119), ("Total", 217)),
    ),
    "html": (page, "advice.html", "1328.87", HTML.format("").encode()),
    "mail": (three, "advice.eml", "1318.87", message(written(TODAY))),
    "csv": (two, "advice.csv", "217.00", TABLE.encode()),
    "text": (three, "advice.txt", "1318.87", written(TODAY).encode()),
}  # fmt: skip


def left(one):
    from fairdue.receivables.models import Credit

    return make.unapplied(one) if Credit.objects.filter(id=one).exists() else make.residual(one)


@pytest.mark.parametrize("first", ["advice", "money"])
@pytest.mark.parametrize("code", FORMATS)
def test_every_format_is_posted_document_by_document_whichever_comes_first(bank, code, first):
    books, name, amount, content = FORMATS[code]
    with bank.ctx.open():
        owed = books(bank)
        steps = [lambda: bring(bank, content, name), lambda: pay(bank, entry(amount, "Sammelzahlung"))]
        for step in steps if first == "advice" else reversed(steps):
            step()
        (line,) = lines(bank.creditor)
        row = Remittance.objects.get()
        assert (row.state, row.line_id, row.link) == ("linked", line.id, "payer")
        done = application(line.id)
        assert (line.state, done.how, done.on_account) == ("applied", "automatic", 0)
        assert [left(one) for one in owed] == [0] * len(owed)
        assert (done.proposal.source, done.proposal.step) == ("remittance", "exact" if code == "html" else "discount")
    assert verified(bank.ctx) == []


def test_the_same_file_again_changes_nothing_under_any_name(bank):
    with bank.ctx.open():
        two(bank)
        made = bring(bank, TABLE.encode(), "a.csv")
        facts = Fact.objects.count()
        assert bring(bank, TABLE.encode(), "b.csv") == made
        assert (Remittance.objects.count(), RemittanceLine.objects.count(), Fact.objects.count()) == (1, 2, facts)
        row = Remittance.objects.get()
        assert row.sha256 == hashlib.sha256(TABLE.encode()).hexdigest()


def test_an_advice_by_mail_and_by_message_is_one_and_the_second_waits(bank):
    with bank.ctx.open():
        two(bank)
        bring(bank, TABLE.encode(), "a.csv")
        bring(bank, TABLE.encode() + b"\n", "b.csv")
        pay(bank, entry("217.00", "Sammelzahlung"))
        assert sorted(Remittance.objects.values_list("state", flat=True)) == ["linked", "waiting"]


def test_a_wrong_total_is_a_finding_and_never_posted_by_the_machine(bank):
    wrong = written(TODAY).replace("1.318,87", "1.418,87").encode()
    with bank.ctx.open():
        owed = three(bank)
        bring(bank, wrong, "advice.txt")
        row = Remittance.objects.get()
        assert [one["code"] for one in row.findings] == ["remittance.total"]
        (line,) = pay(bank, entry("1418.87", "RE-2026-04711"))
        assert (Remittance.objects.get().state, line.state) == ("linked", "proposed")
        proposal = open_proposal(line.id)
        assert not proposal.automatic
        assert "A person must decide: the lines of the advice come to 1318.87 EUR, and it states 1418.87 EUR." in (
            proposal.reason
        )
        assert [left(one) for one in owed] == [123456, 11900, 1000]
        assert selectors.remittance(bank.ctx, row.id).doubt.startswith("the lines of the advice")


def test_an_advice_over_another_amount_than_its_payment_waits_for_a_person(bank):
    with bank.ctx.open():
        two(bank)
        bring(bank, REMADV.format(day=DAY).encode())
        (line,) = pay(bank, entry("219.00", "RE-2026-04711 RE-2026-04712", reference="AVIS-7"))
        assert Remittance.objects.get().link == "reference"
        proposal = open_proposal(line.id)
        assert (line.state, proposal.automatic) == ("proposed", False)
        assert "the advice is over 217.00 EUR, and the payment is not" in proposal.reason
        accept(bank.ctx, proposal=proposal.id, today=TODAY)
        assert BankLine.objects.get(id=line.id).state == "applied"


def test_what_a_payer_keeps_back_becomes_a_deduction_with_his_reason(bank):
    table = "Invoice;Net;Reason\nRE-2026-04711;90,00;Fracht\nRE-2026-04712;119,00;\n"
    with bank.ctx.open():
        owed = (invoice(bank, 10000, "RE-2026-04711"), invoice(bank, 11900, "RE-2026-04712"))
        bring(bank, table.encode(), "a.csv")
        (line,) = pay(bank, entry("209.00", "Sammelzahlung"))
        proposal = open_proposal(line.id) if line.state == "proposed" else application(line.id).proposal
        assert (proposal.source, proposal.step) == ("remittance", "short")
        if line.state == "proposed":
            accept(bank.ctx, proposal=proposal.id, today=TODAY)
        assert [left(one) for one in owed] == [1000, 0]
        fact = Fact.objects.get(type="cash.deduction_recorded")
        assert (fact.payload["amount"]["minor"], fact.payload["reason"]) == (1000, "Freight (“Fracht (RE-2026-04711)”)")


def test_a_payment_on_account_is_linked_and_left_as_it_is(bank):
    with bank.ctx.open():
        (line,) = pay(bank, entry("217.00", "ohne Angabe"))
        if line.state in {"received", "proposed"}:
            put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        two(bank)
        bring(bank, TABLE.encode(), "a.csv")
        assert Remittance.objects.get().line_id == line.id
        assert BankLine.objects.get(id=line.id).state == "on_account"


def test_a_reversal_lets_the_advice_speak_again_only_to_a_person(bank):
    with bank.ctx.open():
        two(bank)
        bring(bank, TABLE.encode(), "a.csv")
        (line,) = pay(bank, entry("217.00", "Sammelzahlung"))
        reverse(bank.ctx, application=application(line.id).id, reason="wrong", today=TODAY)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id])
        assert open_proposal(line.id).source != "remittance"


def test_two_payments_that_fit_are_left_to_a_person_who_links_one(bank):
    with bank.ctx.open():
        two(bank)
        bring(bank, TABLE.encode(), "a.csv")
        first, second = pay(bank, entry("217.00", "eins"), entry("217.00", "zwei"))
        row = Remittance.objects.get()
        assert row.state == "waiting"
        waiting = [line for line in (first, second) if line.state in {"received", "proposed"}]
        link_remittance(bank.ctx, remittance=row.id, line=waiting[-1].id, today=TODAY)
        row.refresh_from_db()
        assert (row.state, row.link) == ("linked", "person")
        other = bring(bank, TABLE.encode() + b"\n\n", "b.csv")[0]
        with pytest.raises(RefusedError, match="has an advice already"):
            link_remittance(bank.ctx, remittance=other, line=waiting[-1].id, today=TODAY)


def test_a_link_that_a_person_took_away_is_not_made_again(bank):
    with bank.ctx.open():
        bring(bank, TABLE.encode(), "a.csv")
        (line,) = pay(bank, entry("217.00", "Sammelzahlung"))
        row = Remittance.objects.get()
        link_remittance(bank.ctx, remittance=row.id, line=line.id, today=TODAY)
        link_remittance(bank.ctx, remittance=row.id, line=None, today=TODAY)
        two(bank)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id])
        row.refresh_from_db()
        assert (row.state, row.line_id) == ("set_aside", None)
        assert Fact.objects.filter(type__startswith="remittance.").count() == 3


def test_a_link_to_what_is_no_payment_of_the_creditor_is_refused(bank):
    with bank.ctx.open():
        row = bring(bank, TABLE.encode(), "a.csv")[0]
        with pytest.raises(RefusedError, match="no such payment"):
            link_remittance(bank.ctx, remittance=row, line=bank.debtor, today=TODAY)
        with pytest.raises(RefusedError, match="no such advice"):
            link_remittance(bank.ctx, remittance=bank.debtor, line=None, today=TODAY)
        dollars = bring(bank, X12.encode(), "x.edi")[0]
        (line,) = pay(bank, entry("5.00", "x"))
        with pytest.raises(RefusedError, match="in USD, the payment in EUR"):
            link_remittance(bank.ctx, remittance=dollars, line=line.id, today=TODAY)


def test_an_advice_without_documents_is_kept_and_says_so(bank):
    with bank.ctx.open():
        bring(bank, message("Dear all, we have paid you. Regards"), "mail.eml")
        row = Remittance.objects.get()
        assert [one["code"] for one in row.findings] == ["remittance.no_documents"]


def test_what_is_no_advice_and_a_creditor_that_is_none_are_refused(bank):
    with bank.ctx.open():
        with pytest.raises(RefusedError, match="none of the known advices"):
            bring(bank, b"\x00\x01\x02", "noise")
        file = store(bank.ctx, content=b"x", name="x", media_type="text/plain")
        with pytest.raises(RefusedError, match="no such creditor"):
            import_remittances(bank.ctx, file=file.id, creditor=bank.debtor, today=TODAY)


def test_the_payers_account_is_sealed_and_links(bank):
    from fairdue.cash.formats.lines import Party
    from fairdue.cash.formats.remittance import Remittance as Read
    from fairdue.cash.remittances.importing import _row

    with bank.ctx.open():
        account = "DE02500105170137075030"
        file = store(bank.ctx, content=b"x", name="x", media_type="text/plain")
        read = Read("text", (), Party("Kaufmann KG", account))
        row = _row(bank.ctx, read, 1, (bank.creditor, file.id, "0" * 64), TODAY)
        (line,) = pay(bank, entry("1.00", "x", iban=account))
        assert row.payer_blind == line.payer_blind
        assert account.encode() not in bytes(row.payer_sealed)
        assert row.payer_masked == "DE\u2026 5030"


def test_advices_are_listed_newest_first_and_found_by_document(bank):
    with bank.ctx.open():
        first = bring(bank, TABLE.encode(), "a.csv")[0]
        second = bring(bank, REMADV.format(day=DAY).encode(), "b.txt")[0]
        assert [one.id for one in selectors.remittances(bank.ctx)] == [second, first]
        assert [one.id for one in selectors.remittances(bank.ctx, q="AVIS-7")] == [second]
        assert {one.id for one in selectors.remittances(bank.ctx, q="RE-2026-04711")} == {first, second}
        newest = selectors.remittances(bank.ctx, limit=1)[0]
        rest = selectors.remittances(bank.ctx, after=(newest.imported_at, newest.id))
        assert [one.id for one in rest] == [first]
        shown = selectors.remittance(bank.ctx, second)
        assert [(one.number, one.gross, one.discount, one.net) for one in shown.documents] == [
            ("RE-2026-04711", 10000, 200, 9800), ("RE-2026-04712", None, 0, 11900),
        ]  # fmt: skip
        assert selectors.remittance(bank.ctx, bank.debtor) is None
