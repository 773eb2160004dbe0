"""Addresses of the approvals."""

from __future__ import annotations

from django.urls import path

from fairdue.web.approvals import views

urlpatterns = [
    path("approvals", views.index, name="approvals"),
    path("approvals/<uuid:approval>", views.decide, name="decide"),
]
