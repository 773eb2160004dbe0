"""Addresses of the settings."""

from __future__ import annotations

from django.urls import path

from fairdue.web.settings import views

urlpatterns = [
    path("settings", views.index, name="settings"),
]
