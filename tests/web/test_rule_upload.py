"""Official rules over the screen: checked and proposed by one person, imported by another, where that is allowed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairdue.foundation.approvals import pending
from fairdue.foundation.models import Fact
from fairdue.invoicing.validation import store

SHEET = b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'
MANIFEST = {
    "rule_set": "peppol", "syntax": "ubl", "name": "Peppol BIS Billing 3", "version": "2026.5",
    "valid_from": "2026-05-18", "valid_to": None, "stylesheet": "p.xslt",
    "files": {"p.xslt": hashlib.sha256(SHEET).hexdigest()},
}  # fmt: skip


def zipped(manifest=MANIFEST, sheet=SHEET):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as pack:
        pack.writestr("manifest.json", json.dumps(manifest))
        pack.writestr("p.xslt", sheet)
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "rules")
    monkeypatch.setenv("FAIRDUE_RULE_UPLOAD", "1")
    return tmp_path / "rules"


def send(client, content):
    sent = {"pack": SimpleUploadedFile("peppol.zip", content)}
    return client.post(reverse("web:settings_rules_upload"), sent, follow=True)


def test_one_proposes_and_another_imports(ctx, sign_in, place):
    first, second = sign_in(), sign_in()
    assert "Checked and proposed" in send(first, zipped()).text
    page = first.get(reverse("web:settings_rules")).text
    assert "Waits for a second person" in page
    assert not place.exists()
    with ctx.open():
        [row] = pending(ctx)
    assert "Peppol BIS Billing 3 2026.5 (ubl), valid from 2026-05-18 to no end, SHA-256" in row.title
    decide = reverse("web:decide", args=[row.id])
    assert "Somebody else must approve" in first.post(decide, {"decision": "approve"}, follow=True).text
    assert not place.exists()
    second.post(decide, {"decision": "approve"})
    page = first.get(reverse("web:settings_rules")).text
    assert "2026.5" in page
    assert MANIFEST["files"]["p.xslt"] in page
    with ctx.open():
        fact = Fact.objects.get(type="rule_pack.imported")
        assert fact.payload["sha256"] == row.payload["sha256"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip", "neither a folder nor a zip"),
        (zipped(MANIFEST | {"files": {"p.xslt": "0" * 64}}), "The SHA-256 of this file is another one."),
        (zipped(sheet=b"<broken"), "The SHA-256 of this file is another one."),
        (zipped(MANIFEST | {"version": "../x"}), "version is a short text"),
        (zipped(MANIFEST | {"valid_from": "soon"}), "valid_from is a date"),
    ],
)
def test_what_is_no_pack_is_refused_with_its_reason_and_proposes_nothing(ctx, sign_in, place, content, words):
    answer = send(sign_in(), content)
    assert (answer.status_code, words in answer.text) == (422, True)
    with ctx.open():
        assert pending(ctx) == []
    assert not place.exists()


def test_a_version_that_is_there_with_other_files_is_refused(sign_in):
    store.add(zipped())
    other = SHEET + b"<!-- -->"
    changed = MANIFEST | {"files": {"p.xslt": hashlib.sha256(other).hexdigest()}}
    assert "give it its own version" in send(sign_in(), zipped(changed, other)).text


def test_on_a_shared_machine_only_its_operator_imports(ctx, other_ctx, sign_in, monkeypatch):
    monkeypatch.delenv("FAIRDUE_RULE_UPLOAD")
    admin = sign_in()
    page = admin.get(reverse("web:settings_rules")).text
    assert "fairdue invoice packs add" in page
    assert "Check and propose" not in page
    assert "its operator imports rules" in send(admin, zipped()).text
    monkeypatch.setenv("FAIRDUE_RULE_UPLOAD", "0")
    assert "its operator imports rules" in send(admin, zipped()).text
    with ctx.open():
        assert pending(ctx) == []


def test_who_may_not_change_settings_may_not_send_rules(sign_in):
    clerk = sign_in("invoicing_clerk")
    assert "Check and propose" not in clerk.get(reverse("web:settings_rules")).text
    assert send(clerk, zipped()).status_code == 403
