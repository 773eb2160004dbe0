"""The calculators' files: examples of the reference, every bad field by its path, exit codes."""

import argparse
import io
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from fairdue.cli import insurance as command
from fairdue.core.findings import RefusedError
from fairdue.core.insurance.answers import answer_indemnity, answer_obligations, answer_quote
from fairdue.core.insurance.fields import Node, open_file
from fairdue.core.insurance.files import plain_policy, read_policy
from fairdue.core.insurance.policy import Policy

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "insurance-files.md").read_text(encoding="utf-8")
EXAMPLES = {name: json.loads(text) for name, text in re.findall(r"```json (\w+)\n(.*?)```", PAGE, re.DOTALL)}
SCHEMA = json.loads((REFERENCE / "insurance.schema.json").read_text(encoding="utf-8"))["$defs"]


def changed(name, **more):
    return {**json.loads(json.dumps(EXAMPLES[name])), **more}


def findings(answer, content):
    with pytest.raises(RefusedError) as refusal:
        answer(content)
    return [finding.path for finding in refusal.value.findings]


def test_the_indemnity_example_of_the_page():
    answer = answer_indemnity(EXAMPLES["indemnity"])
    assert f"`{answer['indemnity']}`" in PAGE
    assert f"`{answer['borne']}`" in PAGE
    assert f"`{answer['recoveries'][0]['insurer']}`" in PAGE
    assert list(answer["steps"][0]) == ["name", "amount", "note"]
    assert set(answer) == set(SCHEMA["indemnity_answer"]["required"]) | {"year"}


def test_the_quote_example_of_the_page():
    answer = answer_quote(EXAMPLES["quote"])
    assert answer["pricing"]["premium"] == "24750.00"
    assert answer["pricing"]["steps"][-1] == {
        "name": "country", "factor": "1.10", "rate_percent": "0.206250",
    }  # fmt: skip
    assert answer["declaration"]["adjustment"] == "5940.00"
    assert answer["declaration"]["premium_tax"] == "7695.00"
    assert answer["top_up"]["premium"] == "1000.00"
    assert answer["experience"] == {"change": "0.00", "premium": "40500.00"}
    only = answer_quote({"currency": "EUR", "declaration": {"rate_percent": 1, "estimate": 1, "turnover": 1}})
    assert set(only) == {"currency", "declaration"}
    assert only["declaration"]["maximum_liability"] is None
    assert set(answer_quote({"currency": "EUR", "top_up": EXAMPLES["quote"]["top_up"]})) == {
        "currency", "top_up",
    }  # fmt: skip


def test_the_obligations_example_of_the_page():
    answer = answer_obligations(EXAMPLES["obligations"])
    dates = {row["duty"]: row for row in answer["items"][0]["obligations"]}
    assert dates["notify"]["standing"] == "done"
    assert dates["mandate"]["standing"] == "due"
    assert dates["mandate"]["opens"] == "2026-11-15"
    without = answer_obligations(changed("obligations", today=None))
    assert "standing" not in without["items"][0]["obligations"][0]


def test_the_reference_and_the_schema_name_every_policy_term():
    names = {term.name for term in fields(Policy)} - {"currency"}
    assert set(SCHEMA["policy"]["properties"]) == names
    assert all(f"`{name}`" in PAGE for name in names)
    assert not [name for name, part in SCHEMA.items() if part.get("additionalProperties", False) is not False]


def test_a_policy_written_and_read_is_the_same():
    root = open_file({"currency": "EUR"})
    policy = Policy("EUR", number="P 1", maximum_liability=12_345, claim_days=None)
    again = read_policy(Node(plain_policy(policy), "policy", root.found))
    assert again == policy
    assert root.found == []
    assert read_policy(Node(plain_policy(Policy("EUR")), "", [])) == Policy("EUR")


@pytest.mark.parametrize(
    "more, paths",
    [
        ({"currency": "XXZ"}, ["currency"]),
        ({"currency": 5}, ["currency"]),
        ({"policy": 7}, ["policy"]),
        (
            {"policy": {"threshold": "-1", "waiting_days": "1.5", "vat_insured": "yes", "attachment": "x"}},
            ["policy.threshold", "policy.waiting_days", "policy.vat_insured", "policy.attachment"],
        ),
        ({"policy": {"insured_percentage": "much"}}, ["policy.insured_percentage"]),
        ({"policy": {"insured_percentage": "Infinity"}}, ["policy.insured_percentage"]),
        (
            {"policy": {"insured_percentage": 0, "extension_dayz": 3}},
            ["policy.extension_dayz", "policy.insured_percentage"],
        ),
        ({"policy": {"payout_days": None}}, ["policy.payout_days"]),
        ({"limits": {}}, ["limits"]),
        ({"limits": [{"date": "2026-02-30", "amount": "1.005"}]}, ["limits[0].date", "limits[0].amount"]),
        ({"limits": [{"date": "2026-01-01"}]}, ["limits[0].amount"]),
        ({"limits": [{"date": "2026-01-01", "change": "raised", "amount": 1}]}, ["limits[0].change"]),
        ({"withdrawals": [{}]}, ["withdrawals[0].date"]),
        ({"items": [], "receipts": []}, ["items"]),
        (
            {"items": [5], "receipts": []},
            ["items[0]", "items[0].invoiced", "items[0].net", "items[0].id", "items[0].due"],
        ),
        (
            {
                "items": [{"id": "A", "invoiced": "2026-01-01", "due": "2026-01-01", "net": "5", "disputed": "6"}],
                "receipts": [],
            },
            ["items[0].disputed"],
        ),
        ({"items": [EXAMPLES["indemnity"]["items"][0]] * 2, "receipts": []}, ["items[1].id"]),
        (
            {"receipts": [{"date": "2026-01-01", "gross": "5", "net": "6", "item": "Z"}]},
            ["receipts[0].item", "receipts[0].net"],
        ),
        (
            {"receipts": [{"date": "2026-01-01", "gross": True, "item": ""}]},
            ["receipts[0].item", "receipts[0].gross"],
        ),
        ({"loss": {"date": "tomorrow", "cause": "weather"}}, ["loss.date", "loss.cause"]),
        ({"loss": {}}, ["loss.date"]),
        (
            {"recoveries": [{"date": "2026-01-01", "amount": "NaN"}]},
            ["recoveries[0].date", "recoveries[0].amount"],
        ),
        ({"recoveries": [{"date": "2027-01-01", "amount": "much"}]}, ["recoveries[0].amount"]),
        ({"recoveries": [{"date": "2027-01-01", "amount": "1e30"}]}, ["recoveries[0].amount"]),
        ({"year": {"indemnified": []}}, ["year.indemnified"]),
        ({"surprise": 1}, ["surprise"]),
    ],
)
def test_every_bad_field_of_an_indemnity_file_is_named_by_its_path(more, paths):
    assert findings(answer_indemnity, changed("indemnity", **more)) == paths


@pytest.mark.parametrize(
    "content, paths",
    [
        ({"currency": "EUR"}, [""]),
        ([], [""]),
        ({"currency": "EUR", "pricing": {}}, ["pricing.base_rate_percent", "pricing.turnover"]),
        (
            {"currency": "EUR", "pricing": {"base_rate_percent": -1, "turnover": 1}},
            ["pricing.base_rate_percent"],
        ),
        (
            {
                "currency": "EUR",
                "declaration": {"rate_percent": 1, "estimate": 1, "turnover": 1, "instalments": 0},
            },
            ["declaration.instalments"],
        ),
        ({"currency": "EUR", "experience": {"premium": 1, "claims": 1}}, ["experience.bands"]),
    ],
)
def test_every_bad_field_of_a_quote_is_named_by_its_path(content, paths):
    assert findings(answer_quote, content) == paths


def test_what_is_done_must_name_an_item_of_the_file():
    done = [{"item": "Z", "duty": "notify", "date": "2026-01-01"}, {"duty": "dance", "date": "2026-01-01"}]
    paths = findings(answer_obligations, changed("obligations", done=done))
    assert paths == ["done[0].item", "done[1].item", "done[1].duty"]


def test_disputed_true_takes_the_whole_item_out_and_an_amount_its_part():
    items = json.loads(json.dumps(EXAMPLES["indemnity"]["items"]))
    items[0]["disputed"], items[1]["disputed"], items[2]["disputed"] = True, "5000.00", False
    answer = answer_indemnity(changed("indemnity", items=items, receipts=[]))
    assert [row["eligible"] for row in answer["items"]] == ["0.00", "50000.00", "50000.00"]


def test_withdrawals_are_limit_events():
    answer = answer_indemnity(changed("indemnity", withdrawals=[{"date": "2026-03-10"}], receipts=[]))
    assert [row["insured"] for row in answer["items"]] == ["60000.00", "55000.00", "0.00"]
    assert answer["items"][2]["reasons"][0]["code"] == "cover.no_limit"


def test_what_reduced_no_item_is_set_aside():
    receipts = [{"date": "2026-05-02", "gross": "900000.00"}]
    answer = answer_indemnity(changed("indemnity", receipts=receipts))
    assert answer["indemnity"] == "0.00"
    assert answer["set_aside"] == [{"date": "2026-05-02", "amount": "703650.00", "item": None}]


def call(*words):
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["insurance", *words])
    return args.run(args)


@pytest.fixture
def written(tmp_path):
    def write(content):
        path = tmp_path / "file.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("name", ["indemnity", "quote", "obligations"])
def test_the_command_answers_as_json_and_in_words(name, written, capsys):
    path = written(EXAMPLES[name])
    assert call(name, path, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {
        "indemnity": answer_indemnity,
        "quote": answer_quote,
        "obligations": answer_obligations,
    }[name](EXAMPLES[name])
    assert call(name, path) == 0
    assert {"indemnity": "borne: 21750.00", "quote": "adjustment: 5940.00", "obligations": "2027-07-12"}[
        name
    ] in capsys.readouterr().out


def test_the_command_refuses_with_findings(written, capsys):
    assert call("indemnity", written({"currency": "EUR"}), "--json") == 1
    shown = capsys.readouterr()
    assert {row["path"] for row in json.loads(shown.out)["findings"]} == {"items", "loss.date"}
    assert "loss.date: missing [file.missing]" in shown.err
    assert call("quote", written("[]")) == 1
    assert "file: the file is not an object" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", '{"a": NaN}', "[" * 100_000, "\0"])
def test_what_is_not_json_is_refused(content, written, capsys):
    assert call("quote", written(content)) == 1
    assert "file.json" in capsys.readouterr().err


def test_a_file_too_large_is_refused_and_a_missing_one_is_usage(written, capsys, monkeypatch, tmp_path):
    assert call("quote", str(tmp_path / "nowhere.json")) == 2
    monkeypatch.setattr(command, "LARGEST_FILE", 3)
    assert call("quote", written("12345")) == 1
    assert "file.size" in capsys.readouterr().err


def test_a_dash_reads_standard_input(monkeypatch, capsys):
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(EXAMPLES["quote"]).encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert call("quote", "-", "--json") == 0
    assert json.loads(capsys.readouterr().out)["currency"] == "EUR"
