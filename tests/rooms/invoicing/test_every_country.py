"""From parties and orders that came in by the doors to files that pass the official rules, country by country.

The verdict is that of the official rules where a package carries them. `sound` stands where they are imported by the
operator (Peppol, FatturaPA, FA(3)): valid where they are on this machine, else not checked, and never with a finding of
our own reading. `shown` is a file for people, which no rule judges.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests import make
from tests.rooms.invoicing import entered

from fairdue.core.findings import RefusedError, Severity, errors
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing import services
from fairdue.invoicing.formats.registry import read, write
from fairdue.invoicing.models import Invoice
from fairdue.invoicing.validation.pool import validate
from fairdue.receivables import services as receivables

TODAY = date(2026, 9, 7)
CASES = """
DE | DE firm   | goods    | REF | S  | xrechnung-ubl xrechnung-cii xrechnung-pdf factur-x factur-x-extended | valid
DE | DE firm   | goods    | REF | S  | peppol-bis         | sound
DE | DE office | services |     | S  | xrechnung-ubl xrechnung-cii | valid
DE | DE person | goods    | REF | S  | factur-x cii       | valid
DE | AT firm   | goods    | REF | K  | xrechnung-ubl cii  | valid
DE | AT firm   | services | REF | AE | xrechnung-cii ubl  | valid
DE | CH firm   | goods    |     | G  | ubl factur-x       | valid
DE | CH firm   | services |     | O  | ubl cii factur-x   | valid
AT | AT firm   | goods    |     | S  | ubl factur-x       | valid
AT | AT office | services | Z01 | S  | ubl                | valid
AT | AT office | services | Z01 | S  | peppol-bis         | sound
IT | IT firm   | goods    |     | S  | fatturapa          | sound
IT | IT pec    | services |     | S  | fatturapa          | sound
IT | IT office | goods    | CIG Z123456789 CUP J11B17000000001 | S | fatturapa | sound
IT | IT person | goods    |     | S  | fatturapa          | sound
IT | DE firm   | goods    |     | K  | fatturapa          | sound
IT | DE firm   | services |     | AE | fatturapa          | sound
IT | CH firm   | goods    |     | G  | fatturapa          | sound
IT | CH firm   | services |     | O  | fatturapa          | sound
IT | DE person | goods    |     | S  | fatturapa          | sound
PL | PL firm   | goods    |     | S  | ksef-fa3           | sound
PL | PL person | services |     | S  | ksef-fa3           | sound
PL | DE firm   | goods    |     | K  | ksef-fa3           | sound
PL | DE firm   | services |     | AE | ksef-fa3           | sound
PL | CH firm   | goods    |     | G  | ksef-fa3           | sound
PL | CH firm   | services |     | O  | ksef-fa3           | sound
CH | CH firm   | goods    |     | S  | ubl                | valid
CH | CH firm   | services |     | S  | qr-bill            | shown
CH | DE firm   | services |     | O  | ubl                | valid
CH | DE firm   | goods    |     | G  | pdf                | shown
NL | NL firm   | goods    |     | S  | peppol-bis         | sound
NL | BE firm   | services |     | AE | peppol-bis         | sound
BE | BE firm   | goods    |     | S  | peppol-bis         | sound
BE | NL firm   | goods    |     | K  | peppol-bis         | sound
SE | SE firm   | goods    |     | S  | peppol-bis         | sound
SE | NO firm   | services |     | O  | peppol-bis         | sound
DK | DK firm   | services |     | S  | peppol-bis         | sound
NO | NO firm   | goods    |     | S  | peppol-bis         | sound
FR | FR firm   | goods    |     | S  | ctc-fr-ubl ctc-fr-cii | valid
FR | FR firm   | services |     | S  | ctc-fr-pdf         | valid
FR | DE firm   | goods    |     | K  | ubl factur-x       | valid
ES | ES firm   | goods    |     | S  | ubl                | valid
ES | ES office | services |     | S  | factur-x           | valid
PT | PT firm   | goods    |     | S  | ubl                | valid
GB | GB firm   | services |     | S  | ubl                | valid
GB | DE firm   | goods    |     | G  | pdf                | shown
US | US firm   | goods    |     | O  | pdf                | shown
AU | AU firm   | goods    |     | S  | pdf                | shown
AU | AU firm   | services |     | S  | ubl                | valid
IN | IN firm   | goods    |     | S  | pdf                | shown
"""
PREPAID = """
DE | DE firm | goods    | REF | S | xrechnung-ubl factur-x | valid
IT | IT firm | goods    |     | S | fatturapa | sound
PL | PL firm | services |     | S | ksef-fa3 | sound
FR | FR firm | goods    |     | S | ctc-fr-cii | valid
BE | BE firm | goods    |     | S | peppol-bis | sound
"""
IMPORTED = frozenset({"peppol-bis", "fatturapa", "ksef-fa3"})
"""Formats whose official rules no package may carry."""
UNITS = {"goods": "C62", "services": "HUR"}


def cases(text):
    return [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]


def ordered(ctx, country, buyer, supply, reference, formats, who="", field=""):
    """Enter seller, buyer and an order; where the law decides (over a border) the order leaves its tax open."""
    creditor = entered.seller(ctx, country, formats, TODAY, field if who == "seller" else "")
    debtor = entered.buyer(ctx, creditor, buyer, TODAY, field if who == "buyer" else "")
    home = buyer.startswith(country)
    rate = entered.RATES.get(country) if home else None
    line = entered.line(
        rate, category="S" if rate else "O" if home else "", unit=UNITS[supply], nature=supply, delivered_on=TODAY
    )
    currency = entered.CURRENCIES.get(country, "EUR")
    return make.Books(creditor, debtor), entered.order(ctx, creditor, debtor, currency, line, TODAY, reference)


def content(invoice):
    return from_wire(Invoice.objects.get(id=invoice).content)[0]


def told(ctx, draft):
    [preview] = services.preview_issue(ctx, drafts=[draft], today=TODAY)
    return preview.findings


def verdict(invoice, code):
    """What the rules say of one file, in the words of the tables."""
    written = write(code, invoice).content
    record = validate(written, code=code)
    found = [one.code for one in record.findings if one.severity is Severity.ERROR]
    if code in {"pdf", "qr-bill"}:
        return "shown" if written.startswith(b"%PDF-") and record.state == "not_checked" else "?"
    if record.state == "not_checked" and code in IMPORTED:
        again, unread = read(written)
        return "sound" if not found and again is not None and unread == () else f"{found} {unread}"
    return str(record.state) if not found else f"{record.state} {found}"


def fits(got, wanted):
    return got == wanted or (wanted == "sound" and got == "valid")


@pytest.mark.parametrize("case", cases(CASES), ids=lambda case: " ".join(case[:3]) + f" {case[5]}")
def test_an_order_becomes_an_invoice_and_a_credit_note_that_pass(ctx, case):
    country, buyer, supply, reference, category, formats, wanted = case
    with ctx.open():
        _, order = ordered(ctx, country, buyer, supply, reference, formats.split())
        draft = services.draft_from_order(ctx, order=order, today=TODAY)
        issued = services.issue_invoice(ctx, draft=draft, today=TODAY)
        note = services.credit_invoice(ctx, invoice=issued, reason="Returned", today=TODAY)
        documents = [content(issued), content(note)]
    assert [line.category for line in documents[0].lines] == [category]
    for document in documents:
        for code in formats.split():
            got = verdict(document, code)
            assert fits(got, wanted), (document.type, code, got)


@pytest.mark.parametrize("case", cases(PREPAID), ids=lambda case: " ".join(case[:2]))
def test_a_prepayment_and_its_final_invoice_pass(ctx, case):
    country, buyer, supply, reference, _, formats, wanted = case
    with ctx.open():
        books, order = ordered(ctx, country, buyer, supply, reference, formats.split())
        draft = services.draft_prepayment(ctx, order=order, percent="40", today=TODAY)
        prepaid = services.issue_invoice(ctx, draft=draft, today=TODAY)
        owed = Invoice.objects.get(id=prepaid).payable
        credit = make.payment(ctx, books, owed, on=TODAY, currency=entered.CURRENCIES.get(country, "EUR"))
        paid = receivables.Applied(prepaid, owed, credit)
        receivables.allocate(ctx, lines=[paid], effective_on=TODAY, today=TODAY)
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=order, today=TODAY), today=TODAY)
        documents = [content(prepaid), content(final)]
    for document in documents:
        for code in formats.split():
            got = verdict(document, code)
            assert fits(got, wanted), (document.type, code, got)


MISSING = """
DE | DE office | services | xrechnung-ubl | buyer routing     | error BR-DE-15 references.buyer
DE | DE office | services | xrechnung-ubl | seller phone      | error BR-DE-6 seller.contact.phone
DE | DE office | services | xrechnung-ubl | seller postcode   | error BR-DE-4 seller.address.postcode
DE | DE office | services | xrechnung-ubl | buyer postcode    | error BR-DE-9 buyer.address.postcode
DE | DE office | services | xrechnung-ubl | seller iban       | error BR-DE-1 payment
DE | DE office | services | xrechnung-ubl | buyer city        | error content.address buyer.address.city
DE | DE firm   | goods    | xrechnung-ubl | buyer reference   | warning BR-DE-15 references.buyer
DE | DE firm   | goods    | peppol-bis    | buyer peppol      | warning format.peppol buyer.endpoint
DE | DE firm   | goods    | ubl           | seller vat_id     | error BR-S-02 seller.vat_id
IT | IT person | goods    | fatturapa     | buyer tax         | error format.fattura buyer.vat_id
IT | IT firm   | goods    | fatturapa     | buyer street      | error format.fattura buyer.address
IT | IT firm   | goods    | fatturapa     | buyer postcode    | error format.fattura buyer.address.postcode
IT | IT firm   | goods    | fatturapa     | seller vat_id     | error BR-S-02 seller.vat_id
IT | IT office | goods    | fatturapa     | buyer reference   | warning content.it.cig references.tender
IT | IT firm   | goods    | fatturapa     | seller rea        | warning content.it.rea seller.legal_form
PL | PL firm   | goods    | ksef-fa3      | seller vat_id     | error BR-S-02 seller.vat_id
PL | PL firm   | goods    | ksef-fa3      | buyer vat_id      | warning content.pl.buyer_nip buyer.vat_id
CH | CH firm   | goods    | qr-bill       | seller iban       | warning format.qr_bill payment.transfers
NL | NL firm   | goods    | peppol-bis    | seller street     | warning NL-R-002 seller.address
NL | NL firm   | goods    | peppol-bis    | buyer postcode    | warning NL-R-004 buyer.address
DK | DK firm   | goods    | peppol-bis    | seller register_id | warning DK-R-014 seller.registration
SE | SE firm   | goods    | peppol-bis    | seller tax        | warning content.se.f_tax seller.legal_form
NO | NO firm   | goods    | peppol-bis    | seller register   | warning content.no.register seller.legal_form
AT | AT office | services | ubl           | buyer reference   | warning content.at.order references.buyer
FR | FR firm   | goods    | ctc-fr-ubl    | seller capital    | warning content.fr.capital seller.legal_form
ES | ES office | services | ubl           | buyer routing     | warning content.es.dir3 buyer.identifiers
GB | GB firm   | goods    | pdf           | seller vat_id     | error BR-S-02 seller.vat_id
AU | AU firm   | goods    | pdf           | seller vat_id     | error BR-S-02 seller.vat_id
IN | IN firm   | goods    | pdf           | buyer region      | warning content.in.place buyer.address.subdivision
"""


@pytest.mark.parametrize("case", cases(MISSING), ids=lambda case: f"{case[1]} without {case[4]}")
def test_a_field_that_is_missing_is_named_before_a_number_is_drawn(ctx, case):
    country, buyer, supply, code, field, wanted = case
    who, _, name = field.partition(" ")
    with ctx.open():
        reference = "" if name == "reference" else "REF"
        if name == "routing":
            reference = ""
        _, order = ordered(ctx, country, buyer, supply, reference, [code], who, name)
        draft = services.draft_from_order(ctx, order=order, today=TODAY)
        found = told(ctx, draft)
        if errors(found):
            with pytest.raises(RefusedError):
                services.issue_invoice(ctx, draft=draft, today=TODAY)
            assert not Invoice.objects.exists()
    said = [f"{one.severity.value} {one.code} {one.path}" for one in found]
    weight, rule, path = wanted.split()
    assert any(one.startswith(f"{weight} {rule}") and one.endswith(f" {path}") for one in said), said


def test_what_was_missing_is_filled_in_and_the_invoice_goes(ctx):
    from fairdue.parties.services import set_identifier

    with ctx.open():
        books, order = ordered(ctx, "DE", "DE office", "services", "", ["xrechnung-ubl"], "buyer", "routing")
        draft = services.draft_from_order(ctx, order=order, today=TODAY)
        assert [one.path for one in errors(told(ctx, draft))] == ["references.buyer"]
        set_identifier(ctx, debtor=books.debtor, scheme="routing", value="04011000-12345-03", today=TODAY)
        assert errors(told(ctx, draft)) == ()
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    assert invoice.references.buyer == "04011000-12345-03"
    assert verdict(invoice, "xrechnung-ubl") == "valid"


def test_a_polish_final_invoice_settles_its_advance_by_the_number_that_ksef_gave(ctx):
    cleared = "7251801126-20260907-A1B2C3D4E5F6-07"
    with ctx.open():
        books, order = ordered(ctx, "PL", "PL firm", "services", "", ["ksef-fa3"])
        draft = services.draft_prepayment(ctx, order=order, percent="40", today=TODAY)
        prepaid = services.issue_invoice(ctx, draft=draft, today=TODAY)
        services.note_event(
            ctx, invoice=prepaid, code="delivered", source="ksef", reference=cleared, happened_on=TODAY, today=TODAY
        )
        row = Invoice.objects.get(id=prepaid)
        credit = make.payment(ctx, books, row.payable, on=TODAY, currency="PLN")
        receivables.allocate(
            ctx, lines=[receivables.Applied(prepaid, row.payable, credit)], effective_on=TODAY, today=TODAY
        )
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=order, today=TODAY), today=TODAY)
        note = services.credit_invoice(ctx, invoice=final, reason="Zwrot", today=TODAY)
        advance, settling, correction = (content(one) for one in (prepaid, final, note))
        left = Invoice.objects.get(id=final).payable
    files = [write("ksef-fa3", one).content.decode() for one in (advance, settling, correction)]
    assert [text.split("<RodzajFaktury>")[1].split("<")[0] for text in files] == ["ZAL", "ROZ", "KOR_ROZ"]
    assert "<Zamowienie><WartoscZamowienia>" in files[0]
    assert f"<FakturaZaliczkowa><NrKSeFFaZaliczkowej>{cleared}</NrKSeFFaZaliczkowej></FakturaZaliczkowa>" in files[1]
    sums = [amount(files[1], name) for name in ("P_13_1", "P_14_1", "P_15")]
    assert sums[2] == sums[0] + sums[1] == left
    assert amount(files[0], "P_13_1") + sums[0] == sum(amount(files[1], "P_11", at) for at in (1,))


def amount(text, name, at=1):
    """The amount of an element in cents."""
    return int(text.split(f"<{name}>")[at].split("<")[0].replace(".", ""))


def test_the_codes_of_public_procurement_go_from_the_order_to_their_fields(ctx):
    with ctx.open():
        _, order = ordered(ctx, "IT", "IT office", "goods", "CIG Z123456789 CUP J11B17000000001", ["fatturapa"])
        draft = services.draft_from_order(ctx, order=order, today=TODAY)
        assert [one.code for one in told(ctx, draft) if one.code == "content.it.cig"] == []
        text = write("fatturapa", content(services.issue_invoice(ctx, draft=draft, today=TODAY))).content.decode()
    assert "<CodiceCUP>J11B17000000001</CodiceCUP><CodiceCIG>Z123456789</CodiceCIG></DatiOrdineAcquisto>" in text
