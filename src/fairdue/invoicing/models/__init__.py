"""Orders, drafts, number series, issued invoices, their documents and deliveries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel
from fairdue.invoicing.models.runs import IssueRun, RunDraft

__all__ = ["IssueRun", "RunDraft"]
"""The tables of the bulk run stand in `runs` and belong to the tables of the room."""


class Series(TenantModel):
    """A number series of a creditor; its pattern is fixed once a number is drawn from it."""

    access: ClassVar[Access] = Access(app="select insert update", update=("active",), creditor="creditor_id")

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        CREDIT_NOTE = "credit_note"
        CORRECTED = "corrected"
        PREPAYMENT = "prepayment"
        SELF_BILLED = "self_billed"

    creditor = TenantForeignKey("parties.Creditor")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    pattern = models.CharField(max_length=40)
    yearly = models.BooleanField(default=True)
    year_starts = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "number_series"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "creditor_id", "kind"], name="number_series_active", condition=Q(active=True)
            ),
            models.UniqueConstraint(fields=["tenant", "creditor_id", "pattern"], name="number_series_pattern"),
        ]


class Counter(TenantModel):
    """The last number drawn from a series in a period; one row is the lock of that series."""

    access: ClassVar[Access] = Access(app="select insert update", update=("last",), creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    series = TenantForeignKey("invoicing.Series")
    period = models.CharField(max_length=4, blank=True, default="")
    last = models.IntegerField()

    class Meta:
        db_table = "number_counter"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "series_id", "period"], name="number_counter_once"),
            models.CheckConstraint(condition=Q(last__gt=0), name="number_counter_positive"),
        ]


class VoidedNumber(TenantModel):
    """A number that was drawn and stands on no document, with the reason: the register explains it."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    series = TenantForeignKey("invoicing.Series")
    period = models.CharField(max_length=4, blank=True, default="")
    counter = models.IntegerField()
    number = models.CharField(max_length=16)
    reason = models.CharField(max_length=300)
    voided_on = models.DateField()
    voided_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "number_voided"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "series_id", "period", "counter"], name="number_voided_counter"),
            models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="number_voided_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="number_voided_reason"),
        ]


class Order(TenantModel):
    """An accepted order of a debtor; its lines say what may still be billed."""

    access: ClassVar[Access] = Access(app="select insert update", update=("closed_on",), creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    number = models.CharField(max_length=60)
    ordered_on = models.DateField()
    currency = models.CharField(max_length=3)
    buyer_reference = models.CharField(max_length=60, blank=True, default="")
    closed_on = models.DateField(null=True)
    """When it was decided that what is left will not be billed."""
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sales_order"
        constraints = [models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="sales_order_number")]
        indexes = [models.Index(fields=["tenant", "debtor_id", "ordered_on"], name="sales_order_debtor")]


class OrderLine(TenantModel):
    """One line of an order; `billed` counts drafts and issued invoices and never exceeds the quantity."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("billed", "delivered_on", "delivery_note"), creditor="creditor_id"
    )

    creditor = TenantForeignKey("parties.Creditor")
    order = TenantForeignKey("invoicing.Order")
    position = models.IntegerField()
    article = models.CharField(max_length=60, blank=True, default="")
    description = models.CharField(max_length=500)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    billed = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    unit = models.CharField(max_length=3, default="C62")
    price = models.DecimalField(max_digits=18, decimal_places=6)
    category = models.CharField(max_length=2, default="S")
    rate = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    delivered_on = models.DateField(null=True)
    delivery_note = models.CharField(max_length=60, blank=True, default="")
    """The number of the last delivery note; a draft takes it along with the day."""
    nature = models.CharField(max_length=20, blank=True, default="")
    """Goods or a kind of services (`core.vat.supply.Nature`), where somebody said so; VAT is decided by it."""

    class Meta:
        db_table = "order_line"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "order_id", "position"], name="order_line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity"),
            models.CheckConstraint(condition=Q(billed__gte=0) & Q(billed__lte=F("quantity")), name="order_line_billed"),
        ]


class Draft(TenantModel):
    """An invoice being written: the JSON form of `core.invoice`, without number and date of issue."""

    access: ClassVar[Access] = Access(app="select insert update", creditor="creditor_id")

    class State(models.TextChoices):
        OPEN = "open"
        ISSUED = "issued"
        DISCARDED = "discarded"
        CANCELLED = "cancelled"
        """Issued, then taken back whole by a credit note; its quantities may be billed again."""

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    order = TenantForeignKey("invoicing.Order", null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    term = models.CharField(max_length=20, default="30")
    """The payment term, as `core.invoice.terms` reads it; the due date follows at issue."""
    billed: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """What it takes of which order line: [[line id, quantity as text], ...]."""
    amends = TenantForeignKey("invoicing.Invoice", null=True)
    """The issued invoice that this one will replace (384)."""
    settles: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """The prepayment invoices that this final invoice deducts: [id, ...]."""
    currency = models.CharField(max_length=3)
    gross = models.BigIntegerField(null=True)
    """Minor units; null while the draft cannot be computed."""
    errors = models.IntegerField(default=0)
    warnings = models.IntegerField(default=0)
    invoice_id = models.UUIDField(null=True)
    written_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    changed_by = models.CharField(max_length=120, db_default="")
    """The actor of the last change; nothing before the first one."""
    changed_in = models.CharField(max_length=32, db_default="")
    """The opened editor that changed it last, so that another one is told; nothing for other changes."""
    changed_turn = models.IntegerField(db_default=0)
    """Which save of that editor it was: one that comes late is older and changes nothing."""

    class Meta:
        db_table = "invoice_draft"
        indexes = [
            models.Index(fields=["tenant", "created_at"], name="invoice_draft_open", condition=Q(state="open")),
            models.Index(fields=["tenant", "debtor_id"], name="invoice_draft_debtor"),
        ]


class Invoice(TenantModel):
    """An issued document. Everything but its way to the buyer is frozen by a trigger."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("delivery", "delivered_at"), creditor="creditor_id"
    )

    class Delivery(models.TextChoices):
        NONE = "none"
        QUEUED = "queued"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    series = TenantForeignKey("invoicing.Series")
    period = models.CharField(max_length=4, blank=True, default="")
    counter = models.IntegerField()
    number = models.CharField(max_length=16)
    type = models.CharField(max_length=3)
    """UNTDID 1001: 380 invoice, 381 credit note, 384 corrected invoice."""
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()
    payable = models.BigIntegerField()
    """Gross less what was paid before, plus rounding; minor units of `currency`."""
    order = TenantForeignKey("invoicing.Order", null=True)
    draft_id = models.UUIDField(null=True)
    preceding = TenantForeignKey("invoicing.Invoice", null=True)
    """The invoice that a credit note or corrected invoice amends."""
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    """The frozen invoice in the JSON form of `core.invoice.wire`."""
    sha256 = models.CharField(max_length=64)
    """Of the content as sorted, compact JSON."""
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NONE)
    delivered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "number"], name="invoice_number"),
            models.UniqueConstraint(fields=["tenant", "series_id", "period", "counter"], name="invoice_counter"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_gross"),
        ]
        indexes = [
            models.Index(fields=["tenant", "issued_on", "number"], name="invoice_issued"),
            models.Index(fields=["tenant", "debtor_id", "issued_on"], name="invoice_debtor"),
            models.Index(
                fields=["tenant", "preceding_id"], name="invoice_preceding", condition=Q(preceding_id__isnull=False)
            ),
        ]


class Settlement(TenantModel):
    """What a final invoice deducted of one prepayment invoice; minor units of their currency."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    final = TenantForeignKey("invoicing.Invoice")
    prepayment = TenantForeignKey("invoicing.Invoice")
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    gross = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice_settlement"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "prepayment_id"], name="invoice_settlement_once"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("tax")), name="invoice_settlement_gross"),
        ]
        indexes = [models.Index(fields=["tenant", "final_id"], name="invoice_settlement_final")]


class Plan(TenantModel):
    """A recurring invoice: what is billed, to whom, how often, and when the next one is due."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("content", "term", "next_on", "ends_on", "issues", "state", "changed_at"),
        creditor="creditor_id",
    )

    class Every(models.TextChoices):
        WEEK = "week"
        MONTH = "month"
        QUARTER = "quarter"
        YEAR = "year"

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        ENDED = "ended"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    name = models.CharField(max_length=120)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    """The draft in the JSON form; `{from}`, `{to}` and `{period}` in its texts stand for the span billed."""
    currency = models.CharField(max_length=3)
    term = models.CharField(max_length=20, default="30")
    every = models.CharField(max_length=10, choices=Every.choices)
    count = models.PositiveSmallIntegerField(default=1)
    """How many weeks, months, quarters or years one invoice covers."""
    starts_on = models.DateField()
    next_on = models.DateField()
    """The first day of the next span; its invoice is drafted on this day."""
    ends_on = models.DateField(null=True)
    issues = models.BooleanField(default=False)
    """Whether drafts are issued at once; else a person does."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    started_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice_plan"
        constraints = [
            models.CheckConstraint(condition=Q(count__gt=0), name="invoice_plan_count"),
            models.CheckConstraint(condition=Q(next_on__gte=F("starts_on")), name="invoice_plan_next"),
        ]
        indexes = [models.Index(fields=["tenant", "next_on"], name="invoice_plan_due", condition=Q(state="active"))]


class PlanRun(TenantModel):
    """One span that a plan has billed: once, whoever runs it and however often."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    plan = TenantForeignKey("invoicing.Plan")
    starts_on = models.DateField()
    ends_on = models.DateField()
    draft_id = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice_plan_run"
        constraints = [models.UniqueConstraint(fields=["tenant", "plan_id", "starts_on"], name="invoice_plan_run_once")]


class Document(TenantModel):
    """A rendered file of an invoice with the verdict of the official rules on it."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "record", "checked_at"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        VALID = "valid"
        INVALID = "invalid"
        NOT_CHECKED = "not_checked"

    creditor = TenantForeignKey("parties.Creditor")
    invoice = TenantForeignKey("invoicing.Invoice")
    format = models.CharField(max_length=20)
    file_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices)
    record: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    checked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice_document"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice_id", "format"], name="invoice_document_format")
        ]


class Delivery(TenantModel):
    """One way that an invoice was sent: the channel, to whom, and how it ended."""

    access: ClassVar[Access] = Access(
        app="select insert update", update=("state", "reason", "reference", "ended_at"), creditor="creditor_id"
    )

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        """Handed over; whether it arrived is not known yet."""
        DELIVERED = "delivered"
        FAILED = "failed"

    creditor = TenantForeignKey("parties.Creditor")
    invoice = TenantForeignKey("invoicing.Invoice")
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=254)
    attempt = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=500, blank=True, default="")
    why = models.CharField(max_length=300, blank=True, default="", db_default="")
    """Why it goes by this channel, in words."""
    reference = models.CharField(max_length=120, blank=True, default="", db_default="")
    """The name that the other side gave it: message of an access point, batch of the print shop, file handed over."""
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invoice_delivery"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "invoice_id", "attempt"], name="invoice_delivery_attempt")
        ]
        indexes = [
            models.Index(fields=["tenant", "created_at"], name="invoice_delivery_created"),
            models.Index(fields=["tenant", "reference"], name="invoice_delivery_reference", condition=~Q(reference="")),
        ]


class InvoiceEvent(TenantModel):
    """What the buyer's side said about an invoice, once for each message of its source; the fact tells the others."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    invoice = TenantForeignKey("invoicing.Invoice")
    kind = models.CharField(max_length=12)
    source = models.CharField(max_length=40)
    reference = models.CharField(max_length=120)
    """The identity of the message at its source: the same one is taken once."""
    reason = models.CharField(max_length=500, blank=True, default="")
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "invoice_event"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "reference", "kind"], name="invoice_event_once")
        ]
        indexes = [models.Index(fields=["tenant", "invoice_id", "recorded_at"], name="invoice_event_invoice")]
