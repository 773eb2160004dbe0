"""Who paid: by the account that was seen before, by a name that paid before, or by the customer's own name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fairdue.core.matching.model import Identity
from fairdue.core.parties.names import fingerprint, normal_name, similarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fairdue.core.matching.model import Payment

BY_ACCOUNT, BY_NAME, BY_ALIAS, BY_LIKE_NAME = 9_990, 9_980, 9_900, 9_500
ALIKE = 86
"""Names at least this alike (0-100) may be the same payer."""
VERY_ALIKE = 93
MOST_DEBTORS = 40
"""An account that paid for more unrelated debtors belongs to a payment service and identifies nobody."""
MOST_MEMBERS = 8
"""An account that paid for more members of one group is its head's: the head stands for all of them."""
_MOST_CANDIDATES = 400
_SHORTEST_START = 8
_STRANGER = ""
"""The debtor of remembered payments that were no customer's."""


class Payers:
    """Memory of accounts and an index of names."""

    def __init__(
        self,
        names: Iterable[tuple[str, str]],
        accounts: Mapping[str, Mapping[str, int]],
        *,
        aliases: Mapping[str, Mapping[str, int]] | None = None,
        heads: Mapping[str, str] | None = None,
        own: Iterable[str] = (),
    ) -> None:
        """Take (debtor, name) pairs, and by account how often it paid for each debtor ("" for no customer).

        `aliases` are names that paid before, as `alias_of` writes them, with the same counts; `heads` says which
        debtor a debtor belongs to; `own` are the names of the creditor itself.
        """
        self._accounts = accounts
        self._aliases = aliases or {}
        self._heads = heads or {}
        self._own = frozenset(filter(None, map(fingerprint, own)))
        self._by_print: defaultdict[str, set[str]] = defaultdict(set)
        self._by_word: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for debtor, name in names:
            normal = normal_name(name)
            self._by_print[_printed(normal)].add(debtor)
            for word in normal.split():
                self._by_word[word].add((debtor, normal))
        self._cache: dict[str, tuple[Identity, ...]] = {}
        self._paid: dict[str, tuple[Identity, ...]] = {}

    def identify(self, payment: Payment) -> tuple[Identity, ...]:
        """Return who the payer may be, surest first; nobody twice."""
        found = [
            *self._named(payment.on_behalf_of),
            *self._by_account(payment.payer_account),
            *self._named(payment.payer_name),
        ]
        if len(found) < 2:  # noqa: PLR2004 - one is the surest
            return tuple(found)
        best: dict[str, Identity] = {}
        for identity in found:
            if identity.debtor not in best or identity.confidence > best[identity.debtor].confidence:
                best[identity.debtor] = identity
        return tuple(sorted(best.values(), key=lambda one: (-one.confidence, one.debtor)))

    def is_stranger(self, payment: Payment) -> bool:
        """Tell whether this payer's money was no customer's before, and never a customer's."""
        for memory, key in ((self._accounts, payment.payer_account), (self._aliases, alias_of(payment.payer_name))):
            if key and set(memory.get(key, ())) == {_STRANGER}:
                return True
        return False

    def knows(self, name: str) -> bool:
        """Tell whether a name is a customer's or paid before; only others are compared with names like it."""
        printed = fingerprint(name)
        return bool(self._same(name, printed) or self._remembered(self._aliases, printed, "alias", BY_ALIAS))

    def is_own(self, payment: Payment) -> bool:
        """Tell whether the creditor itself pays."""
        return bool(self._own) and fingerprint(payment.payer_name) in self._own

    def _by_account(self, account: str) -> tuple[Identity, ...]:
        if account not in self._paid:
            self._paid[account] = tuple(self._remembered(self._accounts, account, "account", BY_ACCOUNT))
        return self._paid[account]

    def _remembered(self, memory: Mapping[str, Mapping[str, int]], key: str, by: str, sure: int) -> list[Identity]:
        seen = {debtor: count for debtor, count in memory.get(key, {}).items() if debtor} if key else {}
        families = {self._heads.get(debtor, debtor) for debtor in seen}
        if not seen or len(families) > MOST_DEBTORS:
            return []
        times = sum(seen.values())
        word = "account" if by == "account" else "name"
        if len(seen) > MOST_MEMBERS and len(families) == 1:
            why = f"this {word} paid for {len(seen)} customers of one group"
            return [Identity(families.pop(), sure, why, "group")]
        return [
            Identity(debtor, sure * count // times, f"this {word} paid for the customer {count} of {times} times", by)
            for debtor, count in sorted(seen.items())
        ]

    def _named(self, name: str) -> tuple[Identity, ...]:
        if not name:
            return ()
        if name not in self._cache:
            printed = fingerprint(name)
            found = self._same(name, printed) or tuple(self._remembered(self._aliases, printed, "alias", BY_ALIAS))
            self._cache[name] = found or self._alike(name)
        return self._cache[name]

    def _same(self, name: str, printed: str) -> tuple[Identity, ...]:
        debtors = self._by_print.get(printed, set()) if printed else set()
        share = BY_NAME // max(1, len(debtors))
        return tuple(Identity(debtor, share, f"the payer's name is {name}", "name") for debtor in sorted(debtors))

    def _alike(self, name: str) -> tuple[Identity, ...]:
        """Compare with the names that share the rarest word."""
        plain = normal_name(name)
        words = [word for word in plain.split() if word in self._by_word]
        if not words:
            return ()
        rarest = min(words, key=lambda word: (len(self._by_word[word]), word))
        candidates = sorted(self._by_word[rarest])[:_MOST_CANDIDATES]
        scored = [(_alikeness(plain, other), debtor) for debtor, other in candidates]
        best = max(score for score, _ in scored)
        alike = [(score, debtor) for score, debtor in scored if score >= max(ALIKE, best - 3)]
        return tuple(
            Identity(
                debtor,
                BY_LIKE_NAME * score // 100 // len(alike),
                f"the payer's name {name} is like the customer's",
                "very alike" if score >= VERY_ALIKE else "alike",
            )
            for score, debtor in alike
        )


def alias_of(name: str) -> str:
    """Return the form under which a payer's name is remembered, empty where it says nothing."""
    return fingerprint(name)


def _printed(normal: str) -> str:
    return " ".join(sorted(set(normal.split())))


def _alikeness(said: str, known: str) -> int:
    """Return how alike two normal names are; a name that the bank cut off is as good as the whole."""
    if len(said) >= _SHORTEST_START and known.startswith(said):
        return 100 - min(6, len(known) - len(said))
    return similarity(said, known)
