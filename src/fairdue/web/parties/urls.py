"""Addresses of the customer screens."""

from __future__ import annotations

from django.urls import path

from fairdue.web.parties import customer, lists, master, merging, reach

urlpatterns = [
    path("customers", lists.index, name="customers"),
    path("customers/new", master.new, name="customer_new"),
    path("customers/duplicates", merging.duplicates, name="duplicates"),
    path("customers/duplicates/refuse", merging.refuse_pair, name="duplicates_refuse"),
    path("customers/merge/<uuid:survivor>/<uuid:merged>", merging.merge, name="merge"),
    path("customers/<uuid:debtor>", customer.show, name="customer"),
    path("customers/<uuid:debtor>/statement", customer.statement, name="customer_statement"),
    path("customers/<uuid:debtor>/edit", master.edit, name="customer_edit"),
    path("customers/<uuid:debtor>/terms", master.terms, name="customer_terms"),
    path("customers/<uuid:debtor>/contacts", master.contact_new, name="contact_new"),
    path("customers/<uuid:debtor>/addresses", master.address_new, name="address_new"),
    path("customers/<uuid:debtor>/identifiers", master.identifier_new, name="identifier_new"),
    path("customers/<uuid:debtor>/accounts", master.account_new, name="account_new"),
    path("customers/<uuid:debtor>/verify", master.verify, name="customer_verify"),
    path("customers/<uuid:debtor>/check", reach.check, name="customer_check"),
    path("customers/<uuid:debtor>/confirm", reach.confirm, name="customer_confirm"),
    path("customers/<uuid:debtor>/delivery", reach.wish, name="customer_wish"),
    path("customers/<uuid:debtor>/remove/<slug:what>/<uuid:row>", master.remove, name="customer_remove"),
]
