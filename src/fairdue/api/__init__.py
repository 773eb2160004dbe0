"""The machine edge: REST over the same services and words as the screens and the command line."""
