"""The Django application of the machine edge."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """REST resources, their permissions and their limits."""

    name = "fairdue.api"
    label = "api"
    verbose_name = "Fairdue API"
