"""Refunds: a task opens, two people agree after the account was checked, and the money leaves the books."""
