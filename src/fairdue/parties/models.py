"""Creditors and debtors, and what is known about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Concat, Left, Lower, Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class States(models.TextChoices):
    """How far a value is trusted (`core.parties.models.VerificationState`)."""

    RETURNED = "returned"
    UNCHECKED = "unchecked"
    WELL_FORMED = "well_formed"
    MATCHED = "matched"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"


class Creditor(TenantModel):
    """A legal entity that issues invoices: the agency's client, or the company itself."""

    access: ClassVar[Access] = Access(app="select insert update", creditor="id")

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    """The functional currency of its books."""
    language = models.CharField(max_length=8, default="en")
    street = models.CharField(max_length=200, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    vat_id = models.CharField(max_length=20, blank=True, default="")
    register_id = models.CharField(max_length=60, blank=True, default="")
    iban = models.CharField(max_length=34, blank=True, default="")
    """The account that invoices ask to be paid to; public on each of them, so not encrypted."""
    bic = models.CharField(max_length=11, blank=True, default="")
    legal: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    """Mandatory particulars of its country: legal form, capital, court, directors."""
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "creditor"
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="creditor_code")]


def _word(place: int) -> models.GeneratedField:
    """Return the column of one word of the folded name, in an order in which a beginning is a range everywhere."""
    return models.GeneratedField(
        expression=Func("search_name", Value(" "), Value(place), function="split_part"),
        output_field=models.CharField(max_length=200, db_collation="C"), db_persist=True,
    )  # fmt: skip


class Debtor(TenantModel):
    """Who owes: one customer of one creditor. On screens: customer."""

    access: ClassVar[Access] = Access(app="select insert update", creditor="creditor_id")

    class Kind(models.TextChoices):
        BUSINESS = "business"
        CONSUMER = "consumer"
        PUBLIC = "public"

    creditor = TenantForeignKey("parties.Creditor")
    external_id = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    search_name = models.CharField(max_length=200, default="")
    """The name folded for search and order: no accents, no legal form, lower case."""
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BUSINESS)
    country = models.CharField(max_length=2)
    street = models.CharField(max_length=200, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    language = models.CharField(max_length=8, default="en")
    currency = models.CharField(max_length=3, default="EUR")
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    vat_id = models.CharField(max_length=20, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    address_state = models.CharField(max_length=12, choices=States.choices, default=States.UNCHECKED)
    """How far the address above (bill-to) is trusted, and where it came from."""
    address_source = models.CharField(max_length=120, blank=True, default="")
    email_state = models.CharField(max_length=12, choices=States.choices, default=States.UNCHECKED)
    delivery = models.CharField(max_length=20, blank=True, default="", db_default="")
    """The channel by which this customer wants invoices; empty for no wish."""
    mandate_id = models.CharField(max_length=35, blank=True, default="")
    sector = models.CharField(max_length=60, blank=True, default="")
    payment_terms_days = models.PositiveSmallIntegerField(default=30)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount_days = models.PositiveSmallIntegerField(null=True, blank=True)
    credit_limit = models.BigIntegerField(null=True, blank=True)
    """Minor units of `currency`; null is no limit set."""
    parent = TenantForeignKey("parties.Debtor", null=True)
    """The head office, when it pays for this one or belongs to the same group."""
    parent_pays = models.BooleanField(default=False)
    merged_into = TenantForeignKey("parties.Debtor", null=True)
    owner_id = models.UUIDField(null=True)
    """The user who looks after this customer."""
    search_text = models.GeneratedField(
        expression=Left(
            Lower(
                Concat(
                    "search_name", Value(" "), "external_id", Value(" "), "vat_id", Value(" "), "email", Value(" "),
                    "name",
                )
            ),
            600,
        ),
        output_field=models.CharField(max_length=600),
        db_persist=True,
    )  # fmt: skip
    """Everything by which a customer is looked for, in lower case; no longer than an index row can be."""
    word1 = _word(1)
    word2 = _word(2)
    word3 = _word(3)
    word4 = _word(4)
    """The words of `search_name`: what begins one of them is found in an index."""
    search_number = models.GeneratedField(
        expression=Lower("external_id"), output_field=models.CharField(max_length=60, db_collation="C"),
        db_persist=True,
    )  # fmt: skip
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "debtor"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "external_id"], name="debtor_external"),
        ]
        indexes = [
            models.Index(fields=["tenant", "search_name"], name="debtor_search"),
            # Any part of these words is found by reading the tenant's part of this index: under row-level security
            # a trigram index could not serve, because LIKE is not leakproof.
            models.Index(fields=["tenant", "search_text", "id"], name="debtor_search_text"),
            models.Index(fields=["tenant", "word1"], name="debtor_word1"),
            models.Index(fields=["tenant", "word2"], name="debtor_word2", condition=~Q(word2="")),
            models.Index(fields=["tenant", "word3"], name="debtor_word3", condition=~Q(word3="")),
            models.Index(fields=["tenant", "word4"], name="debtor_word4", condition=~Q(word4="")),
            models.Index(fields=["tenant", "search_number"], name="debtor_search_number"),
            models.Index(fields=["tenant", "parent_id"], name="debtor_parent"),
        ]


class DebtorContact(TenantModel):
    """A further person or mailbox at a debtor; the main e-mail and phone stand on the debtor itself."""

    access: ClassVar[Access] = Access(app="select insert update delete", creditor="creditor_id")

    class Role(models.TextChoices):
        ACCOUNTS_PAYABLE = "accounts_payable"
        BUYER = "buyer"
        MANAGEMENT = "management"
        DISPUTES = "disputes"
        LEGAL = "legal"
        OTHER = "other"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.OTHER)
    email = models.CharField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    language = models.CharField(max_length=8, blank=True, default="")
    state = models.CharField(max_length=12, choices=States.choices, default=States.UNCHECKED)

    class Meta:
        db_table = "debtor_contact"
        indexes = [models.Index(fields=["tenant", "debtor_id"], name="debtor_contact_debtor")]


class DebtorAddress(TenantModel):
    """A further address of a debtor (ship-to, seat); the bill-to address stands on the debtor itself."""

    access: ClassVar[Access] = Access(app="select insert update delete", creditor="creditor_id")

    class Kind(models.TextChoices):
        SHIP_TO = "ship_to"
        REGISTERED = "registered"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    street = models.CharField(max_length=200, blank=True, default="")
    extra = models.CharField(max_length=200, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField(max_length=100, blank=True, default="")
    country = models.CharField(max_length=2)
    state = models.CharField(max_length=12, choices=States.choices, default=States.UNCHECKED)
    source = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        db_table = "debtor_address"
        indexes = [models.Index(fields=["tenant", "debtor_id"], name="debtor_address_debtor")]


class DebtorIdentifier(TenantModel):
    """A number that a register gave to a debtor; the VAT number stands on the debtor itself."""

    access: ClassVar[Access] = Access(app="select insert update delete", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    scheme = models.CharField(max_length=12)
    value = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=States.choices, default=States.UNCHECKED)

    class Meta:
        db_table = "debtor_identifier"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "debtor_id", "scheme", "value"], name="debtor_identifier_once"),
        ]
        indexes = [models.Index(fields=["tenant", "scheme", "value"], name="debtor_identifier_value")]


class AddressEvidence(TenantModel):
    """One look at an address, e-mail or number of a debtor: by which layer, what it said, who said so, when.

    Only ever added to. It is about `value`; when the debtor's value changes it says nothing any more.
    """

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    what = models.CharField(max_length=12)
    """`address`, `email`, or the scheme of an identifier."""
    layer = models.CharField(max_length=10)
    outcome = models.CharField(max_length=12)
    value = models.CharField(max_length=300)
    source = models.CharField(max_length=120)
    detail = models.CharField(max_length=500, blank=True, default="")
    checked_on = models.DateField()
    actor = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "address_evidence"
        indexes = [models.Index(fields=["tenant", "debtor_id", "recorded_at"], name="address_evidence_debtor")]


class DebtorAccount(TenantModel):
    """A bank account of a debtor. The number is sealed; `blind` finds it, `masked` shows it.

    `known` accounts recognise a payer; only `approved` ones (four eyes) may be paid or debited.
    """

    access: ClassVar[Access] = Access(app="select insert update", update=("state", "debtor_id"), creditor="creditor_id")

    class State(models.TextChoices):
        KNOWN = "known"
        PROPOSED = "proposed"
        APPROVED = "approved"
        RETIRED = "retired"

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    sealed = models.BinaryField()
    blind = models.CharField(max_length=64)
    masked = models.CharField(max_length=20)
    holder = models.CharField(max_length=140, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.KNOWN)
    source = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "debtor_account"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "debtor_id", "blind"], name="debtor_account_once"),
        ]
        indexes = [models.Index(fields=["tenant", "blind"], name="debtor_account_blind")]


class DebtorKey(TenantModel):
    """A normalised key under which duplicates are looked for (`core.parties.duplicates.blocking_keys`)."""

    access: ClassVar[Access] = Access(app="select insert delete", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    debtor = TenantForeignKey("parties.Debtor")
    key = models.CharField(max_length=300)

    class Meta:
        db_table = "debtor_key"
        constraints = [models.UniqueConstraint(fields=["tenant", "debtor_id", "key"], name="debtor_key_once")]
        indexes = [models.Index(fields=["tenant", "creditor_id", "key"], name="debtor_key_key")]


class NotDuplicate(TenantModel):
    """Two debtors that a person said are not the same; they are never proposed again."""

    access: ClassVar[Access] = Access(app="select insert", creditor="creditor_id")

    creditor = TenantForeignKey("parties.Creditor")
    left = TenantForeignKey("parties.Debtor")
    right = TenantForeignKey("parties.Debtor")
    decided_by = models.CharField(max_length=120)

    class Meta:
        db_table = "not_duplicate"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "left_id", "right_id"], name="not_duplicate_once"),
            models.CheckConstraint(condition=models.Q(left_id__lt=models.F("right_id")), name="not_duplicate_order"),
        ]


class ImportProfile(TenantModel):
    """How one sender's files are read (`foundation.tabular.Profile` as JSON)."""

    access: ClassVar[Access] = Access(app="select insert update delete")

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    saved_by = models.CharField(max_length=120)

    class Meta:
        db_table = "import_profile"
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "name"], name="import_profile_name")]


class ImportRun(TenantModel):
    """One file imported, tried or refused: what it was, what it did, what was wrong with it."""

    access: ClassVar[Access] = Access(
        app="select insert update",
        update=("sha256", "profile", "state", "stage", "rows", "rows_done", "created", "changed", "unchanged",
                "refused", "findings", "findings_file_id"),
    )  # fmt: skip

    class State(models.TextChoices):
        WAITING = "waiting"
        """In the queue, or at work; it ends in one of the others."""
        TRIED = "tried"
        REFUSED = "refused"
        DONE = "done"

    kind = models.CharField(max_length=20)
    creditor_id = models.UUIDField()
    file_name = models.CharField(max_length=200)
    file_id = models.UUIDField(null=True)
    """The stored file, when it was uploaded."""
    sha256 = models.CharField(max_length=64)
    profile: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices)
    dry_run = models.BooleanField(default=False, db_default=False)
    valid_only = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, blank=True, default="", db_default="")
    """What the job does just now: reading, storing."""
    rows_done = models.IntegerField(default=0, db_default=0)
    """Rows read so far."""
    rows = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    """The first of them; all stand in the findings file."""
    findings_file_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=120)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "import_run"
        indexes = [models.Index(fields=["tenant", "created_at"], name="import_run_created")]
