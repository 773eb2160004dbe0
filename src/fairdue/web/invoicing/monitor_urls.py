"""Addresses of the channel monitor."""

from __future__ import annotations

from django.urls import path

from fairdue.web.invoicing import answering, delivering

urlpatterns = [
    path("invoices/deliveries", delivering.index, name="deliveries"),
    path("invoices/deliveries/retry", delivering.retry, name="deliveries_retry"),
    path("invoices/deliveries/print/<uuid:creditor>", delivering.batch, name="print_batch"),
    path("invoices/deliveries/answers", answering.index, name="delivery_answers"),
    path("invoices/deliveries/answers/take", answering.take, name="delivery_answers_take"),
    path("invoices/deliveries/batches", delivering.batches, name="print_batches"),
    path("invoices/deliveries/batches/<uuid:file>", delivering.batch_file, name="print_batch_file"),
    path("invoices/deliveries/batches/<uuid:file>/posted", delivering.posted, name="print_batch_posted"),
]
