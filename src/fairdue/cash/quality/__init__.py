"""How good cash application is, from stored decisions (docs/rules/cash-quality.md)."""
