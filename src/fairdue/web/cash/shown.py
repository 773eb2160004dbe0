"""How cash is put into words and marks on the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fairdue.core.matching.aside import CREDIT_INSURER
from fairdue.core.money import CURRENCIES
from fairdue.foundation import clock
from fairdue.web.amounts import read_minor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest

    from fairdue.cash.selectors import LineView, ProposalView

SURE, LIKELY = 9_800, 9_000
"""Confidence (basis points) from which a proposal is called sure, or likely."""
STEPS = {
    "exact": "exact",
    "discount": "less discount",
    "charge": "less bank charge",
    "credit_notes": "with credit notes",
    "subset": "a part of what is named",
    "foreign": "foreign amount",
    "late_discount": "late discount",
    "small_difference": "small difference",
    "short": "short payment",
    "over": "overpayment",
    "equal": "oldest of equal items",
    "due_run": "oldest items",
    "balance": "whole balance",
    "paid_already": "paid already",
    "on_account": "on account",
    "lump_sum": "on account by the payer's word",
    "withholding": "tax withheld",
    "completed": "a list that was completed",
    "typo": "a slip in the number",
    "stale": "an older number",
    "not_receivable": "not a receivable",
    "unknown": "nothing found",
}
SOURCES = {
    "remittance": "Remittance advice",
    "reference": "Reference",
    "end_to_end": "Direct debit",
    "documents": "Document list",
    "numbers": "Invoice number",
    "order": "Order number",
    "payer": "Payer",
    "rule": "Your rule",
    "none": "No match",
}
ADJUSTMENTS = {"discount": "discount", "bank_charge": "bank charge", "small_difference": "written off"}
HOW = {
    "automatic": ("Matched automatically", "done"),
    "accepted": ("Accepted", "done"),
    "changed": ("Chosen by hand", "accent"),
    "on_account": ("Put on account", "accent"),
    "not_receivable": ("Not a receivable", ""),
    "imported": ("Imported", ""),
}


@dataclass(frozen=True, slots=True)
class Sureness:
    """A confidence as a word, a tone and a percentage."""

    word: str
    tone: str


def sureness(confidence: int | None, step: str | None = "") -> Sureness:
    """Return how a confidence is shown; nothing found is not a number."""
    if confidence is None or step == "unknown":
        return Sureness("No match", "")
    word = f"{confidence // 100}.{confidence // 10 % 10} %"
    return Sureness(word, "done" if confidence >= SURE else "accent" if confidence >= LIKELY else "attention")


def rule_words(rule: str) -> str:
    """Return a rule in words: `numbers.short` is "Invoice number · short payment"."""
    source, _, step = rule.partition(".")
    if source == "none":
        return STEPS.get(step, step).capitalize()
    return f"{SOURCES.get(source, source)} · {STEPS.get(step, step)}"


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return the text cut into (piece, marked), the marked ones being what speaks for the proposal."""
    found: list[tuple[str, bool]] = []
    at = 0
    for start, end in sorted(spans):
        if at <= start < end <= len(text):
            found += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [(piece, marked) for piece, marked in [*found, (text[at:], False)] if piece]


def line_context(line: LineView) -> dict[str, Any]:
    """Return what the panel of a line needs."""
    proposal = line.proposal
    useful = proposal is not None and not proposal.rule.endswith((".unknown", ".not_receivable"))
    return {
        "line": line,
        "pieces": pieces(line.remittance, proposal.spans if proposal else ()),
        "proposal": proposal,
        "useful": useful,
        "is_aside": proposal is not None and proposal.rule.endswith(".not_receivable") and line.credit_id is not None,
        "insurer": proposal is not None and proposal.grade == CREDIT_INSURER,
        "sure": sureness(proposal.confidence, proposal.rule.rpartition(".")[2]) if proposal else None,
        "rule": rule_words(proposal.rule) if proposal else "",
        "parts": _parts(proposal) if proposal else [],
        "others": [(place, other, sureness(other.confidence)) for place, other in _others(proposal)],
        "is_credit": line.credit_id is not None,
        "proposes_account": bool(useful and proposal and not proposal.parts and proposal.on_account == line.amount),
    }


def _parts(proposal: ProposalView) -> list[dict[str, Any]]:
    return [{"row": part, "adjusted": ADJUSTMENTS.get(part.adjustment_kind, "")} for part in proposal.parts]


def _others(proposal: ProposalView | None) -> list[tuple[int, ProposalView]]:
    return list(enumerate(proposal.alternatives)) if proposal else []


def today_of(request: HttpRequest) -> date:
    """Return the tenant's business date."""
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def minor_of(text: str, currency: str) -> int | None:
    """Return an amount that a person typed as minor units; None where it cannot be read."""
    return read_minor(text, currency) if currency in CURRENCIES else None
