"""The guards of the room: functions and triggers, kept in sql/guards.sql."""

from django.db import migrations

from fairdue.foundation.sqlfiles import sql


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_initial")]
    operations = [migrations.RunSQL([sql("invoicing", "guards")])]
