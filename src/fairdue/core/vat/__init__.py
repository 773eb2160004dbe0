"""Value added tax: where a supply is taxed, in which category, at which dated rate, and how tax is rounded."""
