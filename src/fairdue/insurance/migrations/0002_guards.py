"""The guards of the room: triggers, kept in sql/guards.sql."""

from django.db import migrations

from fairdue.foundation.sqlfiles import sql


class Migration(migrations.Migration):
    dependencies = [("insurance", "0001_initial"), ("foundation", "0002_guards")]
    operations = [migrations.RunSQL([sql("insurance", "guards")])]
