"""Django application of the staff screens."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, static files and template tags of the staff screens."""

    name = "fairdue.web"
    label = "web"
    verbose_name = "Fairdue screens"
