"""Document formats: one object a format, found through the registry."""
