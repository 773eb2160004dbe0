"""Another tenant's ids in path, query and body: not found or not valid, nothing leaked, nothing changed."""

from uuid import uuid4

import pytest

from fairdue.api.application import api as application  # declares every route
from fairdue.api.routing import ROUTES
from fairdue.foundation.models import Fact
from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds
from tests import make
from tests.api.test_heart import item, payment

SECRET = "Geheimrat & Söhne"
NOBODY = str(uuid4())


class Treasure:
    """One of everything in the tenant that is attacked."""

    def __init__(self, ctx):
        with ctx.open():
            creditor = make.creditor(ctx, name=SECRET)
            self.books = make.Books(creditor, make.debtor(ctx, creditor, name=SECRET))
            self.item = make.item(ctx, self.books, number=f"{SECRET} 1")
            self.credit = make.payment(ctx, self.books, 5000)
            self.group = allocate(
                ctx, lines=[Applied(self.item, 1000, self.credit)], effective_on=make.TODAY, today=make.TODAY
            )
            hold = HoldDraft(creditor, self.books.debtor, "manual", make.TODAY, note=SECRET)
            self.hold = place_holds(ctx, holds=[hold], today=make.TODAY)[0]
        self.named = {
            "creditor": creditor, "debtor": self.books.debtor, "item": self.item, "credit": self.credit,
            "group": self.group, "hold": self.hold, "subject": self.item, "parent": self.item,
        }  # fmt: skip


@pytest.fixture
def treasure(other_ctx):
    return Treasure(other_ctx)


@pytest.fixture
def untouched(other_ctx, treasure):
    """What the attacked tenant knows must be the same afterwards."""

    def facts():
        with other_ctx.open():
            return list(Fact.objects.order_by("id").values_list("id", "type"))

    before = facts()
    yield
    assert facts() == before


def answers_alike(api, method, path, theirs, nobodys, body=None):
    """Ask with another tenant's id and with one that nobody has: the two answers must not differ."""
    seen = []
    for one in (theirs, nobodys):
        answer = api.call(method, path.replace("ID", str(one)), body, key=uuid4().hex)
        problem = answer.json()
        problem.pop("request_id", None)
        seen.append((answer.status_code, str(problem).replace(str(one), "ID")))
    assert seen[0] == seen[1], seen
    assert SECRET not in seen[0][1]
    return seen[0]


BODIES = {
    "note_the_deliveries": {"deliveries": [{"line": NOBODY}]},
    "change_a_debtor": {"city": "Ulm"}, "write_off_a_part": {"amount": "1.00", "reason": "x"},
    "propose_a_write_off": {"amount": "1.00", "reason": "x"}, "assign_a_credit": {"debtor": None},
    "reverse_a_group": {"reason": "x"}, "reopen_a_period": {"reason": "x"},
    "change_a_membership": {"role": "collector"}, "change_a_draft": {"content": {}}, "discard_a_draft": {"reason": "x"},
    "credit_an_invoice": {"reason": "x"}, "put_a_line_on_account": {"debtor": NOBODY},
    "allocate_a_line": {"items": [{"item": NOBODY, "amount": "1.00"}]}, "set_a_line_aside": {"reason": "x"},
    "reverse_an_application": {"reason": "x"}, "resolve_a_dispute": {"outcome": "settled"},
    "decide_many_limits": {"limits": [{"debtor": NOBODY, "acts_on": "2026-03-02", "change": "granted"}]},
    "name_the_bank_of_a_refund": {"agent": "CRESCHZZ80A"},
    "save_a_wording": {"subject": "x", "body": "y"}, "change_the_terms": {"valid_from": "2026-03-02", "terms": {}},
    "declare_a_turnover": {"starts_on": "2026-02-01", "ends_on": "2026-02-28"},
    "receive_a_payout": {"credit": NOBODY, "amount": "1.00"}, "share_a_recovery": {"credit": NOBODY},
    "file_a_claim": {"debtor": NOBODY}, "withdraw_a_claim": {"reason": "x"},
    "correct_an_invoice": {"reason": "x"}, "cancel_an_invoice": {"reason": "x"}, "change_a_plan": {"state": "paused"},
    "draft_a_prepayment": {"percent": "30"}, "stop_a_mandate": {"reason": "x"}, "cancel_a_mandate": {"reason": "x"},
    "cancel_a_run": {"reason": "x"}, "undo_a_return": {"reason": "x"}, "link_an_advice": {"line": None},
    "set_a_sender": {"mail_from": "", "bounce_address": ""},
    "add_a_contact": {"email": "a@b.example"}, "change_a_contact": {"name": "x"},
    "add_an_address": {"kind": "ship_to", "country": "DE"}, "set_an_identifier": {"scheme": "lei", "value": "x"},
    "propose_an_account": {"iban": "DE75512108001245126199"},
    "merge_two_records": {"merged": NOBODY}, "keep_two_records_apart": {"other": NOBODY},
    "finish_a_task": {"outcome": "done"}, "send_a_message": {"template": "reminder"},
    "set_the_standing": {"scheme": "normal", "formats": ["ubl"]},
    "open_a_series": {"kind": "invoice", "pattern": "X-{n:5}"}, "close_an_order": {"reason": "x"},
    "keep_a_duty": {"items": [NOBODY], "duty": "notify", "done_on": "2026-03-02"},
    "change_a_role": {"title": "x", "permissions": ["cash.view"]},
    "set_a_cash_policy": {
        "discount_grace_days": 3, "late_discount_days": 14, "late_discount_posted_days": 0, "refund_quiet_days": 30,
        "prenotification_days": 14, "payday": 1, "debit_retries": 1, "wrong_cost": 25, "shadow": False,
    },
    "dismiss_a_refund": {"reason": "x"}, "reverse_a_use": {"reason": "x"}, "link_a_recall": {"line": NOBODY},
    "refuse_a_recall": {"code": "CUST"}, "order_approved_refunds": {"creditor": NOBODY},
    "put_dispatch": {"delivery": "auto"}, "confirm_reach": {"what": "email", "source": "x"},
    "switch_a_bank_rule": {"active": False}, "put_wish": {"channel": "print"},
    "make_a_mail_key": {"domain": "nordwind.example", "selector": "f1"},
}  # fmt: skip
BY_ID = [route for route in ROUTES if "{" in route.path]


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: f"{route.method} {route.path}")
def test_an_id_of_another_tenant_in_the_path_is_an_id_that_nobody_has(api, treasure, untouched, route):
    if route.upload:
        return
    named = route.path[route.path.index("{") + 1 : route.path.index("}")]
    theirs = treasure.named.get(named, treasure.item)
    path = (
        route.path.replace(f"{{{named}}}", "ID")
        .replace("{month}", "2026-01")
        .replace("{code}", "ubl")
        .removeprefix("/api/v1")
    )
    body = None if route.method == "GET" else body_for(route)
    status, _ = answers_alike(api, route.method, path, theirs, uuid4(), body)
    assert status in {404, 409}


def body_for(route):
    operation = application.get_openapi_schema()["paths"][route.path][route.method.lower()]
    return BODIES.get(operation["operationId"], {})


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=lambda route: route.path)
def test_lists_filtered_by_another_tenant_s_ids_are_empty(api, treasure, books, route):
    if "{" in route.path:
        return
    path = route.path.removeprefix("/api/v1")
    for name in ("creditor", "debtor", "item", "credit", "subject"):
        answer = api.get(f"{path}?{name}={treasure.named[name]}&limit=500")
        assert answer.status_code in {200, 422}
        assert SECRET not in answer.content.decode()
        for one in treasure.named.values():
            assert f'"{one}"' not in answer.content.decode()


def test_items_for_another_tenant_s_creditor_or_customer_are_refused(api, books, treasure, untouched):
    for field in ("creditor", "debtor"):
        seen = []
        for one in (treasure.named[field], uuid4()):
            refused = api.post("/open-items", {"items": [item(books) | {field: str(one)}]})
            refused_too = api.post("/credits", {"credits": [payment(books) | {field: str(one)}]})
            seen.append([(a.status_code, str(a.json()["findings"])) for a in (refused, refused_too)])
        assert seen[0] == seen[1]
        assert {status for status, _ in seen[0]} == {422}


def test_customers_for_another_tenant_s_creditor_or_parent_are_refused(api, books, treasure, untouched):
    row = {"creditor": str(books.creditor), "external_id": "K", "name": "Meyer"}
    for change in ({"creditor": str(treasure.books.creditor)}, {"parent": str(treasure.books.debtor)}):
        assert api.post("/debtors", {"debtors": [row | change]}).status_code == 422
        assert api.call("PUT", "/debtors", {"debtors": [row | change]}).status_code == 422
    changed = api.call("PATCH", f"/debtors/{books.debtor}", {"parent": str(treasure.books.debtor)})
    assert changed.status_code == 422


def test_money_and_items_of_two_tenants_never_meet(api, ctx, books, treasure, untouched):
    with ctx.open():
        own_item, own_credit = make.item(ctx, books), make.payment(ctx, books)
    for one, money in ((treasure.item, own_credit), (own_item, treasure.credit), (treasure.item, treasure.credit)):
        line = {"item": str(one), "credit": str(money), "amount": "1.00"}
        assert api.post("/allocations", {"lines": [line]}).status_code == 422
    assigned = api.post(f"/credits/{own_credit}/assign", {"debtor": str(treasure.books.debtor)})
    assert assigned.status_code == 422


def test_holds_reach_no_other_tenant(api, books, treasure, untouched):
    for row in (
        {"debtor": str(treasure.books.debtor), "reason": "manual"},
        {"debtor": str(books.debtor), "item": str(treasure.item), "reason": "manual"},
    ):
        assert api.post("/holds", {"holds": [row]}).status_code == 422
    assert api.post("/holds/release", {"holds": [str(treasure.hold)]}).json() == {"ids": []}


def test_people_and_keys_are_not_narrowed_to_another_tenant_s_creditor(api, treasure, untouched):
    creditor = str(treasure.books.creditor)
    invited = api.post("/users", {"email": "a@b.example", "role": "client", "creditor": creditor})
    key = api.post("/api-keys", {"name": "x", "scopes": ["cash.view"], "creditor": creditor})
    assert (invited.status_code, key.status_code) == (422, 422)


def test_a_parent_item_of_another_tenant_is_refused(api, books, treasure, untouched):
    assert api.post("/open-items", {"items": [item(books, parent=str(treasure.item))]}).status_code == 422


def test_the_same_idempotency_key_in_two_tenants_is_two_keys(api, stranger, ctx, other_ctx, books):
    with other_ctx.open():
        theirs = make.books(other_ctx)
    first = api.post("/open-items", {"items": [item(books)]}, key="same")
    second = stranger.post("/open-items", {"items": [item(theirs)]}, key="same")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() != second.json()
