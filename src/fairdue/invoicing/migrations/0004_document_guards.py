"""The guards of the further documents, kept in sql/guards_documents.sql."""

from django.db import migrations

from fairdue.foundation.sqlfiles import sql


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0003_documents")]
    operations = [migrations.RunSQL([sql("invoicing", "guards_documents")])]
