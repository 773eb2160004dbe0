"""Parties: creditors, debtors, and how to reach them."""
