"""Screens of invoicing: documents, drafts, orders, number series."""
