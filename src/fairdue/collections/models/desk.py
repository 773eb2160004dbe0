"""A person's desk: the views that were saved, and what of the inbox is done."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from fairdue.foundation.tenancy import Access, TenantForeignKey, TenantModel


class SavedView(TenantModel):
    """Filters and order of a list under a name; the person's own, or shared with the whole team."""

    access: ClassVar[Access] = Access()

    owner_id = models.UUIDField()
    page = models.CharField(max_length=20)
    """The list: worklist, customers, invoices."""
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    """The part of the address after the question mark, without a cursor."""
    shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "saved_view"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "page", "owner_id", "name"], name="saved_view_name"),
        ]


class InboxMark(TenantModel):
    """That a person has dealt with a fact that asked."""

    access: ClassVar[Access] = Access(app="select insert delete")

    owner_id = models.UUIDField()
    fact = TenantForeignKey("foundation.Fact")
    done_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "inbox_mark"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "owner_id", "fact_id"], name="inbox_mark_once"),
        ]
