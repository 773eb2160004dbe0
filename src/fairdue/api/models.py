"""How much each caller may still ask: one small row a caller."""

from __future__ import annotations

from django.db import models


class RateBucket(models.Model):
    """A token bucket. The table is unlogged: after a crash everybody starts with a full bucket."""

    caller = models.CharField(max_length=80, primary_key=True)
    """`key:<uuid>` or `user:<uuid>`."""
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        db_table = "rate_bucket"
