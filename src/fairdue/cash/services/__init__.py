"""The door in: every command of the cash room."""

from fairdue.cash.services.accounts import add_bank_account
from fairdue.cash.services.applying import accept, accept_all
from fairdue.cash.services.batches import reverse_batch, reverse_many
from fairdue.cash.services.by_hand import Chosen, change, not_receivable, put_on_account
from fairdue.cash.services.calibrating import recalibrate, release_rule, set_rule
from fairdue.cash.services.matching import match_again, refuse_proposal, run_matching
from fairdue.cash.services.payments import import_payments
from fairdue.cash.services.refunds import propose_refund
from fairdue.cash.services.reversing import reverse
from fairdue.cash.services.statements import import_statements

__all__ = [
    "Chosen",
    "accept",
    "accept_all",
    "add_bank_account",
    "change",
    "import_payments",
    "import_statements",
    "match_again",
    "not_receivable",
    "propose_refund",
    "put_on_account",
    "recalibrate",
    "refuse_proposal",
    "release_rule",
    "reverse",
    "reverse_batch",
    "reverse_many",
    "run_matching",
    "set_rule",
]
