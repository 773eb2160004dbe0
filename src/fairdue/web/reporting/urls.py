"""Addresses of the dashboard and the reports."""

from __future__ import annotations

from django.urls import path

from fairdue.web.reporting import dashboard, items, reports

urlpatterns = [
    path("dashboard", dashboard.index, name="dashboard"),
    path("reports", reports.index, name="reports"),
    path("reports/aging", reports.aging_report, name="report_aging"),
    path("reports/open-items", items.index, name="report_items"),
    path("reports/items/<uuid:item>", items.item, name="report_item"),
    path("reports/expected-items", items.expected, name="report_expected"),
    path("reports/<str:name>", reports.report, name="report"),
]
