"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path

from fairdue.web.ledger import views

urlpatterns = [
    path("ledger", views.index, name="ledger"),
    path("ledger/accounts/<uuid:account>", views.account, name="ledger_account"),
    path("ledger/entries/<uuid:entry>", views.entry, name="ledger_entry"),
    path("ledger/months", views.months, name="ledger_months"),
    path("ledger/months/close", views.close, name="ledger_close"),
    path("ledger/months/reopen", views.reopen, name="ledger_reopen"),
]
