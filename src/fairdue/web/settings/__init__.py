"""Settings: who may do what, for whom, with which numbers, and proof that it is right."""
