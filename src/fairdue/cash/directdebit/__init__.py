"""Direct debit: mandates, runs with their pain.008 file, announcements, answers of the bank, other attempts."""
