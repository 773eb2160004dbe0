"""Customers: the list, everything about one, master data, duplicates and merging."""
