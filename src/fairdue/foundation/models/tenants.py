"""The organisations that run their receivables here."""

from __future__ import annotations

from typing import Any

from django.db import models


class Tenant(models.Model):
    """The organisation running Fairdue: an agency, or a company on its own.

    `settings` holds the tenant's choices (thresholds, limits, languages); each room reads its own part.
    """

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(unique=True, max_length=60)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=60, default="Europe/Berlin")
    language = models.CharField(max_length=8, default="en")
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "tenant"

    def __str__(self) -> str:
        return self.name
