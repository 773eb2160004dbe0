"""Addresses of the audit."""

from __future__ import annotations

from django.urls import path

from fairdue.web.audit import views

urlpatterns = [
    path("audit", views.index, name="audit"),
    path("audit/verify", views.verify, name="verify"),
    path("audit/<uuid:fact>", views.fact, name="fact"),
]
