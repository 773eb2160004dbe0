"""Invoices as people read them: words, layout and PDF."""
