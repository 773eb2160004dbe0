"""Addresses of search, palette and creditor switch."""

from __future__ import annotations

from django.urls import path

from fairdue.web.finding import sources, views

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("palette", views.palette, name="palette"),
    path("switch", views.switch_creditor, name="switch_creditor"),
]
sources.register()
