"""axe on the pages of senders, delivery, answers, print batches and official rules, with real rows."""

from __future__ import annotations

import pytest

from tests import make

PATHS = (
    "/settings/rules /settings/clients/{creditor}/sender /settings/clients/{creditor}/delivery "
    "/invoices/deliveries /invoices/deliveries/answers /invoices/deliveries/batches /customers/{debtor}?tab=master"
).split()


@pytest.fixture
def rows(ctx, books):
    """A sender with a signing key and a check; a delivery that failed, one in a batch, answers of all kinds."""
    from fairdue.core.mailauth.check import Check, Stand
    from fairdue.foundation.files import store
    from fairdue.invoicing import services
    from fairdue.invoicing.models import Delivery
    from fairdue.parties import services as parties

    line = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50", "category": "S", "rate": "19"}
    known = {"creditor": books.creditor, "today": make.TODAY}
    with ctx.open():
        make.able_to_bill(books, settings={"formats": ["ubl"], "delivery": "none"})
        content = {"lines": [line], "delivery": {"day": "2026-03-01"}}
        draft = services.write_draft(ctx, debtor=books.debtor, currency="EUR", content=content, **known)
        invoice = services.issue_invoice(ctx, draft=draft, today=make.TODAY)
        file = store(ctx, content=b"PK", name="print.zip", media_type="application/zip", creditor=books.creditor)
        for attempt, (channel, state, reference) in enumerate(
            [("print", "sent", str(file.id)), ("email", "failed", "")], 1
        ):
            Delivery.objects.create(
                tenant_id=ctx.tenant, creditor_id=books.creditor, invoice_id=invoice, channel=channel, state=state,
                recipient="ap@kaufmann.example", attempt=attempt, reference=reference, reason="550 5.1.1 no such user",
            )  # fmt: skip
        for n, code in enumerate(("delivered", "opened", "refused", "approved", "paid", "rejected")):
            services.note_event(ctx, invoice=invoice, code=code, source="peppol", reference=f"m{n}", reason="price",
                                happened_on=make.TODAY, today=make.TODAY)  # fmt: skip
        parties.set_sender(ctx, mail_from="Nord <ar@nordwind.example>", bounce_address="b@nordwind.example", **known)
        parties.make_mail_key(ctx, domain="nordwind.example", selector="f1", **known)
        said = [Check("DKIM", "f1._domainkey.nordwind.example", Stand.NOT_CHECKED, "Nobody was asked.")]
        parties.use_mail_key(ctx, published=said[0], **known)
        parties.make_mail_key(ctx, domain="nordwind.example", selector="f2", **known)
        said += [Check(name, "nordwind.example", stand, "A sentence.", ("v=spf1 -all",), "v=spf1 ~all", "RFC 7208")
                 for name, stand in zip(("SPF", "DMARC", "Bounces"), Stand, strict=False)]  # fmt: skip
        parties.keep_mail_check(ctx, checks=said, **known)


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_on_a_desk(open_page, axe, rows, books, path):
    page = open_page(path.format(creditor=books.creditor, debtor=books.debtor))
    assert axe(page) == []
    assert page.complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_nothing_is_too_wide_on_a_phone_in_the_dark(open_page, axe, rows, books, path):
    page = open_page(path.format(creditor=books.creditor, debtor=books.debtor), size="phone", dark=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
