"""Addresses of the portal links of a customer."""

from __future__ import annotations

from django.urls import path

from fairdue.web.guests import views

urlpatterns = [
    path("customers/<uuid:debtor>/portal-link", views.make, name="portal_link"),
    path("customers/<uuid:debtor>/portal-link/end", views.end, name="portal_link_end"),
]
