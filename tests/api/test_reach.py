"""How documents go out and how customers are reached, over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest

from fairdue.cli.main import main
from fairdue.foundation.models import Tenant
from fairdue.parties.models import Creditor, Debtor
from tests.api.calling import codes


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch):
    for name in ("FAIRDUE_RESOLVER", "FAIRDUE_REGISTERS", "FAIRDUE_ACCESS_POINT_URL", "FAIRDUE_HANDOVER"):
        monkeypatch.delenv(name, raising=False)


def test_how_documents_go_out_is_set_as_a_whole(api, books):
    path = f"/dispatch/{books.creditor}"
    assert api.get(path).json()["delivery"] == "email"
    sent = {"delivery": "auto", "by_country": {"IT": "sdi"}, "policy": "block", "least": "matched"}
    assert api.call("PUT", path, sent).json() | sent == api.get(path).json()
    refused = api.call("PUT", path, {"delivery": "pigeon", "by_country": {"IT": "pigeon"}})
    assert codes(refused) == ["creditor.dispatch"] * 2


def test_a_customer_is_looked_at_confirmed_and_asked_for_its_wish(ctx, api, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(settings={"delivery": "auto"})
        Debtor.objects.filter(id=books.debtor).update(street="Platz 2", postcode="20095", city="Hamburg")
    path = f"/reach/{books.debtor}"
    assert (api.get(path).json()["channel"], api.get(path).json()["evidence"]) == ("email", [])
    seen = api.post(f"{path}/check").json()["evidence"]
    assert {(one["what"], one["layer"], one["outcome"]) for one in seen} == {
        ("address", "syntax", "passed"), ("email", "syntax", "passed"), ("email", "domain", "not_checked"),
    }  # fmt: skip
    word = {"what": "address", "source": "called reception"}
    assert api.post(f"{path}/confirm", word).json()["address_state"] == "confirmed"
    assert codes(api.post(f"{path}/confirm", word | {"what": "phone"})) == ["verify.unknown"]
    told = api.call("PUT", f"{path}/wish", {"channel": "print"}).json()
    assert (told["channel"], "wants it by print" in told["why"]) == ("print", True)
    assert codes(api.call("PUT", f"{path}/wish", {"channel": "pigeon"})) == ["debtor.channel"]


def test_the_command_line_does_the_same(ctx, books, capsys):
    with ctx.open():
        code = Creditor.objects.get(id=books.creditor).code
        number = Debtor.objects.get(id=books.debtor).external_id
        Debtor.objects.filter(id=books.debtor).update(street="Platz 2", postcode="20095", city="Hamburg")
    scope = ["--tenant", Tenant.objects.get(id=ctx.tenant).slug, "--creditor", code, "--json"]

    def told(*words):
        assert main(["delivery", *words, *scope]) == 0
        return json.loads(capsys.readouterr().out)[0]

    now = told("settings", "--delivery", "auto", "--country", "IT=sdi", "--large", "yes", "--policy", "block")
    assert (now["delivery"], now["by_country"], now["large"], now["policy"]) == ("auto", {"IT": "sdi"}, True, "block")
    assert told("settings", "--country", "IT=")["by_country"] == {}
    assert told("wish", number, "print")["channel"] == "print"
    assert told("wish", number)["wish"] == ""
    assert told("confirm", number, "email", "--source", "call", "--wrong")["email"] == "returned"
    assert main(["delivery", "settings", "--delivery", "pigeon", *scope]) == 1
    assert main(["delivery", "confirm", "NOBODY", "email", "--source", "call", *scope]) == 1
