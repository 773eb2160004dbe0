"""The dashboard and the reports: every figure leads to a list, every list to an item."""
