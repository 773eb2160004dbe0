"""Official rules over HTTP: listed with what is missing, proposed by one, imported when another approves."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from fairdue.foundation.approvals import pending
from fairdue.invoicing.validation import store
from tests.api.calling import Machine, codes

SHEET = b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'
MANIFEST = {
    "rule_set": "peppol", "syntax": "ubl", "name": "Peppol BIS Billing 3", "version": "2026.5",
    "valid_from": "2020-05-18", "valid_to": None, "stylesheet": "p.xslt",
    "files": {"p.xslt": hashlib.sha256(SHEET).hexdigest()},
}  # fmt: skip
PEPPOL = {"rule_set": "peppol", "syntax": "ubl"}


def zipped(sheet=SHEET):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        pack.writestr("manifest.json", json.dumps(MANIFEST))
        pack.writestr("p.xslt", sheet)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "rules")
    monkeypatch.setenv("FAIRDUE_RULE_UPLOAD", "1")
    return tmp_path / "rules"


def test_one_key_proposes_a_pack_and_another_person_imports_it(api, ctx, place):
    before = api.get("/rule-packs").json()
    assert (PEPPOL in before["missing"], before["may_import"], before["waiting"]) == (True, True, [])
    made = api.upload("/rule-packs", zipped(), "peppol.zip")
    assert made.status_code == 202, made.content
    approval = made.json()["approval"]
    assert api.get("/rule-packs").json()["waiting"] == [approval]
    assert api.post(f"/approvals/{approval}/approve").status_code in {409, 422}
    assert not place.exists()
    second = Machine(ctx)
    assert second.post(f"/approvals/{approval}/approve").json() == {"id": approval, "state": "approved"}
    after = api.get("/rule-packs").json()
    [row] = [one for one in after["data"] if one["origin"] == "imported"]
    assert (row["name"], row["version"], row["judges"]) == ("Peppol BIS Billing 3", "2026.5", True)
    assert row["sha256"] == MANIFEST["files"]["p.xslt"]
    assert (PEPPOL in after["missing"], after["waiting"]) == (False, [])


def test_the_same_call_again_proposes_once(api, ctx):
    first = api.upload("/rule-packs", zipped(), "peppol.zip", key="once")
    assert api.upload("/rule-packs", zipped(), "peppol.zip", key="once").json() == first.json()
    with ctx.open():
        assert len(pending(ctx)) == 1


@pytest.mark.parametrize("content", [b"no zip", zipped(SHEET + b"<!-- -->")])
def test_what_is_no_pack_is_refused_and_proposes_nothing(api, ctx, content):
    assert api.upload("/rule-packs", content, "x.zip").status_code == 422
    with ctx.open():
        assert pending(ctx) == []


def test_where_tenants_share_the_machine_its_operator_imports(api, ctx, monkeypatch):
    monkeypatch.setenv("FAIRDUE_RULE_UPLOAD", "0")
    assert api.get("/rule-packs").json()["may_import"] is False
    assert codes(api.upload("/rule-packs", zipped(), "peppol.zip")) == ["rules.operator"]
    with ctx.open():
        assert pending(ctx) == []
