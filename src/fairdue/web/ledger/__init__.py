"""The ledger: prove any balance, down to the fact."""
