"""The cash workbench: what came in, what it is for, and taking it back."""
