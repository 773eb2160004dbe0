"""`fairdue invoice standing`: shown, set piece by piece, refused with every reason."""

from __future__ import annotations

import json

import pytest

from fairdue.cli.main import main
from fairdue.parties.models import Creditor


@pytest.fixture
def standing(ctx, books, capsys, monkeypatch):
    monkeypatch.setattr("fairdue.cli.invoice_standing.ctx_of", lambda args: ctx)
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            country="US", settings={"formats": ["ubl"], "logo_svg": "<svg/>"}
        )
        code = Creditor.objects.get(id=books.creditor).code

    def call(*arguments, as_json=True):
        extra = ["--json"] if as_json else []
        done = main(["invoice", "standing", "--creditor", code, "--today", "2026-03-02", *arguments, *extra])
        out = capsys.readouterr()
        return done, json.loads(out.out) if as_json and done == 0 else out.out + out.err

    return call


def test_what_is_given_is_set_and_the_rest_stays(ctx, books, standing, tmp_path):
    rates, codes = tmp_path / "rates.txt", tmp_path / "codes.txt"
    rates.write_text("NY 4\n10001 8.875\n")
    codes.write_text("380/2026 JFSB4Q9G\n")
    done, told = standing("--sales-tax-rates", str(rates), "--particular", "directors=A. Weiss", "--formats", "ubl,cii")
    assert (done, told["sales_tax_rates"]) == (0, {"NY": "4", "10001": "8.875"})
    assert (told["formats"], told["particulars"]["directors"]) == (["ubl", "cii"], "A. Weiss")
    done, told = standing("--atcud", str(codes), "--accent", "#112233")
    assert (told["atcud"], told["sales_tax_rates"]["NY"], told["accent"]) == ({"380/2026": "JFSB4Q9G"}, "4", "#112233")
    assert "sales_tax_rates 10001: 8.875" in standing(as_json=False)[1]
    with ctx.open():
        assert Creditor.objects.get(id=books.creditor).settings["logo_svg"] == "<svg/>"


def test_what_is_wrong_is_refused_and_nothing_is_set(ctx, books, standing, tmp_path):
    rates = tmp_path / "rates.txt"
    rates.write_text("MOON 4\nNY much\n")
    done, told = standing("--sales-tax-rates", str(rates), "--accent", "#112233", as_json=False)
    assert done == 1
    assert "MOON is no state or province" in told
    assert "NY: write a percentage" in told
    with ctx.open():
        assert Creditor.objects.get(id=books.creditor).settings == {"formats": ["ubl"], "logo_svg": "<svg/>"}
    with pytest.raises(SystemExit) as stopped:
        standing("--atcud", str(tmp_path / "none.txt"))
    assert stopped.value.code == 2
