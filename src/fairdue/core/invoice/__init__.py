"""The invoice in the sense of EN 16931-1: model, totals, checks, numbers, due dates and legal wording."""
