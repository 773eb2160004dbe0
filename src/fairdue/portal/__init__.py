"""The debtor portal: see, download, pay, promise, contest, without an account."""
