"""The law of invoices, one small registered module a country: data in the shapes of `shape`, never code."""
