from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests import make

from fairdue.cli.main import main
from fairdue.core.findings import RefusedError, Severity
from fairdue.foundation.files import load
from fairdue.foundation.models import Tenant
from fairdue.invoicing import services
from fairdue.invoicing.models import Invoice, Order, OrderLine
from fairdue.invoicing.services import OrderDraft, OrderLineDraft
from fairdue.parties.imports import import_run, run_import
from fairdue.parties.models import Creditor, Debtor

TODAY = date(2026, 3, 2)
INVOICES = Path(__file__).parents[2] / "golden" / "invoices"
HEAD = (
    "order_number;line;debtor_external_id;order_date;delivery_date;currency;article;description;quantity;unit;"
    "unit_price;vat_category;vat_percent;buyer_reference\n"
)
GOOD = HEAD + (
    "PO-1;1;{d};2026-03-01;2026-03-02;EUR;FK;Fräskopf;3;C62;249,90;S;19;KST 300\n"
    "PO-1;2;{d};2026-03-01;;EUR;;Buch;2;C62;38,32;S;7;\n"
    "PO-2;1;{d};2026-03-01;;EUR;;Beratung;1,5;HUR;84;AE;0;\n"
)
BAD = HEAD + (
    "PO-3;1;nobody;2026-03-01;;EUR;;Item;1;C62;1;S;19;\n"
    "PO-4;1;{d};2026-03-01;;EUR;;Item;1;C62;1;S;19;\n"
    "PO-4;2;{d};2026-03-01;;USD;;Item;1;C62;1;S;19;\n"
    "PO-5;1;{d};2026-03-01;;EUR;;Item;1;box;1;S;19;\n"
    "PO-1;1;{d};2026-03-01;;EUR;;Other;1;C62;1;S;19;\n"
)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books)
    return books


def imported(ctx, shop, tmp_path, text):
    with ctx.open():
        customer = Debtor.objects.get(id=shop.debtor).external_id
        path = tmp_path / "orders.csv"
        path.write_text(text.replace("{d}", customer), encoding="utf-8")
        return import_run(ctx, run_import(ctx, kind="orders", path=path, creditor=shop.creditor, today=TODAY))


def test_orders_come_in_by_file_once(ctx, shop, tmp_path):
    run = imported(ctx, shop, tmp_path, GOOD)
    assert (run.state, run.created, run.refused) == ("done", 3, 0), run.findings
    with ctx.open():
        assert sorted(Order.objects.values_list("number", flat=True)) == ["PO-1", "PO-2"]
        assert OrderLine.objects.get(description="Beratung").category == "AE"
        assert str(OrderLine.objects.get(description="Fräskopf").price) == "249.900000"
    again = imported(ctx, shop, tmp_path, GOOD)
    assert (again.created, again.unchanged) == (0, 3)


def test_the_same_file_with_delivery_notes_notes_the_deliveries(ctx, shop, tmp_path):
    imported(ctx, shop, tmp_path, GOOD)
    head = HEAD.replace("delivery_date;", "delivery_date;Lieferschein;")
    with_notes = head + (
        "PO-1;1;{d};2026-03-01;2026-03-04;LS-7;EUR;FK;Fräskopf;3;C62;249,90;S;19;KST 300\n"
        "PO-1;2;{d};2026-03-01;;;EUR;;Buch;2;C62;38,32;S;7;\n"
    )
    run = imported(ctx, shop, tmp_path, with_notes)
    assert (run.state, run.created, run.changed, run.unchanged) == ("done", 0, 1, 1), run.findings
    again = imported(ctx, shop, tmp_path, GOOD.replace("2026-03-02", ""))
    assert (again.changed, again.unchanged) == (0, 3)
    with ctx.open():
        line = OrderLine.objects.get(description="Fräskopf")
        assert (line.delivery_note, line.delivered_on) == ("LS-7", date(2026, 3, 4))


def test_every_bad_order_is_named_by_row_and_field(ctx, shop, tmp_path):
    imported(ctx, shop, tmp_path, GOOD)
    run = imported(ctx, shop, tmp_path, BAD)
    assert run.state == "refused"
    assert {(item.row, item.field, item.code) for item in run.findings} == {
        (2, "debtor_external_id", "debtor.unknown"),
        (3, "order_number", "row.together"),
        (4, "currency", "order.mixed"),
        (5, "unit", "order.unit"),
        (6, "order_number", "order.frozen"),
    }
    with ctx.open():
        assert Order.objects.count() == 2


def test_an_order_goes_in_whole_or_waits_whole_in_the_file_of_refused_rows(ctx, shop, tmp_path):
    broken = HEAD + (
        "PO-6;1;{d};2026-03-01;;EUR;;Item;1;C62;1;S;19;\n"
        "PO-6;2;{d};2026-03-01;;EUR;;Item;twelve;C62;1;S;19;\n"
        "PO-7;1;{d};2026-03-01;;EUR;;Item;1;C62;1;S;19;\n"
        "PO-7;2;{d};2026-03-01;;EUR;;Item;1;crate;1;S;19;\n"
        "PO-8;1;{d};2026-03-01;;EUR;;Item;1;C62;1;S;19;\n"
    )
    with ctx.open():
        path = tmp_path / "orders.csv"
        path.write_text(broken.replace("{d}", Debtor.objects.get(id=shop.debtor).external_id), encoding="utf-8")
        made = run_import(ctx, kind="orders", path=path, creditor=shop.creditor, today=TODAY, valid_only=True)
        run = import_run(ctx, made)
        assert list(Order.objects.values_list("number", flat=True)) == ["PO-8"]
        _, refused = load(ctx, run.findings_file_id)
    assert {(item.row, item.code) for item in run.findings} == {
        (2, "row.together"), (3, "number.unreadable"), (4, "row.together"), (5, "order.unit"),
    }  # fmt: skip
    assert (run.created, run.refused) == (1, 4)
    assert [line.split(";")[0] for line in refused.decode("utf-8-sig").splitlines()[1:]] == ["PO-6"] * 2 + ["PO-7"] * 2


def test_units_are_read_as_files_write_them(ctx, shop, tmp_path):
    text = HEAD + "".join(
        f"PO-9;{at};{{d}};2026-03-01;;EUR;;Item;1;{unit};1;S;19;\n"
        for at, unit in enumerate(("Stk", "pcs", "St.", "Std.", "hrs", "psch", "m2", "KGM", "kg", "Tage"), 1)
    )
    run = imported(ctx, shop, tmp_path, text)
    assert (run.state, run.created) == ("done", 10), run.findings
    with ctx.open():
        units = list(OrderLine.objects.order_by("position").values_list("unit", flat=True))
    assert units == ["C62", "C62", "C62", "HUR", "HUR", "LS", "MTK", "KGM", "KGM", "DAY"]


def scope(ctx, shop):
    with ctx.open():
        code = Creditor.objects.get(id=shop.creditor).code
    slug = Tenant.objects.get(id=ctx.tenant).slug
    return ["--tenant", slug, "--creditor", code, "--today", "2026-03-02"]


def fairdue(*arguments):
    """Run the command line as an operator does, in a process of its own."""
    return subprocess.run([sys.executable, "-m", "fairdue", *arguments], capture_output=True, text=True, check=False)


def test_the_command_line_issues_once_and_writes_files_with_verdicts(ctx, shop, tmp_path):
    with ctx.open():
        customer = Debtor.objects.get(id=shop.debtor).external_id
    line = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50", "category": "S", "rate": "19"}
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"debtor": customer, "currency": "EUR", "term": "14", "lines": [line]}))
    out = tmp_path / "out"
    for _ in range(2):
        done = fairdue("invoice", "issue", str(file), "--out", str(out), "--json", *scope(ctx, shop))
        assert done.returncode == 0, done.stderr
        [row] = json.loads(done.stdout)
        assert (row["number"], row["states"]) == ("RE-2026-00001", ["valid", "valid"])
    assert (out / "RE-2026-00001.pdf").read_bytes().startswith(b"%PDF")
    assert json.loads((out / "RE-2026-00001.ubl.xml.validation.json").read_text())["state"] == "valid"
    with ctx.open():
        assert Invoice.objects.get().due_on == date(2026, 3, 16)


def test_the_command_line_refuses_with_findings(ctx, shop, tmp_path):
    file = tmp_path / "one.json"
    for text, words in (
        ("[", "not JSON"),
        ("{}", "names its customer"),
        ('{"debtor": "nobody", "currency": "EUR"}', "no customer 'nobody'"),
    ):
        file.write_text(text)
        done = fairdue("invoice", "issue", str(file), "--out", str(tmp_path), *scope(ctx, shop))
        assert done.returncode == 1
        assert words in done.stderr
    with pytest.raises(SystemExit, match="2"):
        main(["invoice", "issue", str(tmp_path / "none"), "--out", str(tmp_path), *scope(ctx, shop)])


def test_check_and_validate_need_no_database(tmp_path, capsys):
    sound = INVOICES / "domestic_de.json"
    broken = tmp_path / "broken.json"
    broken.write_text(sound.read_text().replace('"C62"', '"pieces"', 1))
    assert main(["invoice", "check", str(sound)]) == 0
    assert "sound, 1578.63 EUR due" in capsys.readouterr().out
    assert main(["invoice", "check", str(sound), str(broken), "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    assert [row["refused"] for row in rows] == [False, True]
    assert rows[1]["findings"][0]["class"] == "business rule"
    broken.write_text("[")
    assert main(["invoice", "check", str(broken)]) == 1
    assert "not JSON" in capsys.readouterr().out
    good = INVOICES / "written" / "domestic_de.ubl.xml"
    bad = tmp_path / "bad.xml"
    bad.write_text(good.read_text().replace(">1678.63<", ">1678.64<"))
    assert main(["invoice", "validate", str(good)]) == 0
    assert main(["invoice", "validate", str(good), str(bad)]) == 1
    told = capsys.readouterr().out
    assert "business rule errors:" in told
    assert "BR-CO-15" in told
    assert main(["invoice", "validate", "--json", str(tmp_path / "bad.xml")]) == 1


def test_a_file_says_what_a_line_supplies_and_leaves_its_tax_to_the_law(ctx, shop, tmp_path):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(country="AT", vat_id="ATU57194903", city="Wien", postcode="1010")
    head, rows = (
        HEAD.replace("buyer_reference", "buyer_reference;nature"),
        "PO-{n};1;{d};2026-03-01;;EUR;;Item;1;C62;1;",
    )
    text = head + "".join(
        rows.replace("{n}", str(n)) + f"auto;0;;{what}\n" for n, what in enumerate(["goods", "services", ""])
    )
    run = imported(ctx, shop, tmp_path, text)
    assert (run.state, run.created, run.refused) == ("done", 3, 0), run.findings
    with ctx.open():
        found = {}
        for order in Order.objects.order_by("number"):
            draft = services.draft_from_order(ctx, order=order.id, today=TODAY)
            [told] = services.preview_issue(ctx, drafts=[draft], today=TODAY)
            found[order.number] = {one.code for one in told.findings if one.severity is Severity.ERROR}
    assert found == {"PO-0": {"BR-IC-11"}, "PO-1": set(), "PO-2": {"content.nature"}}


def test_an_order_whose_nature_nobody_knows_is_refused(ctx, shop):
    line = OrderLineDraft("Pump", Decimal(1), Decimal(1), nature="thing")
    with ctx.open(), pytest.raises(RefusedError, match="'thing' is neither goods nor"):
        services.accept_orders(
            ctx, orders=[OrderDraft(shop.creditor, shop.debtor, "PO", TODAY, "EUR", (line,))], today=TODAY
        )
