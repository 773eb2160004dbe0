"""Imports: upload, mapping, dry run with findings, confirmation, result."""
