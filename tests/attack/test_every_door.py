"""Every address of the screens and of the API, tried by everybody with the ids of a neighbour.

The addresses come from the tables of routes, the ids from the tables of the database: a new page, a new call or a new
table is attacked on the day it is born. Nothing fails inside, nobody gets where his role does not reach, a client's
user reads nothing of another client, and who may only look changes nothing.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from fairdue.api import limits
from fairdue.api.routing import ROUTES
from fairdue.foundation.models import CustomRole, Membership, User
from fairdue.foundation.permissions import ROLES, Permission
from tests.api.calling import Machine
from tests.attack.catalog import tenant_models
from tests.attack.neighbours import CANARY, TODAY, agency
from tests.conftest import _leave_no_work
from tests.web.test_routes import routes

OWN = {"saved_view"}
"""Tables in which everybody keeps something of his own."""
HERS = {
    "survivor": "debtor", "merged": "debtor", "application": "cash_application", "assignment": "cadence_assignment",
    "claim": "insurance_claim", "draft": "invoice_draft", "entry": "journal_entry", "file": "stored_file",
    "item": "open_item", "line": "bank_line", "order": "sales_order", "plan": "invoice_plan",
    "policy": "insurance_policy", "posting": "journal_entry", "profile": "import_profile", "returned": "cash_return",
    "role": "custom_role", "rule": "bank_rule", "statement": "bank_statement", "task": "collection_task",
    "use": "credit_use", "view": "saved_view", "user": "saved_view", "api_key": "saved_view", "row": "debtor_contact",
    "run": "debit_run", "group": "allocation", "address": "debtor_address", "contact": "debtor_contact",
    "proposal": "cash_proposal",
    "identifier": "debtor_identifier", "batch": "stored_file",
}  # fmt: skip
"""In which table the ids of a parameter lie, where it is not the one of its name."""
WORDS = {
    "code": "ubl", "kind": "debtors", "language": "en", "template": "notice", "what": "contact", "name": "journal",
    "number": "1", "page": "1", "month": "2026-10", "scheme": "lei", "creditor_code": "C1", "country": "DE",
}  # fmt: skip
PARAMETER = re.compile(r"<(\w+):(\w+)>")
BRACED = re.compile(r"{(\w+)}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOSTILE = ("\x00", "-" + "9" * 25, "NaN", "0001-01-01", "9999-12-31", "\u0663\u00b2", "<b>'\";--", "x" * 5000, "")
DAYS = ("asof", "to", "from", "on", "day", "month", "date", "until", "since", "today")
ENDS = ("0001-01-01", "9999-12-31")
SCREENS = Path(__file__).parents[2] / "src/fairdue/web"


@pytest.fixture(scope="module")
def house(database):
    made = agency("doors")
    yield made
    _leave_no_work(made.ctx)


@pytest.fixture(scope="module")
def secrets(house):
    """The neighbour's ids: of every row that belongs to one creditor."""
    return {str(one) for table, ids in house.ids.items() if tenant_models()[table].access.creditor for one in ids}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    monkeypatch.setattr(limits, "BURST", 1e9)  # every call is answered, however many come


def seated(house, role):
    """Return a browser in which a person with a role is signed in; a client's user belongs to the first client."""
    user = User.objects.create_user(f"{uuid4().hex}@doors.example", "correct horse battery", name="Odd Guest")
    creditor = house.mine.creditor if role == "client" else None
    Membership.objects.create(user=user, tenant_id=house.ctx.tenant, role=role, creditor_id=creditor)
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pages(house):
    """Yield (path with the neighbour's ids, permission) of each page."""
    for path, entry in routes():
        yield "/" + PARAMETER.sub(lambda found: value(house, found[1], found[2]), path), entry.callback.permission


def value(house, kind, name):
    if kind != "uuid":
        return WORDS.get(name, "x")
    ids = house.ids.get(HERS.get(name, name))
    return str(ids[0]) if ids else str(uuid4())


def leaks(content, secrets, said):
    """Return what an answer tells of the neighbour that the question did not say."""
    told = set(UUID.findall(content)) & secrets
    return ({CANARY} if CANARY in unescape(content) else set()) | {one for one in told if one not in said}


def test_who_holds_nothing_gets_nowhere_and_who_is_nobody_is_asked_to_sign_in(house):
    with house.ctx.open():
        CustomRole.objects.create(tenant_id=house.ctx.tenant, name="outsider", permissions=[Permission.OWN_ACCOUNT])
    outsider, nobody, wrong = seated(house, "outsider"), Client(raise_request_exception=False), []
    for path, permission in pages(house):
        said = [ask(path).status_code for ask in (outsider.get, outsider.post)]
        if permission != Permission.OWN_ACCOUNT and (403 not in said or set(said) - {403, 405}):
            wrong.append((path, said))
        answer = nobody.get(path)
        if answer.status_code != 405 and not answer["Location"].startswith("/account/login/"):
            wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ["client", "auditor"])
def test_who_may_only_look_changes_nothing_and_a_client_reads_nothing_of_another(house, secrets, role):
    client, wrong = seated(house, role), []
    before = house.snapshot()
    for path, permission in pages(house):
        if permission not in ROLES[role]:
            continue
        for ask in (client.get, client.post):
            answer = ask(path)
            text = answer.content.decode(errors="replace")
            if answer.status_code >= 500 or (role == "client" and leaks(text, secrets, path)):
                wrong.append((ask.__name__, path, answer.status_code, leaks(text, secrets, path)))
    assert wrong == []
    after = house.snapshot()
    assert {table for table in after if after[table] != before[table]} <= OWN


def names_of_fields():
    """Return every parameter that a screen reads, from the code."""
    code = "".join(path.read_text() for path in SCREENS.rglob("*.py"))
    return sorted(set(re.findall(r"(?:GET|POST)\.get(?:list)?\(\"(\w+)\"", code)) | {"q", "asof", "after", "page"})


def test_no_parameter_of_a_page_breaks_it_and_everything_of_the_neighbour_is_there_to_be_found(house):
    client, fields, wrong, shown = seated(house, "admin"), names_of_fields(), [], 0
    assert len(fields) > 40
    for number, (path, _) in enumerate(pages(house)):
        asked = dict.fromkeys(fields, HOSTILE[number % len(HOSTILE)]) | dict.fromkeys(DAYS, ENDS[number % 2])
        answer = client.get(path, asked)
        shown += CANARY in answer.content.decode(errors="replace")
        if answer.status_code >= 500:
            wrong.append((path, asked, answer.status_code))
    assert wrong == []
    assert shown > 40  # a house that shows nothing to anybody would prove nothing


def test_the_neighbour_has_one_of_everything_that_has_an_address(house):
    named = {name for path, _ in routes() for kind, name in PARAMETER.findall(path) if kind == "uuid"}
    having = {name for name in named if house.ids.get(HERS.get(name, name))}
    assert having >= {
        "account", "application", "approval", "claim", "credit", "creditor", "debtor", "dispute", "draft", "entry",
        "fact", "file", "hold", "invoice", "item", "line", "mandate", "notice", "order", "policy", "promise", "refund",
        "remittance", "returned", "rule", "run", "statement", "task",
    }  # fmt: skip


def calls(house):
    for route in ROUTES:
        path = BRACED.sub(lambda found: WORDS.get(found[1]) or value(house, "uuid", found[1]), route.path)
        yield route, path.removeprefix("/api/v1")


def test_no_scope_but_its_own_opens_a_call(house):
    machines = {
        one: Machine(house.ctx, scopes=[scope for scope in Permission if scope != one])
        for one in {route.permission for route in ROUTES}
    }
    wrong = []
    for route, path in calls(house):
        answer = machines[route.permission].call(route.method, path, {}, key=uuid4().hex)
        if answer.status_code not in {403, 415} or CANARY in answer.content.decode():
            wrong.append((route.method, path, answer.status_code))
    assert wrong == []


def test_a_machine_of_one_client_reads_nothing_of_another_and_changes_nothing(house, secrets):
    machine = Machine(house.ctx, creditor=house.mine.creditor)
    before, wrong = house.snapshot(), []
    for route, path in calls(house):
        body = None if route.method == "GET" else {}
        for where in (path, f"{path}?creditor={house.other.creditor}&debtor={house.other.debtor}&limit=200"):
            answer = machine.call(route.method, where, body, key=uuid4().hex)
            text = answer.content.decode(errors="replace")
            if answer.status_code >= 500 or leaks(text, secrets, where):
                wrong.append((route.method, where, answer.status_code, leaks(text, secrets, where)))
    assert wrong == []
    after = house.snapshot()
    assert {table for table in after if after[table] != before[table]} == set()
