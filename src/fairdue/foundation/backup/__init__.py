"""One archive of an installation, and the way back: the database, the stored files, how to know the key.

`archive` is the format and its checks, `programs` finds and runs PostgreSQL's own tools, `making` writes,
`restoring` brings back. Nothing is ever half done: an archive appears whole under its name or not at all, and a
restore is one transaction.
"""
