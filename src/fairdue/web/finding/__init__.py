"""Search, the command palette and the switch between creditors."""
