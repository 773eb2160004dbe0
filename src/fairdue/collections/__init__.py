"""Pillar 2: cadences, notices, the worklist, calls, promises and disputes."""
