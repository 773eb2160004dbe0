"""Parties: who owes, how complete and how trusted their master data is, and who is the same as whom."""
