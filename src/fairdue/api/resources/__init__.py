"""The resources: a module a noun, each with its list `RESOURCES`. Their annotations are read at run time."""
