"""Outgoing mail: queued in the command's transaction, re-checked under lock at send time, sent at least once.

Exactly-once mail does not exist. What is held: the same message is queued once (`dedup_key`), it always
carries the same Message-ID, `sending` is committed before the server is spoken to, and a message is sent
a second time only if the server died between taking it and answering.
"""

from fairdue.foundation.mail.queue import Guard, Mail, Verdict, guard, queue_mail

__all__ = ["Guard", "Mail", "Verdict", "guard", "queue_mail"]
