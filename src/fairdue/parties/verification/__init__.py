"""Verified addresses: what was found out about an address, an e-mail or a number, by whom, and when."""
