"""Remittance advices: stored once, linked to their payment, and given to matching as evidence."""
