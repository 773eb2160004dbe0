"""The guards of the room: functions and triggers, kept in sql/guards.sql."""

from django.db import migrations

from fairdue.foundation.database import role
from fairdue.foundation.sqlfiles import sql


class Migration(migrations.Migration):
    dependencies = [("receivables", "0001_initial")]
    operations = [
        migrations.RunSQL([sql("receivables", "guards")]),
        migrations.RunSQL(f"GRANT EXECUTE ON FUNCTION fairdue_post TO {role('app')}, {role('loader')}"),
    ]
