"""Files of rows: what is clear is read, what is not is named by row and field, nothing is guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tabular.conftest import HEADER, found, lines

from fairdue.core.findings import RefusedError
from fairdue.core.money import decimal_of
from fairdue.foundation.tabular import Profile, RowFinding, open_reading, write_findings
from fairdue.foundation.tabular.formats import SCHEMAS
from fairdue.foundation.tabular.schema import header_map, known_headers


def test_a_plain_file_is_read_into_typed_rows(read):
    reading, rows = read(lines("R1,C1,2026-01-31,2026-03-02,EUR,1234.50"))
    assert not reading.findings
    value = rows[0].value
    assert (value.number, value.issue_date, value.amount, value.open_amount, value.kind) == (
        "R1",
        date(2026, 1, 31),
        123450,
        123450,
        "invoice",
    )


def test_letters_with_marks_are_composed_so_that_one_number_is_one(read):
    row = "Re\u0301-1,Cafe\u0301,2026-01-31,2026-03-02,EUR,12"  # as a Mac writes it
    value = read(lines(row))[1][0].value
    assert (value.number, value.debtor_external_id) == ("R\u00e9-1", "Caf\u00e9")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_found(read, delimiter):
    text = lines("R1,C1,2026-01-31,2026-03-02,EUR,12").replace(",", delimiter)
    assert read(text)[1][0].value.amount == 1200


def test_german_and_french_headers_are_known(read):
    german = "Belegfeld 1;Kunden-Nr.;Rechnungsdatum;Fällig am;Währung;Betrag\n"
    german += "R1;C1;31.01.2026;02.03.2026;EUR;1.234,50\n"
    french = "N° facture;Code client;Date de facture;Échéance;Devise;Montant TTC\n"
    french += "R1;C1;31/01/2026;02/03/2026;EUR;1 234,50\n"
    for text in (german, french, german.upper().replace("R1", "R2")):
        value = read(text)[1][0].value
        assert (value.amount, value.issue_date, value.due_date) == (
            123450,
            date(2026, 1, 31),
            date(2026, 3, 2),
        )


def test_every_known_header_maps_to_its_own_field_and_to_no_second_one():
    for kind, schema in SCHEMAS.items():
        names = {field.name for field in schema.fields}
        assert set(known_headers()[kind]) <= names
        assert set(header_map(schema).values()) == names
        spelled = [word for words in known_headers()[kind].values() for word in words]
        assert len(spelled) == len(set(spelled))


def test_excels_separator_line_is_no_header(read):
    _, rows = read("sep=;\r\n" + lines("R1;C1;2026-01-31;2026-03-02;EUR;12", header=HEADER.replace(",", ";")))
    assert (rows[0].number, rows[0].value.amount) == (3, 1200)


AMOUNTS = [
    # amounts of one column | decimal mark of the profile | read as (None = named)
    ("1234.50 99.90", "", "1234.50 99.90"),
    ("1234,50 99,90", "", "1234.50 99.90"),
    ("1.234,50 1.234", "", "1234.50 1234"),
    ("1,234.50 1,234", "", "1234.50 1234"),
    ("1.234", "", "?"),
    ("1,234", "", "?"),
    ("1.234", ",", "1234"),
    ("1,234", ".", "1234"),
    ("1.234", ".", "?"),  # three decimals that EUR does not have
    ("12,50 12.50", "", "12.50 12.50"),
    ("12,50 12.50 1.234", "", "12.50 12.50 ?"),
    ("1.234.567 1.234", "", "1234567 1234"),
    ("-12,50 12,50- (12,50)", "", "-12.50 -12.50 -12.50"),
    ("1'234.50 1\u2019234.50", "", "1234.50 1234.50"),
    ("1234.567", "", "?"),
    ("0.5 .5", "", "0.50 0.50"),
    ("12.5.0 1,2,3 1e5 abc 12-5 -", "", "? ? ? ? ? ?"),
    ("1.23.456,00", "", "?"),
    ("NaN Infinity 0x10 ١٢", "", "? ? ? ?"),
    ("999999999999999999999", "", "?"),
]


@pytest.mark.parametrize("written, mark, expected", AMOUNTS)
def test_amounts(read, written, mark, expected):
    header = f"{HEADER},kind".replace(",", ";")
    rows = [
        f"R{i};C1;2026-01-31;2026-03-02;EUR;{text};{'credit_note' if '-' in text or '(' in text else ''}"
        for i, text in enumerate(written.split(" "))
    ]
    _, parsed = read(lines(*rows, header=header), decimal_mark=mark)
    got = []
    for row, text in zip(parsed, written.split(" "), strict=True):
        sign = -1 if row.value and ("-" in text or "(" in text) else 1
        got.append(Decimal(sign) * decimal_of(row.value.amount, "EUR") if row.value else None)
        assert row.value or found([row])[0][:3] == (row.number, "amount", text)
    assert got == [None if word == "?" else Decimal(word) for word in expected.split(" ")]


def test_the_open_amounts_follow_the_mark_of_the_amounts(read):
    header = f"{HEADER};open_amount".replace(",", ";")
    _, rows = read(lines("R1;C1;2026-01-31;2026-03-02;EUR;2.500,00;1.234", header=header))
    assert rows[0].value.open_amount == 123400


@given(minor=st.integers(1, 10**14), style=st.sampled_from(["1.234,50", "1,234.50", "1 234,50", "1'234.50"]))
def test_no_amount_changes_on_its_way_in(minor, style):
    from fairdue.foundation.tabular.numbers import Mark, canonical, own_mark, to_minor

    grouping, mark = style[1], style[5]
    whole, part = divmod(minor, 100)
    text = f"{whole:,}".replace(",", grouping) + f"{mark}{part:02}"
    assert own_mark(text) is Mark(mark)
    assert to_minor(canonical(text, Mark(mark)), "EUR") == minor


@given(st.text("0123456789.,'- ()+", max_size=12))
def test_a_text_is_a_number_by_a_mark_or_refused_but_never_something_else(text):
    from fairdue.foundation.tabular.cells import CellError
    from fairdue.foundation.tabular.numbers import Mark, canonical

    for mark in Mark:
        try:
            value = Decimal(canonical(text, mark))
        except CellError:
            continue
        digits = "".join(letter for letter in text.partition(mark)[0] if letter.isdigit())
        assert int(abs(value)) == int(digits or "0")


DATES = [
    # dates of one column | order of the profile | read as (? = named)
    ("2026-03-31 20260331 2026/03/31", "", "2026-03-31 2026-03-31 2026-03-31"),
    ("31.03.2026 1.4.2026 03.04.2026", "", "2026-03-31 2026-04-01 2026-04-03"),
    ("31/03/2026 03/04/2026", "", "2026-03-31 2026-04-03"),
    ("03/31/2026 03/04/2026", "", "2026-03-31 2026-03-04"),
    ("03/04/2026", "", "?"),
    ("03/04/2026", "DMY", "2026-04-03"),
    ("03/04/2026", "MDY", "2026-03-04"),
    ("31/03/2026 03/31/2026 03/04/2026", "", "2026-03-31 2026-03-31 ?"),
    ("03/03/2026", "", "2026-03-03"),
    ("31/03/2026", "MDY", "?"),
    ("31.03.26 03-04-26", "DMY", "2026-03-31 2026-04-03"),
    ("31.03.2026", "YMD", "?"),
    ("30.02.2026 2026-13-01 46112 soon 2026-02-30T00:00:00", "", "? ? ? ? ?"),
    ("2026-03-31T00:00:00", "", "2026-03-31"),
    ("0202-03-31 31.03.0202", "", "? ?"),
]


@pytest.mark.parametrize("written, order, expected", DATES)
def test_dates_in_three_orders(read, written, order, expected):
    header = "number;debtor_external_id;issue_date;due_date;currency;amount"
    rows = [f"R{i};C1;1970-01-01;{text};EUR;1" for i, text in enumerate(written.split(" "))]
    _, parsed = read(lines(*rows, header=header), date_order=order)
    got = [row.value.due_date.isoformat() if row.value else "?" for row in parsed]
    assert got == expected.split(" ")
    for row, text in zip(parsed, written.split(" "), strict=True):
        assert row.value or found([row]) == [(row.number, "due_date", text, row.findings[0].code)]


def test_a_column_that_mixes_its_writing_is_mentioned(read):
    reading, _ = read(lines("R1,C1,2026-01-31,31/03/2026,EUR,1", "R2,C1,2026-01-31,03/31/2026,EUR,1"))
    assert [(item.field, item.code) for item in reading.findings] == [("due_date", "column.mixed")]


@pytest.mark.parametrize(
    "row, finding",
    [
        (",C1,2026-01-31,2026-03-02,EUR,1", ("number", "", "field.missing")),
        ("R1,C1,2026-01-31,2026-03-02,,1", ("currency", "", "field.missing")),
        ("R1,C1,2026-01-31,2026-03-02,EUX,1", ("currency", "EUX", "currency.unknown")),
        ("R1,C1,2026-01-31,2026-03-02,$,1", ("currency", "$", "currency.unknown")),
        ("R1,C1,2026-01-31,2026-03-02,JPY,1.5", ("amount", "1.5", "number.decimals")),
        ("R1,C1,2026-03-31,2026-03-02,EUR,1", ("due_date", "2026-03-02", "date.order")),
        ("R1,C1,2026-01-31,2026-03-02,EUR,0", ("amount", "", "amount.zero")),
        ("=1+1,C1,2026-01-31,2026-03-02,EUR,1", ("number", "=1+1", "cell.formula")),
        ("@SUM(A1),C1,2026-01-31,2026-03-02,EUR,1", ("number", "@SUM(A1)", "cell.formula")),
        (
            "+cmd|' /C calc'!A0,C1,2026-01-31,2026-03-02,EUR,1",
            ("number", "+cmd|' /C calc'!A0", "cell.formula"),
        ),
        ("-2+3+cmd,C1,2026-01-31,2026-03-02,EUR,1", ("number", "-2+3+cmd", "cell.formula")),
        ("'=1,C1,2026-01-31,2026-03-02,EUR,1", ("number", "'=1", "cell.formula")),
        ("R\x001,C1,2026-01-31,2026-03-02,EUR,1", ("number", "R�1", "text.control")),
        ("R\u202e1,C1,2026-01-31,2026-03-02,EUR,1", ("number", "R�1", "text.control")),
        (f"{'R' * 61},C1,2026-01-31,2026-03-02,EUR,1", ("number", "R" * 61, "text.too_long")),
        ("R1,C1,2026-01-31,2026-03-02,EUR,1,spill", ("", "", "row.too_wide")),
        ('"R1"x,C1,2026-01-31,2026-03-02,EUR,1', ("", "", "row.quotes")),
    ],
)
def test_each_bad_cell_is_named(read, row, finding):
    _, rows = read(lines(row, "OK,C1,2026-01-31,2026-03-02,EUR,1"))
    assert found(rows) == [(2, *finding)]
    assert rows[1].value.number == "OK"


def test_a_negative_number_and_a_phone_number_are_no_formulas(read):
    header = "external_id,name,phone"
    _, rows = read(lines("-4711,Acme,+49 (30) 123-45", header=header), kind="debtors")
    assert rows[0].value.phone == "+49 (30) 123-45"


def test_every_bad_cell_of_a_row_is_named_at_once(read):
    _, rows = read(lines("R1,,31.02.2026,soon,EUX,x"))
    assert {item[1] for item in found(rows)} == {
        "debtor_external_id",
        "issue_date",
        "due_date",
        "currency",
        "amount",
    }


def test_ids_that_stand_twice_are_refused_in_every_row(read):
    row = "R1,C1,2026-01-31,2026-03-02,EUR,1"
    _, rows = read(lines(row, row.replace("R1", "R2"), row, row))
    assert [item[0] for item in found(rows)] == [2, 4, 5]
    assert "row 4, 5" in rows[0].findings[0].message


CUT = [
    # header                       last row                                      field that may be cut
    (HEADER,                       "R1,C1,2026-01-31,2026-03-02,EUR,1",          "amount"),
    (HEADER,                       "R1,C1,2026-01-31,2026-03-02,EUR,1234.5",     "amount"),
    (HEADER,                       "R1,C1,2026-01-31,2026-03-02,EUR,1234.50",    ""),
    (HEADER,                       "R1,C1,2026-01-31,2026-03-02,EUR,1\n",        ""),
    (HEADER,                       "R1,C1,2026-01-31,2026-03-02,EUR,1\r",        ""),
    (HEADER,                       'R1,C1,2026-01-31,2026-03-02,EUR,"1"',        ""),
    (f"{HEADER},mood",             "R1,C1,2026-01-31,2026-03-02,EUR,1,good",     ""),
    (f"{HEADER},paid_date",        "R1,C1,2026-01-31,2026-03-02,EUR,1,2026-03-02", ""),
    (f"{HEADER},paid_date",        "R1,C1,31.01.2026,02.03.2026,EUR,1,02.03.20", "paid_date"),
    (f"{HEADER},kind", "R1,C1,2026-01-31,2026-03-02,EUR,1,invoice", ""),
    (f"{HEADER},order_number",     "R1,C1,2026-01-31,2026-03-02,EUR,1,PO-4",     "order_number"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "field"), CUT)
def test_a_file_that_may_be_cut_off_within_its_last_cell_is_told(read, header, row, field):
    reading, _ = read(f"{header}\nR0,C1,2026-01-31,2026-03-02,EUR,1\n{row}")
    assert [item.field for item in reading.findings if item.code == "row.cut"] == ([field] if field else [])
    assert not reading.refused


def test_a_missing_column_refuses_the_file_and_an_unknown_one_is_mentioned(read):
    reading, rows = read("number,colour\nR1,red\n")
    codes = {(item.field, item.code) for item in reading.findings}
    assert ("colour", "column.unknown") in codes
    assert ("due_date", "column.missing") in codes
    assert reading.refused
    assert rows == []


def test_two_columns_for_one_field_refuse_the_file(read):
    reading, _ = read(lines("R1,C1,2026-01-31,2026-03-02,EUR,1,2", header=f"{HEADER},Betrag"))
    assert [item.code for item in reading.findings] == ["column.twice"]


def test_a_profile_maps_headers_and_ignores_columns(read):
    text = "no,cust,d1,d2,cur,amt,Betrag\nR1,C1,2026-01-31,2026-03-02,EUR,1,2\n"
    columns = dict(zip("no cust d1 d2 cur amt".split(), HEADER.split(","), strict=True)) | {"Betrag": ""}
    reading, rows = read(text, columns=columns)
    assert not reading.findings
    assert rows[0].value.amount == 100


@pytest.mark.parametrize("content", ["", "\n\n", HEADER, "\ufeff"])
def test_an_empty_file_is_refused(read, content):
    reading, rows = read(content)
    assert next(item.code for item in reading.findings) in {"file.empty", "file.header"}
    assert reading.refused
    assert rows == []


def test_blank_rows_are_no_rows_but_keep_the_count(read):
    _, rows = read(lines("", ",,,,,", "R1,C1,2026-01-31,2026-03-02,EUR,1"))
    assert [row.number for row in rows] == [4]


def test_credit_notes_are_positive_with_a_direction(read):
    header = f"{HEADER},open_amount,kind"
    base = "C1,2026-01-31,2026-03-02,EUR"
    _, rows = read(
        lines(
            f"R1,{base},-10,-4,",
            f"R2,{base},10,4,Gutschrift",
            f"R3,{base},-10,,invoice",
            f"R4,{base},10,-4,",
            f"R5,{base},10,11,",
            header=header,
        )
    )
    assert [(row.value.kind, row.value.amount, row.value.open_amount) for row in rows[:2]] == [
        ("credit_note", 1000, 400)
    ] * 2
    assert [item[3] for item in found(rows)] == ["amount.negative", "amount.sign", "amount.open"]


def test_a_paid_item_has_nothing_open(read):
    header = f"{HEADER},open_amount,paid_date"
    base = "C1,2026-01-31,2026-03-02,EUR,10"
    _, rows = read(lines(f"R1,{base},,2026-02-01", f"R2,{base},5,2026-02-01", header=header))
    assert rows[0].value.open_amount == 0
    assert found(rows)[0][3] == "item.paid_and_open"


def test_a_discount_before_the_issue_date_is_named(read):
    _, rows = read(
        lines(
            "R1,C1,2026-01-31,2026-03-02,EUR,1,2%,2026-01-01",
            header=f"{HEADER},discount_percent,discount_until",
        )
    )
    assert found(rows) == [(2, "discount_until", "2026-01-01", "date.order")]


def test_rejected_rows_go_out_corrected_rows_come_in(read, tmp_path):
    reading, rows = read(
        lines(
            "R1,C1,2026-01-31,2026-03-02,EUX,1",
            "=R2,C1,2026-01-31,2026-03-02,EUR,1",
            "R3,C1,2026-01-31,2026-03-02,EUR,1",
        )
    )
    path = tmp_path / "findings.csv"
    count = write_findings(
        path, reading.header, [(row.number, row.cells, row.findings) for row in rows if row.findings]
    )
    text = path.read_text(encoding="utf-8-sig")
    assert count == 2
    assert text.splitlines()[0] == f"{HEADER},row,problem"
    assert "'=R2" in text
    corrected = text.replace("EUX", "EUR").replace("'=R2", "R2")
    again, good = read(corrected)
    assert not again.findings
    assert [row.value.number for row in good] == ["R1", "R2"]


def test_the_problem_names_the_column_as_the_file_heads_it(tmp_path):
    found = [
        RowFinding(2, "debtor_external_id", "C9", "debtor.unknown", "No such customer."),
        RowFinding(2, "due_date", "", "field.required", "Is required but empty."),
        RowFinding(2, "", "", "row.broken", "Cannot be read."),
    ]
    path = tmp_path / "findings.csv"
    write_findings(path, ["Kunden-Nr."], [(2, ["C9"], found)], headings={"debtor_external_id": "Kunden-Nr."})
    said = path.read_text(encoding="utf-8-sig").splitlines()[1]
    assert said == "C9,2,Kunden-Nr.: No such customer. | due date: Is required but empty. | row: Cannot be read."


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UK", "GB"), ("el", "GR"), ("DE", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("france", "FR"), ("Frankreich", "FR"), ("Royaume-Uni", "GB"), ("Österreich", "AT"),
        ("AUT", "AT"),
    ],
)  # fmt: skip
def test_countries_are_read_as_people_write_them(tmp_path, written, code):
    path = tmp_path / "debtors.csv"
    path.write_text(f"id,name,country\nC1,Acme,{written}\n", encoding="utf-8")
    assert [row.value.country for row in open_reading(path, SCHEMAS["debtors"]).rows()] == [code]


def test_a_finding_reads_as_a_sentence_with_row_field_and_value(read):
    _, rows = read(lines("R1,C1,2026-01-31,2026-03-02,EUX,1"))
    finding = rows[0].findings[0]
    assert str(finding) == "Row 2, currency “EUX”: Is not a currency of ISO 4217."
    assert type(finding).from_json(finding.as_json()) == finding


def test_what_was_found_out_can_be_saved_and_used_again(read):
    reading, _ = read("Beleg;Kunde;Datum;Fällig am;Währung;Betrag\nR1;C1;31/01/2026;02/03/2026;EUR;1.234,50\n")
    profile = Profile.from_json(reading.resolved().as_json())
    assert (profile.decimal_mark, profile.delimiter, profile.encoding) == (",", ";", "utf-8")
    assert profile.columns["Fällig am"] == "due_date"


@pytest.mark.parametrize("stored", [{"decimal_mark": "x"}, {"columns": []}, {"colour": "red"}, {"encoding": "utf-7"}])
def test_a_profile_with_settings_that_do_not_exist_is_refused(stored):
    with pytest.raises(RefusedError):
        Profile.from_json(stored)


@given(st.binary(max_size=300))
def test_no_file_whatever_brings_the_reader_down(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(content)
    reading = open_reading(path, SCHEMAS["open-items"])
    assert reading.findings or list(reading.rows())


@given(st.lists(st.lists(st.text(max_size=8), min_size=6, max_size=7), max_size=5))
def test_no_row_is_lost_whatever_its_cells_hold(tmp_path_factory, table):
    import csv

    path = tmp_path_factory.mktemp("fuzz") / "file.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER.split(","))
        writer.writerows(table)
    reading = open_reading(path, SCHEMAS["open-items"])
    rows = list(reading.rows())
    assert reading.refused or len(rows) == reading.row_count
    assert all((row.value is None) == bool(row.findings) for row in rows)


WITHOUT_CURRENCY = "number,debtor_external_id,issue_date,due_date,amount"


def test_a_fixed_value_stands_for_a_column_that_the_file_lacks(read):
    row = "R1,C1,2026-01-31,2026-03-02,1234.50"
    refused, none = read(lines(row, header=WITHOUT_CURRENCY))
    assert refused.refused
    assert none == []
    assert "fixed value" in refused.findings[0].message
    reading, rows = read(lines(row, header=WITHOUT_CURRENCY), fixed={"currency": " eur "})
    assert not reading.findings
    assert (rows[0].value.currency, rows[0].value.amount) == ("EUR", 123450)
    assert reading.resolved().fixed == {"currency": " eur "}


def test_a_fixed_value_fills_empty_cells_and_gives_way_to_what_the_file_says(read):
    text = lines("R1,C1,2026-01-31,2026-03-02,,5", "R2,C1,2026-01-31,2026-03-02,JPY,5")
    _, rows = read(text, fixed={"currency": "KWD"})
    assert [(row.value.currency, row.value.amount) for row in rows] == [("KWD", 5000), ("JPY", 5)]


@pytest.mark.parametrize(
    ("fixed", "code"),
    [
        ({"currency": "EUX"}, "currency.unknown"),
        ({"number": "R1"}, "profile.fixed"),
        ({"amount": "5.00"}, "profile.fixed"),
        ({"curency": "EUR"}, "profile.fixed"),
    ],
)
def test_a_fixed_value_that_cannot_be_is_refused_with_the_file(read, fixed, code):
    reading, rows = read(lines("R1,C1,2026-01-31,2026-03-02,EUR,5"), fixed=fixed)
    assert rows == []
    assert [(item.field, item.code) for item in reading.findings] == [(next(iter(fixed)), code)]


def test_a_profile_keeps_its_fixed_values():
    profile = Profile.from_json({"fixed": {"currency": "EUR", "kind": " "}})
    assert profile.fixed == {"currency": "EUR"}
    assert Profile.from_json(profile.as_json()) == profile
    with pytest.raises(RefusedError):
        Profile.from_json({"fixed": "EUR"})
