"""Find the payments that returns undo: SQL narrows by amount and account, the core decides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import BankLine
from fairdue.core.returned import Received, Returned, Undone, find_undone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Candidate:
    """A payment that a return may undo, as a person sees it; `fee` is what the bank kept beside it."""

    line: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    state: str
    numbers: tuple[str, ...]
    fee: int
    evidence: str
    sure: bool


def returned_of(row: BankLine) -> Returned:
    """Return a bank line as the core's return."""
    stated = row.instructed_amount if row.instructed_currency == row.currency else None
    return Returned(
        amount=-row.amount, on=row.booked_on, charges=abs(row.charges), stated=stated and abs(stated),
        end_to_end_id=row.end_to_end_id, mandate_id=row.mandate_id, bank_reference=row.bank_reference,
        payer=row.payer_blind, text=f"{row.remittance} {row.information}",
    )  # fmt: skip


def candidates(ctx: Ctx, lines: Sequence[BankLine]) -> dict[UUID, list[Candidate]]:
    """Return for each line on which money went back the payments that it may undo, the best evidence only."""
    asked = [(row, returned_of(row)) for row in lines]
    wanted = [(row.account_id, amount, row.booked_on) for row, one in asked for amount in _amounts(one)]
    found = rows(
        ctx, "undone", accounts=[one[0] for one in wanted], amounts=[one[1] for one in wanted],
        days=[one[2] for one in wanted],
    )  # fmt: skip
    by_account = defaultdict(list)
    for one in found:
        by_account[one["account_id"]].append(one)
    return {row.id: _fitting(one, by_account[row.account_id]) for row, one in asked}


def _amounts(one: Returned) -> set[int]:
    """Return every amount that the core lets a return undo."""
    return {one.amount, one.amount - one.charges, one.stated or one.amount} - {0}


def _fitting(one: Returned, found: Sequence[dict[str, Any]]) -> list[Candidate]:
    by_id = {str(row["id"]): row for row in found}
    return [_candidate(undone, by_id[undone.payment]) for undone in find_undone(one, map(_received, found))]


def _received(row: dict[str, Any]) -> Received:
    payment: Received = Received(
        str(row["id"]), row["amount"], row["booked_on"], row["end_to_end_id"], row["mandate_id"],
        row["bank_reference"], row["payer_blind"], tuple(row["numbers"]),
    )  # fmt: skip
    return payment


def _candidate(undone: Undone, row: dict[str, Any]) -> Candidate:
    return Candidate(
        UUID(undone.payment), row["amount"], row["currency"], row["booked_on"], row["payer_name"], row["state"],
        tuple(row["numbers"]), undone.fee, undone.evidence, undone.sure,
    )  # fmt: skip
