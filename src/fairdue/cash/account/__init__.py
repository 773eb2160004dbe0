"""Money on account: what came before its invoice, or was more than owed, is proposed for the items that follow."""
