"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from fairdue.foundation import probes
from fairdue.foundation.signin import no_other_address

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("account/email/", no_other_address),
    path("account/", include("allauth.urls")),
    path("api/", include("fairdue.api.urls")),
    path("p/", include("fairdue.portal.urls")),
    path("", include("fairdue.web.urls")),
]
