"""What a person does at a screen about a customer, its messages and its rules, a machine does as well."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from fairdue.collections import selectors as work
from fairdue.collections.services import open_dispute
from fairdue.foundation import accounts
from fairdue.foundation.models import Fact
from fairdue.parties import selectors as parties
from fairdue.parties.models import Creditor
from tests import make
from tests.api.calling import Machine, codes

TODAY = make.TODAY


def details(api, debtor):
    return api.get(f"/debtors/{debtor}/details").json()


def test_contacts_are_added_changed_and_removed(api, books):
    path = f"/debtors/{books.debtor}/contacts"
    made = api.post(path, {"name": "Kim Ott", "email": "kim@kaufmann.example", "role": "accounts_payable"})
    assert made.status_code == 201, made.content
    contact = made.json()["id"]
    assert api.call("PATCH", f"/contacts/{contact}", {"name": "Kim Adler"}).status_code == 200
    assert [row["name"] for row in details(api, books.debtor)["contacts"]] == ["Kim Adler"]
    assert codes(api.post(path, {"name": "Nobody"})) == ["contact.empty"]
    assert api.post(f"/contacts/{contact}/remove").json() == {"id": str(books.debtor)}
    assert details(api, books.debtor)["contacts"] == []
    assert api.post(f"/contacts/{contact}/remove").status_code == 404


def test_addresses_and_numbers_are_kept_and_taken_away(api, books):
    place = {"kind": "ship_to", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "country": "DE"}
    address = api.post(f"/debtors/{books.debtor}/addresses", place).json()["id"]
    lei = {"scheme": "lei", "value": "529900T8BM49AURSDO55"}
    number = api.post(f"/debtors/{books.debtor}/identifiers", lei).json()["id"]
    seen = details(api, books.debtor)
    assert [row["city"] for row in seen["addresses"]] == ["Hamburg"]
    assert [row["value"] for row in seen["identifiers"]] == [lei["value"]]
    assert codes(api.post(f"/debtors/{books.debtor}/addresses", place | {"kind": "moon"})) == ["address.kind"]
    assert api.post(f"/debtors/{books.debtor}/identifiers", lei | {"value": "529900T8BM49AURSDO56"}).status_code == 422
    assert api.post(f"/addresses/{address}/remove").status_code == 200
    assert api.post(f"/identifiers/{number}/remove").status_code == 200
    seen = details(api, books.debtor)
    assert (seen["addresses"], seen["identifiers"]) == ([], [])


def test_an_account_waits_for_a_second_person_and_is_shown_masked(api, books):
    path = f"/debtors/{books.debtor}/accounts"
    made = api.post(path, {"iban": "DE75512108001245126199", "holder": "Kaufmann"})
    assert made.status_code == 201, made.content
    (row,) = details(api, books.debtor)["accounts"]
    assert (row["state"], "1245126199" in row["masked"]) == ("proposed", False)
    assert api.post(f"/debtor-accounts/{row['id']}/retire", {"reason": "closed"}).status_code == 200
    assert details(api, books.debtor)["accounts"][0]["state"] == "retired"
    assert api.post(path, {"iban": "DE75512108001245126198"}).status_code == 422


def test_two_records_become_one_or_stay_two(api, ctx, books):
    with ctx.open():
        twin, namesake = (make.debtor(ctx, books.creditor, name=name) for name in ("Kaufmann KG", "Kaufmann SE"))
    assert api.post(f"/debtors/{books.debtor}/not-duplicate", {"other": str(namesake)}).status_code == 200
    assert api.post(f"/debtors/{books.debtor}/not-duplicate", {"other": str(uuid4())}).status_code == 422
    merged = api.post(f"/debtors/{books.debtor}/merge", {"merged": str(twin), "choices": {"name": "merged"}})
    assert merged.status_code == 200, merged.content
    assert api.get(f"/debtors/{twin}").json()["merged_into"] == str(books.debtor)
    assert api.get(f"/debtors/{books.debtor}").json()["name"] == "Kaufmann KG"
    again = api.post(f"/debtors/{books.debtor}/merge", {"merged": str(twin)})
    assert codes(again) == ["merge.again"]


def test_tasks_are_opened_and_finished(api, ctx, books):
    body = {"debtor": str(books.debtor), "kind": "follow_up", "reason": "ask again", "due_on": "2026-03-09"}
    task = api.post("/tasks", body).json()["id"]
    with ctx.open():
        assert work.task(ctx, id_=UUID(task)).reason == "ask again"
    assert codes(api.post("/tasks", body | {"kind": "promise_broken"})) == ["task.kind"]
    assert api.post(f"/tasks/{task}/finish", {"outcome": "done"}).status_code == 200
    with ctx.open():
        assert work.tasks(ctx, debtor=books.debtor) == []


@pytest.fixture
def dispute(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, issued_on=TODAY - timedelta(days=60))
        return open_dispute(ctx, item=item, reason="price", today=TODAY)


def test_a_dispute_goes_to_a_person_of_the_house_only(api, ctx, other_ctx, dispute):
    def person(one):
        with one.open():
            return accounts.invite_user(one, email=f"{uuid4().hex}@agency.example", role="collector", today=TODAY)

    ours, theirs = person(ctx), person(other_ctx)
    path = f"/disputes/{dispute}/move"
    assert api.post(path, {"owner": str(ours), "clock": "theirs"}).status_code == 200
    assert codes(api.post(path, {"owner": str(theirs)})) == ["user.unknown"]
    assert codes(api.post(path, {"clock": "moon"})) == ["dispute.clock"]
    with ctx.open():
        (row,) = work.disputes(ctx, id_=dispute)
        assert (row.owner_id, row.clock) == (ours, "theirs")


def test_a_message_and_a_statement_go_once_a_day(api, ctx, books, dispute):
    with ctx.open():
        make.item(ctx, books, issued_on=TODAY - timedelta(days=60), number="RE-2")
    api.call("PATCH", f"/debtors/{books.debtor}", {"email": "ap@kaufmann.example"})
    path = f"/debtors/{books.debtor}"
    sent = api.post(f"{path}/notices", {"template": "notice"})
    assert sent.status_code == 201, sent.content
    assert codes(api.post(f"{path}/notices", {"template": "notice"})) == ["notice.today"]
    assert api.post(f"{path}/statement").status_code == 201
    released = api.post(f"/notices/{sent.json()['id']}/release", {})
    assert released.status_code in {200, 422}


def test_a_personal_link_is_shown_once_and_ends_at_once(api, ctx, books):
    path = f"/debtors/{books.debtor}"
    first = api.post(f"{path}/portal-link", key="same").json()["url"]
    assert first != api.post(f"{path}/portal-link", key="same").json()["url"]
    assert api.client.get(first[first.index("/p/") :]).status_code == 302
    assert api.post(f"{path}/portal-links/end").json() == {"ended": 2}
    assert api.client.get(first[first.index("/p/") :]).status_code == 404
    with ctx.open():
        assert Fact.objects.filter(type="portal.link_made").count() == 2


def test_what_documents_follow_is_set_and_refused_with_reasons(api, ctx, books):
    path = f"/creditors/{books.creditor}/standing"
    good = {"scheme": "normal", "formats": ["ubl"], "accent": "#1f4e79", "particulars": {"directors": "A. Weiss"}}
    assert api.call("PUT", path, good).status_code == 200
    with ctx.open():
        row = parties.creditor(ctx, books.creditor)
    assert (row.settings["formats"], row.legal["directors"]) == (["ubl"], "A. Weiss")
    bad = api.call("PUT", path, good | {"accent": "red", "formats": ["moon"]})
    assert (bad.status_code, codes(bad)) == (422, ["creditor.standing", "creditor.standing"])
    bomb = "<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"
    assert api.call("PUT", path, good | {"logo": bomb}).status_code == 422


def test_rates_and_codes_that_an_operator_records_are_set_and_stay_when_left_out(api, ctx, books):
    path = f"/creditors/{books.creditor}/standing"
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(country="US")
    good = {"scheme": "normal", "formats": ["ubl"]}
    recorded = {"sales_tax_rates": {"NY": "4", "10001": "8.875"}, "atcud": {"380/2026": "JFSB4Q9G"}}
    assert api.call("PUT", path, good | recorded).status_code == 200
    assert api.call("PUT", path, good | {"atcud": {}}).status_code == 200
    with ctx.open():
        row = parties.creditor(ctx, books.creditor)
    assert (row.settings["sales_tax_rates"], row.settings["atcud"]) == (recorded["sales_tax_rates"], {})
    bad = api.call("PUT", path, good | {"sales_tax_rates": {"Moon": "4", "NY": "much"}})
    assert (bad.status_code, codes(bad)) == (422, ["creditor.standing", "creditor.standing"])


def test_a_rule_is_decided_by_a_person_and_lines_are_matched_again(api, books):
    rule = {"creditor": str(books.creditor), "signature": "reference", "automatic": False}
    assert api.call("PUT", "/cash-rules", rule).status_code == 200
    assert api.call("PUT", "/cash-rules", rule | {"creditor": str(uuid4())}).status_code == 422
    assert api.post("/bank-lines/match-again", {"creditor": str(books.creditor)}).json() == {"count": 0}
    assert api.post("/bank-lines/match-again", {"creditor": str(uuid4())}).status_code == 422


def test_drafts_are_mended_and_orders_closed_by_machines_too(api, books):
    order = {"creditor": str(books.creditor), "debtor": str(books.debtor), "number": "O-1", "ordered_on": "2026-03-02",
             "currency": "EUR", "lines": [{"description": "x", "quantity": "1", "price": "10.00"}]}  # fmt: skip
    made = api.post("/orders", {"orders": [order]})
    assert made.status_code == 201, made.content
    (id_,) = made.json()["ids"]
    draft = api.post(f"/orders/{id_}/draft", {}).json()["id"]
    mended = api.post("/draft-mends", {"field": "references.buyer", "drafts": {draft: "PO 7"}})
    assert (mended.status_code, mended.json()) == (200, {"changed": 1})
    assert codes(api.post("/draft-mends", {"field": "moon", "drafts": {draft: "x"}})) == ["draft.field"]
    assert api.post(f"/orders/{id_}/close", {"reason": "the rest is cancelled"}).status_code == 200
    assert codes(api.post(f"/orders/{id_}/close", {"reason": "again"})) == ["order.closed"]
    assert api.post(f"/invoices/{uuid4()}/check").status_code == 404


def test_a_series_is_opened(api, books):
    path = f"/creditors/{books.creditor}/series"
    assert api.post(path, {"kind": "moon", "pattern": "X"}).status_code == 422
    assert api.post(path, {"kind": "invoice", "pattern": "no place for a number"}).status_code == 422


def test_a_role_is_changed_but_never_beyond_ones_own(api, ctx):
    made = api.post("/roles", {"name": "night", "title": "Night", "permissions": ["cash.view", "users.edit"]})
    role = made.json()["id"]
    body = {"title": "Late", "permissions": ["cash.view"]}
    assert api.call("PUT", f"/roles/{role}", body).json()["title"] == "Late"
    assert api.call("PUT", f"/roles/{uuid4()}", body).status_code == 404
    lesser = Machine(ctx, scopes=("users.edit", "cash.view"))
    beyond = lesser.call("PUT", f"/roles/{role}", {"title": "x", "permissions": ["cash.apply"]})
    assert (beyond.status_code, codes(beyond)) == (403, ["permission.beyond_own"])
