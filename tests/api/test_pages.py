"""Lists of documents and messages go on page by page until all were given, each row once."""

from __future__ import annotations

from datetime import timedelta

from fairdue.collections.models import Notice
from fairdue.foundation.ids import uuid7
from fairdue.invoicing import services
from fairdue.invoicing.models import Delivery
from tests import make
from tests.api.test_rooms import shop as shop  # noqa: PLC0414 - a fixture, found by its name

LINE = {"id": "1", "name": "Rent", "quantity": "1", "unit": "C62", "price": "9.00", "category": "S", "rate": "19"}


def written(ctx, shop):
    with ctx.open():
        return services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=make.TODAY,
            content={"lines": [LINE], "delivery": {"day": make.TODAY.isoformat()}},
        )  # fmt: skip


def walked(api, path, name="id"):
    """Return every row of a list, read two at a time."""
    found, cursor, pages = [], "", 0
    while cursor is not None:
        answer = api.get(f"{path}{'&' if '?' in path else '?'}limit=2{f'&cursor={cursor}' if cursor else ''}")
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["data"]) <= 2
        found += [row[name] for row in answer.json()["data"]]
        cursor, pages = answer.json()["next"], pages + 1
    assert pages == max((len(found) + 1) // 2, 1)
    return found


def test_deliveries_answers_and_the_register_go_on(api, ctx, shop):
    drafts = [written(ctx, shop) for _ in range(3)]
    with ctx.open():
        invoices = services.issue_invoices(ctx, drafts=drafts, today=make.TODAY)
        for invoice in invoices:
            services.note_undeliverable(ctx, invoice=invoice, reason="no such mailbox", today=make.TODAY)
            services.note_event(
                ctx, invoice=invoice, code="refused", source="portal", reference=f"r{invoice}", reason="No order.",
                happened_on=make.TODAY, today=make.TODAY,
            )  # fmt: skip
        kept = {str(one) for one in Delivery.objects.filter(invoice_id__in=invoices).values_list("id", flat=True)}
    sent = walked(api, "/deliveries")
    assert (set(sent), len(sent)) == (kept, 3)
    assert walked(api, "/deliveries/answers?kind=refused", "invoice") == [str(one) for one in reversed(invoices)]
    assert walked(api, f"/invoice-numbers?creditor={shop.creditor}", "invoice") == [str(one) for one in invoices]
    assert walked(api, "/deliveries/print-batches", "file") == []


def test_plans_and_runs_go_on(api, ctx, shop):
    with ctx.open():
        plans = [
            services.start_plan(
                ctx, today=make.TODAY,
                plan=services.PlanDraft(
                    shop.creditor, shop.debtor, f"Plan {n}", {"lines": [LINE]}, "EUR", "month",
                    make.TODAY + timedelta(days=n + 1),
                ),
            )
            for n in range(3)
        ]  # fmt: skip
    assert walked(api, "/invoice-plans") == [str(one) for one in plans]
    runs = [api.post("/invoice-runs", {"drafts": [str(written(ctx, shop))]}).json()["id"] for _ in range(3)]
    assert walked(api, "/invoice-runs") == runs[::-1]


def test_messages_go_on(api, ctx, books):
    with ctx.open():
        made = [
            Notice.objects.create(
                tenant_id=ctx.tenant, id=uuid7(), creditor_id=books.creditor, debtor_id=books.debtor,
                run_on=make.TODAY - timedelta(days=n), level=1, template="reminder", channel="email",
                recipient="ap@kaufmann.example", subject="s", text="t", state="sent",
                language="en", planned_by="test",
            )
            for n in range(3)
        ]  # fmt: skip
    assert set(walked(api, f"/notices?debtor={books.debtor}")) == {str(one.id) for one in made}
    assert api.get("/notices?cursor=nonsense").status_code == 422
