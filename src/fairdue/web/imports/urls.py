"""Addresses of the import screens."""

from __future__ import annotations

from django.urls import path

from fairdue.web.imports import views

urlpatterns = [
    path("imports", views.index, name="imports"),
    path("imports/files/<uuid:file>/<slug:kind>/<uuid:creditor>", views.mapping, name="import_mapping"),
    path("imports/runs/<uuid:run>", views.show, name="import_run"),
    path("imports/runs/<uuid:run>/confirm", views.confirm, name="import_confirm"),
    path("imports/runs/<uuid:run>/findings", views.findings_file, name="import_findings"),
    path("imports/profiles/<uuid:profile>/delete", views.profile_delete, name="import_profile_delete"),
]
