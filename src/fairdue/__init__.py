"""Fairdue: invoice correctly, get paid on time, insure the rest."""

__version__ = "0.1.0"
