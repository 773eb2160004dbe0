"""Receivables figures as pure rules: aging, DSO, CEI, days delinquent, promises kept, cash expected."""
