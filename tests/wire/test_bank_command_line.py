"""`fairdue bank read` and `fairdue bank advice`: files shown without a database."""

from __future__ import annotations

import json

from tests.wire.test_mt940 import GERMAN, mt940
from tests.wire.test_remittance_written import TEXT

from fairdue.cli.main import main


def written(folder, name, content) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_bank_file_is_shown_with_its_lines(tmp_path, capsys):
    name = written(tmp_path, "a.sta", mt940(GERMAN))
    assert main(["bank", "read", name, "--json"]) == 0
    ((answer,),) = [json.loads(capsys.readouterr().out)]
    (statement,) = answer["statements"]
    assert (statement["format"], statement["complete"], statement["opening"], statement["closing"]) == (
        "MT940", True, "1000.00", "1119.00",
    )  # fmt: skip
    (line,) = statement["lines"]
    assert (line["amount"], line["booked_on"], line["party_account"]) == (
        "119.00",
        "2026-03-02",
        "DE02500105170137075030",
    )
    assert main(["bank", "read", name]) == 0
    assert "MT940 37040044/532013000 EUR: 1 entry, 1 line, proven complete" in capsys.readouterr().out


def test_a_bank_file_that_does_not_add_up_ends_with_one(tmp_path, capsys):
    name = written(tmp_path, "a.sta", mt940(GERMAN, total="1,00"))
    assert main(["bank", "read", name]) == 1
    assert "is unexplained" in capsys.readouterr().out
    assert main(["bank", "read", name, "--format", "camt.053"]) == 1
    assert main(["bank", "read", name, "--format", "nothing"]) == 1
    assert main(["bank", "read", str(tmp_path / "missing")]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_an_advice_is_shown_with_its_documents(tmp_path, capsys):
    name = written(tmp_path, "avis.txt", TEXT.encode())
    assert main(["bank", "advice", name, "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    (advice,) = answer["advices"]
    assert (advice["total"], advice["currency"], advice["complete"]) == ("1318.87", "EUR", True)
    assert next((line["number"], line["net"]) for line in advice["lines"]) == ("RE-2026-04711", "1209.87")
    wrong = written(tmp_path, "wrong.txt", TEXT.replace("1.318,87", "9.999,99").encode())
    assert main(["bank", "advice", name, wrong]) == 1
    out = capsys.readouterr().out
    assert "RE-2026-04711: 1209.87" in out
    assert "does not add up" in out
