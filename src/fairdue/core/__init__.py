"""The pure rules of receivables: frozen data in, frozen data out.

Nothing here reads a clock, a file, a database or a setting; nothing here uses binary
floating point. Only the standard library may be imported.
"""
