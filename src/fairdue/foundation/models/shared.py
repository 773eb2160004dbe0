"""Short-lived values of the platform, seen by every worker."""

from __future__ import annotations

from django.db import models


class SharedValue(models.Model):
    """A value of `foundation.sharedcache` until it expires. The table is unlogged: a crash forgets it."""

    key = models.CharField(max_length=300, primary_key=True)
    value: models.JSONField[object, object] = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_value"
