"""Creditors and debtors."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


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
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "debtor"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "creditor_id", "external_id"], name="debtor_external"),
        ]
        indexes = [
            models.Index(fields=["tenant", "search_name"], name="debtor_search"),
            models.Index(fields=["tenant", "parent_id"], name="debtor_parent"),
        ]
