"""Screens of collections: worklist, disputes, promises, cadences, the law as calculators."""
