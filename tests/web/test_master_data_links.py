"""What is missing in the master data leads to the field in which it is written."""

from __future__ import annotations

from django.urls import reverse

from fairdue.collections.services import open_task
from fairdue.parties.models import Debtor
from fairdue.web.parties.customer import CURES
from tests import make


def test_a_missing_address_leads_to_its_field(ctx, books, sign_in):
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(email="")
    there = reverse("web:customer_edit", args=[books.debtor])
    admin = sign_in()
    page = admin.get(reverse("web:customer", args=[books.debtor]) + "?tab=master").text
    assert f'<a href="{there}#id_email">Write it' in page
    assert 'id="id_email"' in admin.get(there).text
    assert (
        f'href="{there}#'
        not in sign_in("auditor").get(reverse("web:customer", args=[books.debtor]) + "?tab=master").text
    )


def test_every_field_that_is_led_to_is_on_the_form(ctx, books, sign_in):
    del ctx
    page = sign_in().get(reverse("web:customer_edit", args=[books.debtor])).text
    assert all(f'id="{field}"' in page for field in CURES.values())


def test_work_on_master_data_leads_to_the_form(ctx, books, sign_in):
    with ctx.open():
        open_task(
            ctx, debtor=books.debtor, kind="master_data", reason="no e-mail address: the reminder could not be sent",
            due_on=make.TODAY, today=make.TODAY,
        )  # fmt: skip
    there = reverse("web:customer_edit", args=[books.debtor])
    page = sign_in().get(reverse("web:work", args=[books.debtor])).text
    assert f'href="{there}#id_email">Correct it</a>' in page
