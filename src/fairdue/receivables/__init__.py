"""Receivables: open items, holds, allocations and the journal. The heart."""
