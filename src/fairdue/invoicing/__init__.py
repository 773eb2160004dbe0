"""Pillar 1: orders, invoices, credit notes, numbers, documents, delivery."""
