"""Odd addresses at the staff screens: no error of the house, nothing kept of what failed, no door left open."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError
from django.http import HttpResponse
from django.test import RequestFactory

from fairdue.core.findings import refuse
from fairdue.foundation.middleware import Tenancy
from fairdue.invoicing.models import Draft
from fairdue.parties import selectors as parties
from tests import make
from tests.web.conftest import person, sign_in  # noqa: F401 - fixtures, found by their names

NOBODY = str(uuid4())
BOOKS = ("/dashboard", "/insurance/premium", *map("/reports/{}".format, ("arrears", "dso", "expected", "promises")))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2199-12-31", "1970-01-01"])
@pytest.mark.parametrize("path", BOOKS)
def test_no_day_breaks_a_report(sign_in, books, path, day):  # noqa: F811
    assert sign_in("admin").get(f"{path}?asof={day}", follow=True).status_code == 200


@pytest.mark.parametrize("query", ["to=0001-01-01", "from=9999-12-31&to=9999-12-31", "from=0001-01-01"])
@pytest.mark.parametrize("path", ["/cash/quality", "/cash/quality/payments"])
def test_no_period_breaks_the_quality_of_cash(sign_in, books, path, query):  # noqa: F811
    assert sign_in("admin").get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/cadences?customer=%00", "/customers?q=%00", "/search?q=%00"])
def test_a_nul_is_nobodys_name(sign_in, books, path):  # noqa: F811
    assert sign_in("admin").get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/settings", 200), ("/settings/you", 200), ("/wordings", 403), ("/cadences", 403), ("/cadences/tonight", 403)],
)
def test_what_is_the_agencys_alone_is_refused_to_a_client_without_an_error(sign_in, books, path, status):  # noqa: F811
    client = sign_in("client", creditor=books.creditor)
    client.raise_request_exception = False
    assert client.get(path).status_code == status


def test_a_client_is_led_to_no_page_that_refuses_it(sign_in, books):  # noqa: F811
    assert 'href="/cadences"' not in sign_in("client", creditor=books.creditor).get("/customers").content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [(refuse("test.refused", "", "No."), 409), (DataError("a NUL"), 400), (ValueError("a mistake"), 500)],
)
def test_of_a_view_that_fails_halfway_nothing_is_kept(ctx, person, rf_session, error, status):  # noqa: F811
    user = person("admin")
    before = _names(ctx)

    def view(request):
        make.creditor(request.ctx, name="Halfway GmbH")
        answered = tenancy.process_exception(request, error)
        return answered or HttpResponse(status=500)

    tenancy = Tenancy(view)
    assert tenancy(rf_session(user)).status_code == status
    assert _names(ctx) == before


@pytest.fixture
def rf_session():
    def make_request(user):
        request = RequestFactory().get("/customers")
        request.user, request.session = user, {}
        return request

    return make_request


def _names(ctx):
    with ctx.open():
        return {row.name for row in parties.creditors(ctx)}


@pytest.mark.parametrize("onward", ["0", "web:settings", "a\x00b", "{{ 7*7 }}", "null", "/customers"])
def test_the_switch_goes_to_an_address_and_never_to_a_name_of_ours(sign_in, books, onward):  # noqa: F811
    client = sign_in("admin")
    client.raise_request_exception = False
    answer = client.post("/switch", {"creditor": str(books.creditor), "next": onward})
    assert answer.status_code == 302
    assert "settings" not in answer["Location"].removeprefix("web:settings")


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_switch_never_leaves_the_house(sign_in, books, onward):  # noqa: F811
    assert sign_in("admin").post("/switch", {"next": onward})["Location"] == "/"


HOLLOW = [
    ("/invoices/new", {"debtor": "no id"}, 400),
    ("/w/{debtor}/dispute", {"task": NOBODY, "item": NOBODY, "reason": "price"}, 422),
    ("/cadences/save", {"name": "x", "offset": ["1", "2"], "channel": ["email"]}, 422),
]


@pytest.mark.parametrize(("path", "fields", "status"), HOLLOW)
def test_a_form_that_is_none_of_ours_is_no_error_of_the_house(sign_in, books, path, fields, status):  # noqa: F811
    client = sign_in("admin")
    client.raise_request_exception = False
    assert client.post(path.format(debtor=books.debtor), fields).status_code == status


@pytest.mark.parametrize(("fields", "status"), [({"debtor_id": uuid4()}, 400), ({"debtor_id": None}, 500)])
def test_a_reference_to_nothing_is_no_form_of_ours_and_another_fault_is_not_hidden(
    ctx, books, person, rf_session, fields, status  # noqa: F811
):  # fmt: skip
    def view(request):
        try:
            Draft.objects.create(
                tenant_id=ctx.tenant, creditor_id=books.creditor, currency="EUR", written_by="x", **fields
            )
        except IntegrityError as error:
            return tenancy.process_exception(request, error) or HttpResponse(status=500)
        raise AssertionError("the database took it")

    tenancy = Tenancy(view)
    assert tenancy(rf_session(person("admin"))).status_code == status
