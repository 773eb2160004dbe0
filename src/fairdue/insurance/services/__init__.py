"""The door in: every command of the insurance room."""

from fairdue.insurance.services.claims import file_claim, file_due_claims, withdraw_claim
from fairdue.insurance.services.indemnities import (
    indemnify_claim,
    indemnify_due_claims,
    receive_indemnity,
)
from fairdue.insurance.services.policies import (
    LimitDraft,
    PolicyDraft,
    change_terms,
    decide_limits,
    declare_turnover,
    keep_duty,
    take_out_policy,
)
from fairdue.insurance.services.premiums import post_premium, reverse_premium
from fairdue.insurance.services.recoveries import share_recovery
from fairdue.insurance.services.running import Ran, run

__all__ = [
    "LimitDraft",
    "PolicyDraft",
    "Ran",
    "change_terms",
    "decide_limits",
    "declare_turnover",
    "file_claim",
    "file_due_claims",
    "indemnify_claim",
    "indemnify_due_claims",
    "keep_duty",
    "post_premium",
    "receive_indemnity",
    "reverse_premium",
    "run",
    "share_recovery",
    "take_out_policy",
    "withdraw_claim",
]
