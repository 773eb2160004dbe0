"""The debtor's way into the portal, given and taken by staff."""
