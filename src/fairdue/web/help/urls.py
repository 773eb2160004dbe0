"""Addresses of the help pages."""

from __future__ import annotations

from django.urls import path

from fairdue.web.help import views

urlpatterns = [
    path("help", views.index, name="help"),
    path("help/<slug:page>", views.page, name="help_page"),
]
