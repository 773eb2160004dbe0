"""Who paid: by the account that was seen before, or by name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fairdue.core.matching.model import Identity
from fairdue.core.parties.names import fingerprint, normal_name, similarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fairdue.core.matching.model import Payment

BY_ACCOUNT, BY_NAME, BY_LIKE_NAME = 9_990, 9_980, 9_500
ALIKE = 88
"""Names at least this alike (0-100) may be the same payer."""
MOST_DEBTORS = 40
"""An account that paid for more debtors belongs to a payment service and identifies nobody."""
_MOST_CANDIDATES = 200


class Payers:
    """Memory of accounts and an index of names."""

    def __init__(self, names: Iterable[tuple[str, str]], accounts: Mapping[str, Mapping[str, int]]) -> None:
        """Take (debtor, name) pairs, and by account how often it paid for each debtor."""
        self._accounts = accounts
        self._by_print: defaultdict[str, set[str]] = defaultdict(set)
        self._by_word: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for debtor, name in names:
            self._by_print[fingerprint(name)].add(debtor)
            for word in normal_name(name).split():
                self._by_word[word].add((debtor, normal_name(name)))
        self._cache: dict[str, tuple[Identity, ...]] = {}

    def identify(self, payment: Payment) -> tuple[Identity, ...]:
        """Return who the payer may be, surest first; nobody twice."""
        found = [
            *self._named(payment.on_behalf_of),
            *self._by_account(payment.payer_account),
            *self._named(payment.payer_name),
        ]
        best: dict[str, Identity] = {}
        for identity in found:
            if identity.debtor not in best or identity.confidence > best[identity.debtor].confidence:
                best[identity.debtor] = identity
        return tuple(sorted(best.values(), key=lambda one: (-one.confidence, one.debtor)))

    def _by_account(self, account: str) -> list[Identity]:
        seen = self._accounts.get(account, {}) if account else {}
        if not seen or len(seen) > MOST_DEBTORS:
            return []
        times = sum(seen.values())
        return [
            Identity(
                debtor,
                BY_ACCOUNT * count // times,
                f"this account paid for the customer {count} of {times} times",
            )
            for debtor, count in sorted(seen.items())
        ]

    def _named(self, name: str) -> tuple[Identity, ...]:
        if not name:
            return ()
        if name not in self._cache:
            self._cache[name] = self._same(name) or self._alike(name)
        return self._cache[name]

    def _same(self, name: str) -> tuple[Identity, ...]:
        debtors = self._by_print.get(fingerprint(name), set()) if fingerprint(name) else set()
        share = BY_NAME // max(1, len(debtors))
        return tuple(Identity(debtor, share, f"the payer's name is {name}") for debtor in sorted(debtors))

    def _alike(self, name: str) -> tuple[Identity, ...]:
        """Compare with the names that share the rarest word."""
        plain = normal_name(name)
        words = [word for word in plain.split() if word in self._by_word]
        if not words:
            return ()
        rarest = min(words, key=lambda word: (len(self._by_word[word]), word))
        candidates = sorted(self._by_word[rarest])[:_MOST_CANDIDATES]
        scored = [(similarity(plain, other), debtor) for debtor, other in candidates]
        alike = [(score, debtor) for score, debtor in scored if score >= ALIKE]
        return tuple(
            Identity(
                debtor,
                BY_LIKE_NAME * score // 100 // len(alike),
                f"the payer's name {name} is like the customer's",
            )
            for score, debtor in alike
        )
