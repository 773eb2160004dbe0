"""Secrets of second steps that an earlier version kept in the open are sealed."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def seal(apps: Any, schema_editor: Any) -> None:
    """Seal what is not sealed yet; what is sealed stays as it is."""
    from fairdue.foundation.signin import sealed_data

    authenticators = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    for row in authenticators.exclude(type="webauthn").iterator():
        data = sealed_data(row.data)
        if data != row.data:
            authenticators.filter(pk=row.pk).update(data=data)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_shared_value"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
