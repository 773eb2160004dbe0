"""Rules that people make from bank lines: kept here, asked in every matching run (docs/rules/bank-rules.md)."""
