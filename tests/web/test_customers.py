"""The customer screens: list, one customer with its tabs, master data, duplicates, merge."""

import re
from datetime import date

import pytest

from fairdue.parties import selectors
from fairdue.parties.services import DebtorDraft, create_debtors
from fairdue.receivables.customers import customers, payment_habit
from fairdue.receivables.services import Applied, allocate
from tests import make

TODAY = date(2026, 3, 2)
TABS = ("timeline", "items", "invoices", "payments", "promises", "disputes", "documents", "insurance", "master")


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


@pytest.fixture
def client(sign_in):
    return sign_in("admin")


def create(ctx, seller, *names, **fields):
    drafts = [
        DebtorDraft(
            seller,
            f"K-{name}",
            name,
            **{"country": "DE", "postcode": "10115", "street": "Ring 1", "city": "Berlin", **fields},
        )
        for name in names
    ]
    with ctx.open():
        return create_debtors(ctx, debtors=drafts, today=TODAY)


def text(response):
    return response.content.decode()


def test_the_list_shows_who_owes_what_and_keeps_filters_in_the_address(ctx, seller, client):
    acme, _bolt = create(ctx, seller, "Acme GmbH", "Bolt AG")
    with ctx.open():
        make.item(ctx, make.Books(seller, acme), 12345)
    page = text(client.get("/customers"))
    assert page.index("Acme GmbH") < page.index("Bolt AG")
    assert "123.45" in page
    assert "Bolt AG" not in text(client.get("/customers?q=ACME"))
    assert "Acme GmbH" not in text(client.get("/customers?state=clear"))
    assert "Bolt AG" in text(client.get("/customers?q=K-Bolt"))
    assert "No customer matches" in text(client.get("/customers?q=nobody"))
    assert client.get("/customers?sort=-overdue&after=bm9uc2Vuc2U").status_code == 200


@pytest.mark.parametrize(
    "sort, descending, state, expected",
    [
        ("name", False, "", 7), ("name", True, "", 7), ("name", False, "open", 4), ("overdue", True, "", 7),
        ("open", False, "", 7),
    ],
)  # fmt: skip
def test_pages_of_the_list_join_without_loss_in_every_order(ctx, seller, sort, descending, state, expected):
    made = create(ctx, seller, *(f"Firma {number}" for number in range(7)))
    with ctx.open():
        for number, debtor in enumerate(made[:4]):
            make.item(ctx, make.Books(seller, debtor), 1000 * (number // 2 + 1))
        from fairdue.receivables.customers import cursor_of

        asked = {"today": TODAY, "sort": sort, "descending": descending, "filters": {"state": state}}
        seen, after = [], None
        while rows := customers(ctx, after=after, limit=2, **asked):
            seen += [(row.id, row.open) for row in rows]
            after = cursor_of(rows[-1], sort)
        assert seen == [(row.id, row.open) for row in customers(ctx, limit=50, **asked)]
        assert len(seen) == len(set(seen)) == expected
        assert sum(amount for _, amount in seen) == 6000


def test_how_a_customer_pays_counts_open_items_until_today(ctx, seller):
    (acme,) = create(ctx, seller, "Acme")
    books = make.Books(seller, acme)
    with ctx.open():
        assert payment_habit(ctx, [acme], today=TODAY) is None
        item = make.item(ctx, books, 1000, issued_on=date(2026, 1, 1), days=10)
        paid = make.payment(ctx, books, 1000, on=date(2026, 1, 21))
        allocate(ctx, lines=[Applied(item, 1000, paid)], effective_on=date(2026, 1, 21), today=TODAY)
        assert payment_habit(ctx, [acme], today=TODAY).days_late == 10
        make.item(ctx, books, 3000, issued_on=date(2026, 1, 1), days=30)
        habit = payment_habit(ctx, [acme], today=TODAY)
        assert (habit.days_late, habit.items) == (round((10 * 1000 + 30 * 3000) / 4000), 2)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_a_customer_opens(ctx, seller, client, tab):
    (acme,) = create(
        ctx, seller, "Acme GmbH", email="ap@acme.example", ibans=("DE89370400440532013000",), credit_limit=5000
    )
    with ctx.open():
        make.item(ctx, make.Books(seller, acme), 12345)
        make.payment(ctx, make.Books(seller, acme), 500)
    page = client.get(f"/customers/{acme}?tab={tab}")
    assert page.status_code == 200
    assert "123.45" in text(page) or "118.45" in text(page)
    assert "0532013" not in text(page)


def test_a_customer_page_asks_a_constant_number_of_questions(ctx, seller, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    (acme,) = create(ctx, seller, "Acme GmbH")

    def count(tab):
        with CaptureQueriesContext(connection) as seen:
            client.get(f"/customers/{acme}?tab={tab}")
        return len(seen)

    count("items")
    few = [count(tab) for tab in ("timeline", "items", "payments")]
    with ctx.open():
        for _ in range(12):
            make.item(ctx, make.Books(seller, acme), 100)
            make.payment(ctx, make.Books(seller, acme), 50)
    assert [count(tab) for tab in ("timeline", "items", "payments")] == few


def test_a_new_customer_is_created_or_told_what_is_wrong(ctx, seller, client):
    form = {
        "creditor": seller,
        "external_id": "K1",
        "name": "Acme",
        "kind": "business",
        "country": "de",
        "language": "de",
    }
    wrong = client.post("/customers/new", {**form, "vat_id": "DE1"})
    assert wrong.status_code == 422
    assert "is no VAT number" in text(wrong)
    made = client.post("/customers/new", form)
    assert made.status_code == 302
    again = client.post("/customers/new", form)
    assert "is used already" in text(again)
    assert "customer of" in text(client.get(made["Location"]))


def test_master_data_is_changed_and_the_timeline_tells(ctx, seller, client):
    (acme,) = create(ctx, seller, "Acme GmbH")
    form = {
        "name": "Acme SE",
        "kind": "business",
        "country": "DE",
        "language": "de",
        "city": "Bonn",
        "street": "Ring 2",
        "postcode": "53111",
    }
    assert client.post(f"/customers/{acme}/edit", form).status_code == 302
    assert client.post(f"/customers/{acme}/edit", {**form, "email": "x"}).status_code == 422
    assert "city Berlin → Bonn" in text(client.get(f"/customers/{acme}"))
    assert (
        client.post(f"/customers/{acme}/terms", {"payment_terms_days": 14, "credit_limit": "5000.00"}).status_code
        == 302
    )
    assert (
        client.post(f"/customers/{acme}/terms", {"payment_terms_days": 14, "credit_limit": "much"}).status_code == 422
    )
    with ctx.open():
        row = selectors.debtor(ctx, acme)
        assert (row.name, row.payment_terms_days, row.credit_limit) == ("Acme SE", 14, 500000)


def test_contacts_addresses_identifiers_and_accounts_are_added_and_removed(ctx, seller, client):
    (acme,) = create(ctx, seller, "Acme GmbH")
    posts = {
        "contacts": {"name": "Ann", "role": "legal", "email": "ann@acme.example"},
        "addresses": {"kind": "ship_to", "street": "Kai 1", "postcode": "20457", "city": "Hamburg", "country": "de"},
        "identifiers": {"scheme": "register", "value": "Berlin, HRB 1"},
        "accounts": {"iban": "DE89370400440532013000", "holder": "Acme"},
        "verify": {"what": "address", "state": "returned", "source": "letter came back"},
    }
    for place, form in posts.items():
        assert client.post(f"/customers/{acme}/{place}", form).status_code == 302, place
    page = text(client.get(f"/customers/{acme}?tab=master"))
    for word in ("Ann", "Kai 1", "Berlin, HRB 1", "Waits for approval", "DE… 3000", "Post came back"):
        assert word in page
    assert client.post(f"/customers/{acme}/accounts", {"iban": "DE1", "holder": "x"}).status_code == 422
    with ctx.open():
        rows = {
            "contact": selectors.contacts(ctx, acme),
            "address": selectors.addresses(ctx, acme),
            "identifier": selectors.identifiers(ctx, acme),
        }
    for what, found in rows.items():
        assert client.post(f"/customers/{acme}/remove/{what}/{found[0].id}").status_code == 302
        assert client.post(f"/customers/{acme}/remove/{what}/{found[0].id}").status_code == 404
    assert client.post(f"/customers/{acme}/remove/shoe/{acme}").status_code == 404


def test_duplicates_are_compared_merged_or_told_apart(ctx, seller, client):
    acme, twin, third = create(ctx, seller, "Acme GmbH", "ACME AG", "Acme KG")
    with ctx.open():
        make.item(ctx, make.Books(seller, twin), 12345)
    assert "Acme" in text(client.get("/customers/duplicates"))
    assert client.post("/customers/duplicates/refuse", {"one": acme, "other": third}).status_code == 302
    assert client.post("/customers/duplicates/refuse", {"one": "x"}).status_code == 404
    page = text(client.get(f"/customers/merge/{acme}/{twin}"))
    assert "123.45" in page
    assert "open item" in page
    done = client.post(f"/customers/merge/{acme}/{twin}", {"name": "merged"})
    assert done["Location"] == f"/customers/{acme}"
    assert client.get(f"/customers/{twin}")["Location"] == f"/customers/{acme}"
    assert client.get(f"/customers/merge/{acme}/{twin}").status_code == 409
    with ctx.open():
        assert selectors.debtor(ctx, acme).name == "ACME AG"


def test_a_statement_goes_out_as_a_file(ctx, seller, client):
    (acme,) = create(ctx, seller, "Acme GmbH")
    with ctx.open():
        make.item(ctx, make.Books(seller, acme), 12345)
    for kind in ("html", "csv", "txt"):
        answer = client.get(f"/customers/{acme}/statement?format={kind}")
        assert "attachment" in answer["Content-Disposition"]
        assert "123" in text(answer)
    assert client.get(f"/customers/{acme}/statement?format=exe").status_code == 404


@pytest.mark.parametrize("role, status", [("auditor", 403), ("collector", 200), ("client", 403)])
def test_only_who_may_edit_sees_the_forms(ctx, seller, sign_in, role, status):
    (acme,) = create(ctx, seller, "Acme GmbH")
    person = sign_in(role, creditor=seller) if role == "client" else sign_in(role)
    assert person.get(f"/customers/{acme}/edit").status_code == status
    assert person.get(f"/customers/{acme}").status_code == 200


def test_another_tenants_customer_is_not_there(other_ctx, client):
    with other_ctx.open():
        hidden = make.books(other_ctx)
    for path in (
        f"/customers/{hidden.debtor}",
        f"/customers/{hidden.debtor}/edit",
        f"/customers/merge/{hidden.debtor}/{hidden.debtor}",
    ):
        assert client.get(path).status_code == 404


def test_the_timeline_tells_the_days_of_a_history_that_was_loaded_today(ctx, seller, client):
    (acme,) = create(ctx, seller, "Acme GmbH")
    with ctx.open():
        for day in (date(2025, 12, 1), date(2025, 11, 3)):
            make.item(ctx, make.Books(seller, acme), 100, issued_on=day)
    page = text(client.get(f"/customers/{acme}"))
    days = [page.index(f">{day}<") for day in ("2 Mar 2026", "1 Dec 2025", "3 Nov 2025")]
    assert days == sorted(days)
    assert "recorded " in page


def test_the_timeline_is_paged_by_the_day_it_happened(ctx, seller, client):
    (acme,) = create(ctx, seller, "Acme GmbH")
    with ctx.open():
        for day in range(1, 29):
            make.item(ctx, make.Books(seller, acme), 100, issued_on=date(2025, 11, day))
            make.item(ctx, make.Books(seller, acme), 100, issued_on=date(2025, 12, day))
    first = text(client.get(f"/customers/{acme}"))
    older = re.search(r'href="(\?tab=timeline&amp;after=[^"]+)"', first)
    assert older is not None
    second = text(client.get(f"/customers/{acme}{older[1].replace('&amp;', '&')}"))
    days = [re.findall(r'class="day"><[^>]+>([^<]+)<', page) for page in (first, second)]
    assert days[0][0] == "2 Mar 2026"
    assert days[1][-1] == "1 Nov 2025"
    assert len(set(days[0] + days[1])) == 57
