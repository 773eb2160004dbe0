"""Screens of pillar 3: cover, the claims clock, premium, claims, policies, calculators."""
