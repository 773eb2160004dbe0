"""Addresses of the insurance screens."""

from __future__ import annotations

from django.urls import path

from fairdue.web.insurance import calculators, claims, clock, cover, policies, premium

urlpatterns = [
    path("insurance", cover.index, name="insurance"),
    path("insurance/customers/<uuid:policy>/<uuid:debtor>", cover.customer, name="insurance_customer"),
    path("insurance/customers/<uuid:policy>/<uuid:debtor>/limit", cover.decide, name="insurance_limit"),
    path("insurance/clock", clock.index, name="insurance_clock"),
    path("insurance/clock/done", clock.done, name="insurance_done"),
    path("insurance/premium", premium.index, name="insurance_premium"),
    path("insurance/premium/declare", premium.declare, name="insurance_declare"),
    path("insurance/premium/book", premium.book, name="insurance_book"),
    path("insurance/premium/<uuid:posting>/reverse", premium.unbook, name="insurance_unbook"),
    path("insurance/claims", claims.index, name="insurance_claims"),
    path("insurance/claims/new/<uuid:policy>/<uuid:debtor>", claims.file, name="insurance_file"),
    path("insurance/claims/<uuid:claim>", claims.show, name="insurance_claim"),
    path("insurance/claims/<uuid:claim>/act", claims.act, name="insurance_claim_act"),
    path("insurance/policies/new", policies.new, name="insurance_policy_new"),
    path("insurance/policies/<uuid:policy>", policies.show, name="insurance_policy"),
    path("insurance/calculators", calculators.index, name="insurance_calculators"),
]
