"""Four eyes: what one person proposed and another decides."""
