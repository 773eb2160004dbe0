"""An own, open evaluation of cash application: a generator of messy payments and a scorer."""
