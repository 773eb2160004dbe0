"""The edge itself: who may call, how often, with what, and what is said when not."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from fairdue.api import limits
from fairdue.api.application import api as application
from fairdue.api.routing import ROUTES
from fairdue.foundation import accounts
from fairdue.foundation.models import Fact
from fairdue.foundation.permissions import ROLES, Permission
from tests import make
from tests.api.calling import Machine, codes
from tests.api.test_heart import item, opened, recorded


def problem(response, status):
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    body = response.json()
    assert (body["status"], body["request_id"]) == (status, response["X-Request-Id"])
    assert response["Cache-Control"] == "no-store"
    return body


def filled(path):
    """Return a route's path with ids that nobody has."""
    named = path.replace("{month}", "2026-01")
    while "{" in named:
        named = named[: named.index("{")] + str(uuid4()) + named[named.index("}") + 1 :]
    return named.removeprefix("/api/v1")


def test_every_route_is_described_with_its_permission():
    described = {
        (method.upper(), path): operation["x-permission"]
        for path, operations in application.get_openapi_schema()["paths"].items()
        for method, operation in operations.items()
    }
    assert described == {(route.method, route.path): route.permission.value for route in ROUTES}


def test_every_address_under_the_api_is_in_the_table_of_routes():
    """Route table less OpenAPI is nothing (OWASP API9): only the description itself and the 404 are left."""
    from fairdue.api.urls import urlpatterns

    addresses = {f"/api/{pattern.pattern}".replace("<", "{").replace(">", "}") for pattern in urlpatterns}
    addresses = {address.replace("{uuid:", "{").replace("{str:", "{") for address in addresses}
    assert addresses - {route.path for route in ROUTES} == {"/api/", "/api/openapi.json", "/api/{path:rest}"}


def test_every_route_that_writes_money_demands_a_key_and_says_so():
    schema = application.get_openapi_schema()["paths"]
    for route in ROUTES:
        parameters = schema[route.path][route.method.lower()].get("parameters", [])
        required = [one["required"] for one in parameters if one["name"] == "Idempotency-Key"]
        assert required == ([route.money] if route.method == "POST" else [])


@pytest.mark.parametrize("role", [*ROLES])
def test_each_role_may_call_exactly_what_its_permissions_say(ctx, role):
    machine = Machine(ctx, ROLES[role])
    for route in ROUTES:
        if route.upload:
            answer = machine.upload(filled(route.path))
        else:
            answer = machine.call(route.method, filled(route.path), None if route.method == "GET" else {})
        assert (answer.status_code == 403) == (route.permission not in ROLES[role]), (route, answer.content)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_calls_without_a_key(database, route):
    for headers in (
        {},
        {"Authorization": "Bearer fairdue_x_y"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
    ):
        answer = Client().generic(route.method, f"/api/v1{filled(route.path)}", headers=headers)
        problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_its_next_call(api, ctx):
    assert api.get("/creditors").status_code == 200
    with ctx.open():
        accounts.revoke_api_key(ctx, api_key=api.key_id, today=make.TODAY)
    problem(api.get("/creditors"), 401)


def test_a_key_of_one_creditor_sees_that_creditor_only_and_writes_nothing(ctx, books):
    with ctx.open():
        other = make.books(ctx)
        theirs = make.item(ctx, other)
        own = make.item(ctx, books)
    narrow = Machine(ctx, creditor=books.creditor)
    assert [row["id"] for row in narrow.get("/creditors").json()["data"]] == [str(books.creditor)]
    assert [row["id"] for row in narrow.get("/open-items").json()["data"]] == [str(own)]
    problem(narrow.get(f"/open-items/{theirs}"), 404)
    problem(narrow.get(f"/debtors/{other.debtor}"), 404)
    assert narrow.get(f"/open-items?debtor={other.debtor}").json()["data"] == []
    problem(narrow.post("/open-items", {"items": [item(books)]}), 403)


def test_a_signed_in_person_calls_with_the_session_and_writes_with_a_csrf_token(ctx, books):
    with ctx.open():
        user = accounts.invite_user(ctx, email=f"{uuid4().hex}@agency.example", role="collector", today=make.TODAY)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(get_user_model().objects.get(id=user))
    assert browser.get("/api/v1/debtors").status_code == 200
    change = {"data": json.dumps({"city": "Bremen"}), "content_type": "application/json"}
    refused = browser.patch(f"/api/v1/debtors/{books.debtor}", **change)
    problem(refused, 403)
    browser.cookies["csrftoken"] = token = "a" * 32
    done = browser.patch(f"/api/v1/debtors/{books.debtor}", headers={"X-CSRFToken": token}, **change)
    assert done.json()["city"] == "Bremen"
    problem(browser.get("/api/v1/facts"), 403)
    problem(browser.get("/api/v1/debtors", headers={"Authorization": "Bearer wrong"}), 401)
    with ctx.open():
        invited = replace(ctx, actor=f"user:{user}")
        assert Fact.objects.order_by("-recorded_at").first().actor == invited.actor
        accounts.change_membership(ctx, user=user, role="collector", active=False, today=make.TODAY)
    problem(browser.get("/api/v1/debtors"), 401)


def test_who_calls_too_often_is_told_when_to_come_back_and_others_are_not_disturbed(ctx, api, monkeypatch):
    eager = Machine(ctx)
    monkeypatch.setattr(limits, "BURST", 3.0)
    monkeypatch.setattr(limits, "PER_SECOND", 0.01)
    statuses = [eager.get("/creditors").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    refused = eager.get("/creditors")
    problem(refused, 429)
    assert 1 <= int(refused["Retry-After"]) <= 200
    assert api.get("/creditors").status_code == 200


def test_wrong_keys_of_one_address_are_slowed_down_and_right_ones_are_not(api, monkeypatch):
    monkeypatch.setattr(limits, "FAILURES", 3.0)
    monkeypatch.setattr(limits, "FAILURES_PER_SECOND", 0.01)
    stranger = {"headers": {"Authorization": "Bearer fairdue_x_y"}, "REMOTE_ADDR": f"2001:db8:{uuid4().hex[:4]}::1"}
    client = Client()
    statuses = [client.get("/api/v1/creditors", **stranger).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    neighbour = stranger | {"REMOTE_ADDR": stranger["REMOTE_ADDR"].replace("::1", "::ffff")}
    assert client.get("/api/v1/creditors", **neighbour).status_code == 429
    right = neighbour | {"headers": {"Authorization": f"Bearer {api.secret}"}}
    assert client.get("/api/v1/creditors", **right).status_code == 200


def test_the_bucket_is_one_for_all_workers(database, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(limits, "BURST", 20.0)
    monkeypatch.setattr(limits, "PER_SECOND", 0.001)
    caller = f"key:{uuid4()}"

    def take(_):
        waits = limits.take(caller)
        connection.close()
        return waits

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(take, range(60)))
    assert waits.count(0) == 20


def test_a_repeated_call_gives_the_first_answer_and_does_nothing_twice(api, ctx, books):
    first = api.post("/open-items", {"items": [item(books)]}, key="once")
    again = api.post("/open-items", {"items": [item(books)]}, key="once")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert len(api.get("/open-items").json()["data"]) == 1
    other = api.post("/open-items", {"items": [item(books, "other")]}, key="once")
    assert (other.status_code, codes(other)) == (422, ["idempotency.conflict"])
    elsewhere = api.post("/credits", {"credits": []}, key="once")
    assert elsewhere.status_code == 422


def test_a_repetition_after_midnight_is_still_the_same_call(api, books, monkeypatch):
    first = api.post("/open-items", {"items": [item(books)]}, key="night")
    monkeypatch.setenv("FAIRDUE_TODAY", "2026-03-03")
    assert api.post("/open-items", {"items": [item(books)]}, key="night").content == first.content


def test_a_refused_call_does_not_use_up_its_key(api, books):
    assert api.post("/open-items", {"items": [item(books, amount="-1.00")]}, key="again").status_code == 422
    assert api.post("/open-items", {"items": [item(books)]}, key="again").status_code == 201


def test_the_same_call_from_eight_threads_at_once_has_one_effect(api, books):
    from django.db import connections

    one, money = opened(api, books), recorded(api, books)
    body = {"lines": [{"item": one, "credit": money, "amount": "19.00"}]}

    def call(_):
        answer = Machine.post(api, "/allocations", body, key="together")
        connections.close_all()
        return answer.status_code, answer.content

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(call, range(16)))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {201}
    assert api.get(f"/open-items/{one}").json()["residual"] == "100.00"


def test_a_call_that_moves_money_without_a_key_is_refused(api, books):
    answer = api.call("POST", "/open-items", {"items": [item(books)]})
    assert "Idempotency-Key" in problem(answer, 400)["detail"]
    for bad in ("", "x" * 201, "ä", "a\tb"):
        assert api.call("POST", "/open-items", {"items": [item(books)]}, **{"Idempotency-Key": bad}).status_code == 400


def test_a_new_key_s_secret_is_kept_nowhere(api, ctx):
    made = api.post("/api-keys", {"name": "ERP", "scopes": ["cash.view"]}, key="secret").json()
    twice = api.post("/api-keys", {"name": "ERP", "scopes": ["cash.view"]}, key="secret").json()
    assert made["id"] != twice["id"]
    listed = api.get("/api-keys")
    assert made["secret"].split("_", 2)[2] not in listed.content.decode()
    beyond = Machine(ctx, [Permission.USERS_EDIT]).post("/api-keys", {"name": "x", "scopes": ["cash.apply"]})
    assert (beyond.status_code, codes(beyond)) == (403, ["permission.beyond_own"])
    assert api.post(f"/api-keys/{made['id']}/revoke").status_code == 200


def test_people_are_invited_changed_and_ended(api, ctx):
    mail = f"{uuid4().hex}@agency.example"
    made = api.post("/users", {"email": mail, "role": "collector"})
    assert (made.status_code, made.json()["role"]) == (201, "collector")
    assert api.post("/users", {"email": mail, "role": "collector"}).status_code == 409
    path = f"/users/{made.json()['id']}"
    assert api.call("PUT", path, {"role": "cash_clerk", "active": False}).json()["active"] is False
    assert mail in [row["email"] for row in api.get("/users").json()["data"]]
    assert api.post("/roles", {"name": "night", "title": "Night", "permissions": ["cash.view"]}).status_code == 201
    assert {"admin", "night"} <= {row["name"] for row in api.get("/roles").json()["data"]}


def test_creditors_are_made_with_a_chart_and_changed(api):
    body = {"code": "NW", "name": "Nordwind GmbH", "country": "DE", "currency": "EUR"}
    made = api.post("/creditors", body)
    assert made.status_code == 201
    path = f"/creditors/{made.json()['id']}"
    assert len(api.get(f"{path}/trial-balance").json()["accounts"]) > 10
    assert api.call("PATCH", path, {"city": "Kiel"}).json()["city"] == "Kiel"
    assert api.call("PATCH", path, {"currency": "USD"}).status_code == 422
    assert api.post("/creditors", body).status_code in {409, 422}


def test_customers_are_created_handed_over_each_night_and_listed(api, books):
    row = {
        "creditor": str(books.creditor),
        "external_id": "K-1",
        "name": "Meyer KG",
        "country": "DE",
        "credit_limit": "5000.00",
    }
    made = api.post("/debtors", {"debtors": [row]}).json()["ids"][0]
    assert api.get(f"/debtors/{made}").json()["credit_limit"] == "5000.00"
    again = api.post("/debtors", {"debtors": [row]})
    assert (again.status_code, codes(again)) == (409, ["debtor.duplicate"])
    nightly = [row, row | {"external_id": "K-2"}]
    assert api.call("PUT", "/debtors", {"debtors": nightly}).json() == {"created": 1, "changed": 0, "unchanged": 1}
    listed = api.get(f"/debtors?creditor={books.creditor}&external_id=K-2").json()["data"]
    assert [one["name"] for one in listed] == ["Meyer KG"]
    changed = api.call("PATCH", f"/debtors/{made}", {"payment_terms_days": 14})
    assert changed.json()["payment_terms_days"] == 14


def test_one_customer_number_written_on_two_machines_is_one_customer(api, books):
    row = {"creditor": str(books.creditor), "external_id": "Caf\u00e9-1", "name": "Caf\u00e9", "country": "FR"}
    api.post("/debtors", {"debtors": [row]})
    apart = row | {"external_id": "Cafe\u0301-1", "name": "Cafe\u0301"}  # as a Mac writes it
    again = api.post("/debtors", {"debtors": [apart]})
    assert (again.status_code, codes(again)) == (409, ["debtor.duplicate"])
    assert api.call("PUT", "/debtors", {"debtors": [apart]}).json() == {"created": 0, "changed": 0, "unchanged": 1}


def test_limits_and_terms_need_their_own_permission(ctx, books):
    clerk = Machine(ctx, ROLES["invoicing_clerk"])
    assert clerk.call("PATCH", f"/debtors/{books.debtor}", {"city": "Ulm"}).status_code == 200
    refused = clerk.call("PATCH", f"/debtors/{books.debtor}", {"payment_terms_days": 90})
    assert (refused.status_code, codes(refused)) == (403, ["permission.missing"])


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"items": []}, "items"),
        ({"items": [{}]}, "items[0].creditor"),
        ({"items": "many"}, "items"),
        ({"itmes": []}, "items"),
        ([], ""),
        (7, ""),
        (None, ""),
    ],
)
def test_a_body_of_another_shape_is_refused_by_field(api, body, path):
    answer = problem(api.call("POST", "/open-items", body, key="k"), 422)
    assert path in [finding["path"] for finding in answer["findings"]] or not path


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 119.0), ("amount", "1e3"), ("amount", "NaN"), ("amount", "119,00"), ("amount", "9" * 18),
        ("amount", "0.00"), ("amount", ""), ("currency", "EURO"), ("currency", "XXX"), ("issued_on", 0),
        ("issued_on", "2026-02-30"), ("issued_on", "02.03.2026"), ("issued_on", "2026-03-02T00:00:00"),
        ("due_on", "2026-01-01"), ("kind", "gift"),
        ("number", ""), ("number", " "), ("number", "x" * 61), ("number", "nul\u0000"), ("number", "\ud800"),
        ("number", None), ("debtor", "not an id"), ("net_amount", "-1.00"), ("surprise", 1), ("booking", "gift"),
        ("discount_percent", "a"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_and_nothing_breaks(api, books, field, value):
    problem(api.post("/open-items", {"items": [item(books) | {field: value}]}), 422)
    assert api.get("/open-items").json()["data"] == []


def test_bodies_of_the_wrong_kind_and_size_are_refused_unread(api):
    def post(data, kind, **environ):
        headers = {"Authorization": f"Bearer {api.secret}", "Idempotency-Key": "k"}
        return api.client.generic(
            "POST", "/api/v1/open-items", data=data, content_type=kind, headers=headers, **environ
        )

    problem(post("<items/>", "application/xml"), 415)
    problem(post("a=1", "application/x-www-form-urlencoded"), 415)
    problem(post("{}", "application/json", CONTENT_LENGTH="999999999"), 413)
    problem(post("{", "application/json"), 400)
    problem(post(b"\xff\xfe{}", "application/json"), 400)
    problem(post("[" * 100_000, "application/json"), 400)
    assert api.get("/open-items").json()["data"] == []


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('{"items": [], "items": [{}]}', "a name stands twice in an object"),
        ('{"items": [{"amount": "1.00", "amount": "100.00"}]}', "a name stands twice in an object"),
        ('{"items": NaN}', "NaN is no number"),
        ('{"items": [-Infinity]}', "-Infinity is no number"),
        ('{"items": ]', "line 1 column 11"),
    ],
)
def test_json_that_means_two_things_or_none_is_refused_with_the_reason(api, body, why):
    headers = {"Authorization": f"Bearer {api.secret}", "Idempotency-Key": "k"}
    sent = {"data": body, "content_type": "application/json", "headers": headers}
    answer = api.client.generic("POST", "/api/v1/open-items", **sent)
    problem(answer, 400)
    assert why in answer.json()["detail"]


def test_wrong_methods_and_addresses_are_explained(api):
    answer = api.call("DELETE", "/open-items")
    problem(answer, 405)
    assert "POST" in answer["Allow"]
    problem(api.get("/no/such/thing"), 404)
    problem(api.get("/open-items/not-an-id"), 422)
    assert api.client.get("/api/openapi.json").json()["info"]["title"] == "Fairdue"


def test_more_than_five_thousand_rows_are_refused_before_any_is_read(api, books):
    answer = api.post("/open-items", {"items": [item(books, f"N{n}") for n in range(5001)]})
    assert problem(answer, 422)["findings"][0]["path"] == "items"


def test_five_thousand_items_are_opened_in_one_set_based_call(api, books):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts: list[int] = []
    api.get("/creditors")
    for many, label in ((2, "a"), (5000, "b")):
        with CaptureQueriesContext(connection) as queries:
            made = api.post("/open-items", {"items": [item(books, f"{label}{n}") for n in range(many)]})
        assert (made.status_code, len(made.json()["ids"])) == (201, many)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_failure_inside_is_said_without_its_reason_and_leaves_nothing(api, books, monkeypatch, caplog):
    from fairdue.api.resources import items

    def broken(*_, **__):
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(items, "open_items", broken)
    answer = api.post("/open-items", {"items": [item(books)]}, key="broken")
    assert "swordfish" not in answer.content.decode()
    problem(answer, 500)
    monkeypatch.undo()
    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())
    assert api.post("/open-items", {"items": [item(books)]}, key="broken").status_code == 201


def test_who_stands_in_the_way_is_waited_for_and_then_the_call_is_run_again(api, books, monkeypatch):
    from django.db import OperationalError
    from psycopg import errors as pg

    from fairdue.api.resources import items

    real, tries = items.open_items, []

    def in_the_way(*args, **kwargs):
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("deadlock detected") from pg.DeadlockDetected()
        return real(*args, **kwargs)

    monkeypatch.setattr(items, "open_items", in_the_way)
    assert api.post("/open-items", {"items": [item(books)]}).status_code == 201

    def always():
        raise OperationalError("lock timeout") from pg.LockNotAvailable()

    monkeypatch.setattr(items, "open_items", lambda *_, **__: always())
    answer = api.post("/open-items", {"items": [item(books)]})
    problem(answer, 503)
    assert answer["Retry-After"] == "2"
