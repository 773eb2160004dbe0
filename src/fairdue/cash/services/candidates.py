"""What a run loads: who may have paid, and the items that may be meant, no further than the rules ask.

Most payments name what they pay. So a run starts with what is named, and the credit notes of its customers; it loads
the ledger of a customer when a rule asks for it, and decides anew. So half a million items cost a run of 500 payments
what these need of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import LONGEST_KEY, items_in, name_keys, rows, values
from fairdue.cash.services.applying import LONGEST_ALIAS, NOBODY
from fairdue.core.matching import KeyKind, Ledger, Payers, alias_of, payment_keys
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from fairdue.core.matching import Item, Payment
    from fairdue.foundation.context import Ctx

MOST_OF_GROUP = 1_000
"""Items of one head's branches in one currency that a run loads, those due first; 400 are searched for an amount."""


def load_payers(ctx: Ctx, creditor: UUID, payments: Sequence[Payment]) -> Payers:
    """Return who the payments may come from: accounts and names that are known, else names with a word in common."""
    names = sorted({name for payment in payments for name in (payment.payer_name, payment.on_behalf_of) if name})
    asked = {
        "prints": _of_kind("print", names),
        "words": [],
        "blinds": sorted({payment.payer_account for payment in payments} - {""}),
        "aliases": sorted({alias_of(name)[:LONGEST_ALIAS] for name in names} - {""}),
    }
    own = parties.creditor(ctx, creditor)
    owns = [own.name] if own else []
    found = rows(ctx, "payers", creditor=creditor, **asked)
    known = _payers(found, owns)
    words = _of_kind("word", [name for name in names if not known.knows(name)])
    if not words:
        return known
    alike = rows(ctx, "payers", creditor=creditor, prints=[], words=words, blinds=[], aliases=[])
    return _payers([*found, *alike], owns)


def _of_kind(kind: str, names: Iterable[str]) -> list[str]:
    """Return the keys of one kind of many names."""
    return sorted({key[:LONGEST_KEY] for name in names for word, key in name_keys(name) if word == kind})


def _payers(found: Sequence[dict[str, Any]], own: Sequence[str]) -> Payers:
    known: dict[str, defaultdict[str, dict[str, int]]] = {"account": defaultdict(dict), "alias": defaultdict(dict)}
    for row in found:
        if row["kind"] != "name":
            debtor = "" if row["debtor_id"] == NOBODY else str(row["debtor_id"])
            seen = known[row["kind"]][row["value"]]
            seen[debtor] = max(row["times"], seen.get(debtor, 0))
    heads = {str(row["debtor_id"]): str(row["parent_id"]) for row in found if row["parent_id"] is not None}
    names = {(str(row["debtor_id"]), row["value"]) for row in found if row["kind"] == "name"}
    return Payers(sorted(names), known["account"], aliases=known["alias"], heads=heads, own=own)


class Candidates:
    """The items that the payments of a run may mean, found by the key table and, where a rule asks, by customer."""

    def __init__(self, ctx: Ctx, creditor: UUID, payments: Sequence[Payment], payers: Payers) -> None:
        """Load what the payments name: of everybody by whole keys, of the payers also by the ends of numbers."""
        self._ctx, self._creditor = ctx, creditor
        self._currencies = sorted({payment.currency for payment in payments})
        heads = {UUID(one.debtor) for payment in payments for one in payers.identify(payment)}
        self._branches = self._branches_of(heads)
        named, tails = self._named_by(payments)
        self._named = [(KeyKind(kind), key, item) for kind, key, item, _ in named]
        owners = heads.union({owner for *_, owner in named}, *self._branches.values())
        ends = self._ask("debtor_tails", debtors=list(owners), tails=tails) if owners and tails else []
        self._whole: set[str] = set()
        self._items: dict[str, Item] = {}
        self._load({item for _, _, item, _ in named} | {item for item, _ in ends}, notes=owners)

    def ask[Answer](self, decide: Callable[[Ledger], Answer]) -> tuple[Ledger, Answer]:
        """Return what is decided on a ledger that lacks nobody who was asked for, and that ledger."""
        while True:
            ledger = Ledger(self._items.values(), self._named, self._whole)
            answer = decide(ledger)
            if not ledger.missing:
                return ledger, answer
            self._load_ledgers(ledger.missing)

    def _load_ledgers(self, debtors: set[str]) -> None:
        """Load everything open of customers, and of their branches what is due first."""
        asked = list(map(UUID, debtors))
        heads = [one for one in asked if one in self._branches]
        branches = [branch for head in heads for branch in self._branches[head]]
        items = self._ask("group_items", heads=heads, currencies=self._currencies, most=MOST_OF_GROUP) if heads else []
        self._load({str(item) for (item,) in items}, asked, notes=branches)
        self._whole |= debtors

    def _load(self, ids: set[str], debtors: Sequence[UUID] = (), *, notes: Collection[UUID]) -> None:
        """Load items by id, everything open of customers, and the credit notes of others."""
        found = items_in(self._ctx, self._creditor, list(ids - self._items.keys()), debtors, list(notes))
        self._items |= {item.id: item for item in found}

    def _branches_of(self, heads: Collection[UUID]) -> dict[UUID, list[UUID]]:
        """Return the branches of those payers that have any."""
        found: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for head, branch in values(self._ctx, "branches", debtors=list(heads)) if heads else ():
            found[head].append(branch)
        return dict(found)

    def _named_by(self, payments: Sequence[Payment]) -> tuple[list[tuple[Any, ...]], list[str]]:
        """Return what is under the keys of the payments, (kind, key, item, debtor), and the ends of numbers in them."""
        asking = [(key, payment.amount) for payment in payments for key in payment_keys(payment)]
        tails = sorted({(key.value, amount) for key, amount in asking if key.kind is KeyKind.TAIL})
        asked = sorted({(key.kind.value, key.value) for key, _ in asking if key.kind is not KeyKind.TAIL})
        found = self._ask(
            "candidates", kinds=[kind for kind, _ in asked], keys=[key for _, key in asked],
            tails=[tail for tail, _ in tails], amounts=[amount for _, amount in tails],
        )  # fmt: skip
        return found, sorted({tail for tail, _ in tails})

    def _ask(self, name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return values(self._ctx, name, creditor=self._creditor, **parameters)
