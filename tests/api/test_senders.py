"""The sender of a creditor over HTTP and on the command line, with the same words and refusals."""

from __future__ import annotations

import json

import pytest

from fairdue.cli.main import main
from fairdue.core.mailauth.dkim import record_of
from fairdue.foundation.mail import names
from fairdue.foundation.models import Tenant
from fairdue.parties.models import Creditor
from tests.api.calling import codes
from tests.dnspeer import quoted, serving

DOMAIN = "nordwind.example"
SENDER = {"mail_from": f"Nordwind <ar@{DOMAIN}>", "bounce_address": f"bounce@{DOMAIN}"}
KEY = {"domain": DOMAIN, "selector": "f1"}


@pytest.fixture
def zone(monkeypatch):
    records = {(f"{DOMAIN}.", "TXT"): ['"v=spf1 include:_spf.agency.example -all"'],
               ("_spf.agency.example.", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 -all"'],
               (f"{DOMAIN}.", "MX"): [f"10 mx.{DOMAIN}."]}  # fmt: skip
    monkeypatch.setattr(names, "SECONDS", 1.0)
    monkeypatch.setenv("FAIRDUE_SPF", "include:_spf.agency.example")
    with serving(records) as address:
        monkeypatch.setenv("FAIRDUE_RESOLVER", address)
        yield records


def test_a_sender_is_set_signed_and_checked(api, books, zone):
    path = f"/senders/{books.creditor}"
    assert api.call("PUT", path, SENDER).json()["signing"] is None
    assert codes(api.post(f"{path}/key", KEY | {"domain": "other.example"})) == ["dkim.domain"]
    waiting = api.post(f"{path}/key", KEY).json()["waiting"]
    assert waiting["place"] == f"f1._domainkey.{DOMAIN}"
    assert codes(api.post(f"{path}/key/use", {})) == ["dkim.unpublished"]
    zone[f"{waiting['place']}.", "TXT"] = [quoted(waiting["record"])]
    assert api.post(f"{path}/key/use", {}).json()["signing"]["selector"] == "f1"
    checks = {one["name"]: one["stand"] for one in api.post(f"{path}/check", {}).json()["checks"]}
    assert checks == {"SPF": "valid", "DKIM": "valid", "DMARC": "wrong", "Alignment": "valid", "Bounces": "valid"}
    assert api.get(path).json()["checked_on"]
    assert api.post(f"{path}/key/retire", {}).json()["signing"] is None
    assert api.post(f"{path}/key/use", {}).status_code == 404


def test_the_private_half_is_never_told(ctx, api, books):
    path = f"/senders/{books.creditor}"
    api.post(f"{path}/key", KEY)
    with ctx.open():
        sealed = Creditor.objects.get(id=books.creditor).settings["dkim_next"]["sealed"]
    assert sealed not in api.get(path).text
    assert "PRIVATE" not in api.get(path).text


def test_the_command_line_does_the_same(ctx, books, zone, capsys):
    with ctx.open():
        code = Creditor.objects.get(id=books.creditor).code
    scope = ["--tenant", Tenant.objects.get(id=ctx.tenant).slug, "--creditor", code]
    assert main(["mail", "sender", "--from", SENDER["mail_from"], "--bounces", SENDER["bounce_address"], *scope]) == 0
    assert "not signed" in capsys.readouterr().out
    assert main(["mail", "use-key", *scope]) == 1
    capsys.readouterr()
    assert main(["mail", "key", "--domain", DOMAIN, "--selector", "f1", *scope, "--json"]) == 0
    waiting = json.loads(capsys.readouterr().out)["waiting"]
    assert main(["mail", "use-key", *scope]) == 1
    zone[f"{waiting['place']}.", "TXT"] = [quoted(waiting["record"])]
    assert main(["mail", "use-key", *scope]) == 0
    capsys.readouterr()
    assert main(["mail", "check", *scope]) == 1  # no policy (DMARC) is published
    assert "DMARC _dmarc.nordwind.example: wrong" in capsys.readouterr().out
    zone[f"_dmarc.{DOMAIN}.", "TXT"] = ['"v=DMARC1; p=reject; rua=mailto:d@nordwind.example"']
    assert main(["mail", "check", *scope]) == 0
    assert main(["mail", "retire-key", *scope]) == 0
    assert record_of("x") not in capsys.readouterr().out
