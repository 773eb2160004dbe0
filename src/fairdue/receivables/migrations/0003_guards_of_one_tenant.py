"""The guards again, where an older form of them stands: each statement is of one tenant, and found by primary key."""

from django.db import migrations

from fairdue.foundation.sqlfiles import sql


class Migration(migrations.Migration):
    dependencies = [("receivables", "0002_guards")]
    operations = [migrations.RunSQL([sql("receivables", "guards")])]
