"""Advices of payers on the screens: bring one in, look at it, link it, take the link away."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairdue.cash.models import Remittance
from fairdue.cash.services import run_matching
from tests.rooms.cash.conftest import TODAY, bank, entry, import_file, lines, statement  # noqa: F401
from tests.rooms.cash.test_remittances import DAY, REMADV, TABLE, bring, pay, two

pytestmark = pytest.mark.usefixtures("ctx")
LIST = "web:cash_remittances"


def get(client, name, *arguments, status=200, **query):
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == status
    return answer.content.decode()


def upload(client, content, name="advice.csv"):
    return client.post(reverse(LIST), {"upload": SimpleUploadedFile(name, content)}, follow=True)


def test_an_uploaded_advice_is_shown_with_its_documents_and_its_payment(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        two(bank)
        (line,) = pay(bank, entry("217.00", "Sammelzahlung"))
    clerk = sign_in("cash_clerk")
    assert "Import an advice" in get(clerk, "web:cash_import")
    answer = upload(clerk, REMADV.format(day=DAY).encode(), "advice.edi")
    page = answer.content.decode()
    assert answer.redirect_chain
    assert "Advice imported." in page
    assert "RE-2026-04711" in page
    assert reverse("web:cash_line", args=[line.id]) in page
    assert "by payer, amount and day" in page
    assert "KAUFMANN KG" in get(clerk, LIST, state="linked")
    assert "No advice fits" in get(clerk, LIST, state="waiting")
    assert "KAUFMANN KG" in get(clerk, LIST, q="RE-2026-04712")


def test_the_line_says_that_an_advice_explains_it(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        two(bank)
        bring(bank, TABLE.replace("98,00", "90,00").encode(), "a.csv")
        (line,) = pay(bank, entry("209.00", "Sammelzahlung"))
    page = get(sign_in("cash_clerk"), "web:cash_line", line.id)
    assert "advice of 2 documents names RE-2026-04711, RE-2026-04712" in page or line.state == "applied"


def test_what_cannot_be_read_is_told_and_nothing_is_kept(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    answer = upload(clerk, b"\x00\x01", "noise.bin")
    assert answer.status_code == 422
    assert "none of the known advices" in answer.content.decode()
    empty = clerk.post(reverse(LIST), {})
    assert "Choose a file first." in empty.content.decode()
    with bank.ctx.open():
        assert not Remittance.objects.exists()


def test_a_person_links_and_unlinks(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        one = bring(bank, TABLE.encode(), "a.csv")[0]
        (line,) = pay(bank, entry("200.00", "irgendwas", name="Fremd AG"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
    clerk = sign_in("cash_clerk")
    assert "Fremd AG" in get(clerk, "web:cash_remittance", one)
    place = reverse("web:cash_remittance", args=[one])
    page = clerk.post(place, {"line": str(line.id)}, follow=True).content.decode()
    assert "No machine posts by this advice" in page
    assert "linked by hand" in page
    page = clerk.post(place, {"line": ""}, follow=True).content.decode()
    assert "The link was taken away." in page
    assert "Set aside" in page
    assert clerk.post(place, {"line": "x"}).status_code == 404
    assert "no such payment" in clerk.post(place, {"line": str(one)}, follow=True).content.decode()
    get(clerk, "web:cash_remittance", line.id, status=404)


def test_who_may_only_look_cannot_import(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        bring(bank, TABLE.encode(), "a.csv")
    auditor = sign_in("auditor")
    assert "Import an advice" not in get(auditor, LIST)
    assert upload(auditor, TABLE.encode()).status_code in {403, 409}


def test_the_list_costs_the_same_whatever_its_length(bank, sign_in):  # noqa: F811
    clerk, counts = sign_in("cash_clerk"), []
    get(clerk, LIST)
    for more in (1, 8):
        with bank.ctx.open():
            for at in range(more):
                bring(bank, TABLE.encode() + b"\n" * (more * 20 + at), "a.csv")
        with CaptureQueriesContext(connection) as queries:
            get(clerk, LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
