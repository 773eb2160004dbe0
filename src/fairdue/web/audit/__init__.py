"""The fact log as a page, one fact, and the proof that all books add up."""
