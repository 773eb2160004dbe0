"""Returned money: which payment a return undoes, taking it back, what follows, and recalls."""
