"""Remittance advices that people read: text, HTML, PDF, XLSX, CSV, and e-mails with any of them."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.cash.formats.remittance import read_remittance
from fairdue.cash.formats.remittance.tokens import amounts_in, date_of, numbers_in
from fairdue.core.findings import RefusedError

TEXT = """Kaufmann KG - Zahlungsavis
Datum: 03.03.2026   Avis-Nr. ZA-2026-77
Wir überweisen EUR auf Ihr Konto DE02120300000000202051

Rechnungsnummer   Belegdatum   Bruttobetrag   Skonto   Zahlbetrag
RE-2026-04711     01.02.2026       1.234,56    24,69     1.209,87
RE-2026-04712     05.02.2026         119,00     0,00       119,00
GS-2026-00033     06.02.2026         -10,00     0,00       -10,00
Summe                                                    1.318,87
"""


def pairs(one):
    return [(line.number, line.net) for line in one.lines]


EXPECTED = [("RE-2026-04711", 120987), ("RE-2026-04712", 11900), ("GS-2026-00033", -1000)]


def test_a_table_in_text_is_read_by_its_header():
    (one,) = read_remittance(TEXT.encode(), "avis.txt")
    assert pairs(one) == EXPECTED
    assert (one.lines[0].gross, one.lines[0].discount, one.lines[0].issued_on) == (123456, 2469, dt.date(2026, 2, 1))
    assert one.lines[2].kind == "credit_note"
    assert (one.total, one.currency, one.paid_on, one.reference) == (131887, "EUR", dt.date(2026, 3, 3), "ZA-2026-77")
    assert one.complete


def test_lines_without_a_header_are_read_by_their_shape():
    text = "Dear all,\nINV-4711 100.00 2.00 98.00\nINV-4712  119.00\nPlease see 2026-03-02.\nTotal: USD 217.00\n"
    (one,) = read_remittance(text.encode(), "note.txt")
    assert pairs(one) == [("INV-4711", 9800), ("INV-4712", 11900)]
    assert (one.lines[0].gross, one.lines[0].discount) == (10000, 200)
    assert (one.total, one.currency, one.complete) == (21700, "USD", True)


def test_text_without_pairs_keeps_its_text_for_the_search():
    (one,) = read_remittance(b"We paid RE-2026-04711 and RE-2026-04712 today.\n", "note.txt")
    assert one.lines == ()
    assert "RE-2026-04712" in one.text


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.csv"), (b"\n\n", "a.csv"), (b"<html>", "a.html"), (b"", "a.eml")],
)
def test_a_file_that_tells_nothing_is_refused_in_words(content, name):
    with pytest.raises(RefusedError, match=r"tells nothing|none of the known"):
        read_remittance(content, name)


def test_an_advice_that_does_not_add_up_says_so():
    (one,) = read_remittance(TEXT.replace("1.318,87", "1.318,88").encode(), "avis.txt")
    assert not one.complete
    assert [finding.code for finding in one.findings] == ["remittance.total"]


def test_csv_is_read_by_its_header():
    content = "Invoice;Gross;Discount;Net\nRE-1001;100,00;2,00;98,00\nRE-1002;119,00;;119,00\nTotal;;;217,00\n"
    (one,) = read_remittance(content.encode(), "advice.csv")
    assert pairs(one) == [("RE-1001", 9800), ("RE-1002", 11900)]
    assert one.complete


HTML = """<!doctype html><html><head><style>td{{width:1.00px}}</style><script>var x="RE-9999 5.00"</script></head><body>
<p>Payment in EUR</p><table><tr><th>Invoice&nbsp;No.</th><th>Amount</th></tr>
<tr><td>RE-2026-04711</td><td>1,209.87</td></tr><tr><td>RE-2026-04712<td>119.00</tr>
<tr><td>Total</td><td>1,328.87</td></tr></table>{}</body></html>"""


def test_a_table_in_html_is_read_and_scripts_are_not():
    (one,) = read_remittance(HTML.format("").encode(), "advice.html")
    assert pairs(one) == [("RE-2026-04711", 120987), ("RE-2026-04712", 11900)]
    assert (one.total, one.currency, one.complete) == (132887, "EUR", True)
    assert "RE-9999" not in one.text


def test_whole_numbers_of_a_sheet_are_amounts_in_their_columns():
    rows = (
        ("Invoice", "Gross", "Discount", "Net"),
        ("RE-1", 100, 2, 98),
        ("RE-2", 119.5, 0, 119.5),
        ("Total", "", "", 217.5),
    )
    for last in (rows[3], ("Total", "", "", 217)):
        (one,) = read_remittance(workbook(*rows[:3], last), "advice.xlsx")
        assert pairs(one) == [("RE-1", 9800), ("RE-2", 11950)]
        assert (one.lines[0].gross, one.lines[0].discount) == (10000, 200)
        assert one.complete is (last[3] == 217.5)


def test_html_without_a_table_is_read_as_text():
    (one,) = read_remittance(
        b"<html><body><p>RE-2026-04711 EUR 98.00</p><p>RE-2026-04712 EUR 2.00</p></body></html>", "x"
    )
    assert pairs(one) == [("RE-2026-04711", 9800), ("RE-2026-04712", 200)]


def workbook(*rows) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


SHEET = workbook(("Invoice", "Date", "Net (EUR)"), ("RE-2026-04711", dt.date(2026, 2, 1), 1209.8), (4712, None, 119.05))


def test_a_workbook_is_read_with_its_numbers():
    (one,) = read_remittance(SHEET, "advice.xlsx")
    assert pairs(one) == [("RE-2026-04711", 120980), ("4712", 11905)]
    assert one.lines[0].issued_on == dt.date(2026, 2, 1)
    assert one.lines[0].place == "row 2"


def test_a_zip_bomb_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(RefusedError) as refusal:
        read_remittance(target.getvalue(), "advice.xlsx")
    assert refusal.value.findings[0].code == "file.bomb"


def test_a_workbook_with_a_document_type_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHEET)) as source, zipfile.ZipFile(target, "w") as archive:
        for part in source.namelist():
            content = source.read(part)
            archive.writestr(
                part, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + content if part.endswith("sheet1.xml") else content
            )
    with pytest.raises(RefusedError, match="document type"):
        read_remittance(target.getvalue(), "advice.xlsx")


def pdf(*lines: str, extra: bytes = b"") -> bytes:
    """Return a PDF of one page that shows these lines in a fixed-width font."""
    shown = "".join(f"BT /F1 10 Tf 40 {780 - 14 * at} Td ({line}) Tj ET\n" for at, line in enumerate(lines)).encode(
        "latin-1"
    )
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    content, places = b"%PDF-1.4\n" + extra, []
    for number, body in enumerate(bodies, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


def test_a_pdf_is_read_by_its_columns():
    content = pdf(
        "Remittance advice EUR   Payment date: 03.03.2026",
        "Invoice No        Gross      Discount        Net",
        "RE-2026-04711    1,234.56       24.69   1,209.87",
        "RE-2026-04712      119.00        0.00     119.00",
        "Total                                   1,328.87",
    )
    (one,) = read_remittance(content, "advice.pdf")
    assert pairs(one) == [("RE-2026-04711", 120987), ("RE-2026-04712", 11900)]
    assert (one.total, one.currency, one.complete) == (132887, "EUR", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(), "remittance.no_text"),
        (b"%PDF-1.4 nothing at all", "remittance.broken"),
        (pdf("x")[:120], "remittance.broken"),
        (b"\0\1\2", "remittance.unknown_format"),
        (b"<x/>", "remittance.unknown_format"),
        (b"", "remittance.unknown_format"),
        (b"x" * (25 * 1024 * 1024 + 1), "remittance.too_large"),
        (b"x\n" * 1_100_000, "remittance.too_large"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "file.format"),
        (b"PK\x03\x04broken", "file.unreadable"),
    ],
)
def test_what_cannot_be_read_is_refused(content, code):
    with pytest.raises(RefusedError) as refusal:
        read_remittance(content, "advice")
    assert refusal.value.findings[0].code == code


def message(body="See attachment", *attachments, html="") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Kaufmann KG <pay@kaufmann.example>", "ar@seller.example"
    mail["Subject"], mail["Date"] = "Advice", "Tue, 03 Mar 2026 10:00:00 +0100"
    mail.set_content(body)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def test_the_text_of_an_email_is_read():
    (one,) = read_remittance(message(TEXT), "mail.eml")
    assert pairs(one) == EXPECTED
    assert one.payer.name == "Kaufmann KG"


def test_the_table_of_an_html_email_is_read():
    (one,) = read_remittance(message("see below", html=HTML.format("")), "mail.eml")
    assert pairs(one) == [("RE-2026-04711", 120987), ("RE-2026-04712", 11900)]
    assert one.paid_on == dt.date(2026, 3, 3)


def test_every_attachment_that_is_an_advice_is_read():
    content = message(
        "See attachments", ("a.csv", b"Invoice;Net\nRE-1001;98,00\n"), ("b.xlsx", SHEET), ("logo.png", b"\0\1")
    )
    first, second = read_remittance(content, "mail")
    assert (pairs(first), pairs(second)[0]) == ([("RE-1001", 9800)], ("RE-2026-04711", 120980))
    assert [finding.path for finding in first.findings] == ["logo.png"]
    assert (first.payer.name, first.paid_on) == ("Kaufmann KG", dt.date(2026, 3, 3))


def test_a_body_that_repeats_its_attachment_is_one_advice():
    (one,) = read_remittance(message("RE-1001  98,00\n", ("a.csv", b"Invoice;Net\nRE-1001;98,00\n")), "m.eml")
    assert one.format == "CSV"


def test_messages_in_messages_end():
    inner = message(TEXT)
    for _ in range(5):
        inner = message("forwarded", ("mail.eml", inner))
    (one,) = read_remittance(inner, "mail.eml")
    assert one.lines == ()
    assert "too deep" in one.findings[0].message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.234,56", [123456]), ("1,234.56", [123456]), ("1'234.56", [123456]), ("1 234,56", [123456]),
        ("98.00-", [-9800]), ("(98.00)", [-9800]), ("- 98,00", [-9800]), ("€98.00", [9800]), ("1,234", []),
        ("12.03.2026", []), ("1.2.3", []), ("98.005", []), ("RE-98.00", []), ("98.00 EUR 2.00", [9800, 200]),
    ],
)  # fmt: skip
def test_an_amount_needs_two_decimals(text, found):
    assert [amount.hundredths for amount in amounts_in(text)] == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("03.04.2026", (2026, 4, 3)),
        ("2026-04-03", (2026, 4, 3)),
        ("04/13/26", (2026, 4, 13)),
        ("31.02.2026", None),
        ("x", None),
    ],
)
def test_a_date_is_read_day_first_unless_it_cannot_be(text, day):
    assert date_of(text) == (dt.date(*day) if day else None)


def test_numbers_are_words_with_three_digits_that_are_nothing_else():
    text = "RE-2026-04711 vom 01.02.2026 über 98,00 auf DE02120300000000202051, Kd 12, PO/77-123"
    assert numbers_in(text) == ["RE-2026-04711", "PO/77-123"]


@given(
    st.lists(
        st.tuples(st.integers(1000, 10**9), st.integers(1, 10**9)), min_size=1, max_size=12, unique_by=lambda p: p[0]
    )
)
def test_any_table_is_read_whole(rows):
    body = "".join(f"RE-{number}\t{cents // 100}.{cents % 100:02d}\n" for number, cents in rows)
    total = sum(cents for _, cents in rows)
    content = f"Invoice\tNet\n{body}Total\t{total // 100}.{total % 100:02d}\n"
    (one,) = read_remittance(content.encode(), "advice.txt")
    assert pairs(one) == [(f"RE-{number}", cents) for number, cents in rows]
    assert one.complete
