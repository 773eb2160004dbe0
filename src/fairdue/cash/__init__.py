"""Cash: bank lines in, allocations out."""
