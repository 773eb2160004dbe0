"""Addresses of the staff screens. Each area has its own `urls.py` and one line here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("fairdue.web.approvals.urls")),
    path("", include("fairdue.web.audit.urls")),
    path("", include("fairdue.web.cash.urls")),
    path("", include("fairdue.web.collections.urls")),
    path("", include("fairdue.web.finding.urls")),
    path("", include("fairdue.web.guests.urls")),
    path("", include("fairdue.web.help.urls")),
    path("", include("fairdue.web.imports.urls")),
    path("", include("fairdue.web.insurance.urls")),
    path("", include("fairdue.web.invoicing.urls")),
    path("", include("fairdue.web.invoicing.monitor_urls")),
    path("", include("fairdue.web.ledger.urls")),
    path("", include("fairdue.web.parties.urls")),
    path("", include("fairdue.web.reporting.urls")),
    path("", include("fairdue.web.settings.urls")),
    path("", include("fairdue.web.styleguide.urls")),
]
