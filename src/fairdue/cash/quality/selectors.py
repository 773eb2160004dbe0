"""The door out: what became of the payments of a period, rule by rule, and the payments behind each number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.models import CashRule
from fairdue.cash.policies import SETTLED_DAYS, WRONG_COST, policy_of, settings_of, shadow_end, watches, watching
from fairdue.core.calibration import Bin, Cost, Judged, Precision, bins, calibration_error, share
from fairdue.core.matching import threshold
from fairdue.foundation.sqlfiles import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx

CLASSES = ("automatic", "wrong", "accepted", "by_hand", "imported", "returned", "aside", "waiting")
"""What may have become of a payment; each payment is in one of them."""
_MANUAL = ("accepted", "by_hand", "waiting")
"""Classes with which a person has had or will have work."""
_CLASSES = """
SELECT became, currency, count(*)::int AS payments, sum(amount)::bigint AS amount FROM decided GROUP BY 1, 2
"""
_OUTCOMES = """
SELECT source, step, grade, confidence, shadow, coalesce(machine, false) AS machine, sure,
       count(*)::int AS decided, count(*) FILTER (WHERE judged)::int AS judged,
       count(*) FILTER (WHERE judged AND kept)::int AS kept, count(*) FILTER (WHERE NOT kept)::int AS wrong
FROM outcomes GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
_LISTED = """
SELECT x.id, x.amount, x.currency, x.booked_on, x.payer_name, x.remittance, x.application_id, x.source, x.step,
       x.confidence, x.became, coalesce(x.reversal_reason, '') AS reversal_reason, d.name AS debtor_name
FROM {rows} x LEFT JOIN debtor d ON d.tenant_id = %(tenant)s AND d.id = x.debtor_id
WHERE {condition}
ORDER BY x.booked_on DESC, x.id DESC LIMIT %(limit)s
"""
_OF_CLASS = "x.became = ANY(%(classes)s::text[])"
_OF_RULE = """(%(rule)s = '' OR x.source || '.' || x.step = %(rule)s) AND (%(grade)s = '' OR x.grade = %(grade)s)
  AND (NOT %(machine)s OR x.machine) AND (NOT %(wrong)s OR NOT x.kept) AND (NOT %(judged)s OR x.judged)
  AND (NOT %(shadow)s OR (x.shadow AND x.sure)) AND x.confidence >= %(low)s AND x.confidence < %(high)s"""


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How many payments became something, with their sums by currency in minor units."""

    became: str
    payments: int
    sums: dict[str, int] = field(hash=False)


@dataclass(frozen=True, slots=True)
class RuleQuality:
    """What became of the proposals of a rule, or of one grade of its evidence, and whether it may post."""

    rule: str
    grade: str
    precision: Precision
    accepted: int
    """Accepted by a person as it was."""
    otherwise: int
    """Refused, changed, or taken back by a person after a person had accepted it."""
    modes: tuple[ModeRow, ...] = ()

    @property
    def signature(self) -> str:
        """What outcomes are counted under."""
        return f"{self.rule}/{self.grade}"


@dataclass(frozen=True, slots=True)
class ModeRow:
    """Whether a rule may post for a creditor, who said so, and why; shares in basis points."""

    creditor_id: UUID
    signature: str
    posts: bool
    decided_by: str
    reason: str
    lower: int
    was_right: int
    judged: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """Whether nothing is posted without a person, until when, and what would have been posted."""

    on: bool
    """Of the creditor that is asked for; of any, where none is."""
    until: date | None
    creditors: tuple[UUID, ...]
    """Those that only watch."""
    would_post: int
    judged: int
    kept: int

    @property
    def share(self) -> int | None:
        """The share of the judged ones that a person kept."""
        return share(self.kept, self.judged)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good cash application was in a period."""

    classes: tuple[ClassRow, ...]
    rules: tuple[RuleQuality, ...]
    grades: dict[str, tuple[RuleQuality, ...]] = field(hash=False)
    bins: tuple[Bin, ...]
    error: int | None
    """The calibration error in basis points, None when nothing was judged."""
    cost: Cost
    shadow: Shadow
    threshold: int
    """Confidence from which is posted."""

    @property
    def payments(self) -> int:
        """How many payments there were."""
        return sum(row.payments for row in self.classes)

    @property
    def straight_through(self) -> int | None:
        """The share of payments that were posted as a whole by the machine and stand."""
        return share(sum(row.payments for row in self.classes if row.became == "automatic"), self.payments)

    @property
    def precision(self) -> Precision:
        """Automatic postings of all rules, and those that were taken back."""
        return Precision(
            sum(row.precision.posted for row in self.rules), sum(row.precision.wrong for row in self.rules)
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """A payment behind a number."""

    id: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    remittance: str
    application_id: UUID | None
    source: str | None
    step: str | None
    confidence: int | None
    became: str
    reversal_reason: str
    debtor_name: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which payments stand behind a number."""

    classes: tuple[str, ...] = ()
    rule: str = ""
    grade: str = ""
    machine: bool = False
    wrong: bool = False
    judged: bool = False
    shadow: bool = False
    low: int = 0
    high: int = 10_001


_ASKED = ("rule", "grade", "machine", "wrong", "judged", "shadow", "low", "high")


def _rows(ctx: Ctx, name: str, ending: str, **values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql("cash", name) + ending, {"tenant": ctx.tenant, **values})
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def quality(ctx: Ctx, *, since: date, until: date, today: date, creditor: UUID | None = None) -> Quality:
    """Return what became of the payments booked from `since` to `until`, in three statements and the settings."""
    scope = {"since": since, "until": until, "creditor": creditor}
    classes = _classes(_rows(ctx, "quality_payments", _CLASSES, **scope))
    found = _rows(ctx, "quality_outcomes", _OUTCOMES, settled=_settled(today), **scope)
    by_rule, by_grade = _by_rule(found, _modes(creditor))
    held = tuple(bins(Judged(row["confidence"], row["kept"], row["judged"]) for row in found))
    counts = {row.became: row.payments for row in classes}
    own = settings_of(ctx, creditor)
    cost = Cost(
        counts.get("wrong", 0), sum(counts.get(name, 0) for name in _MANUAL), sum(counts.values()),
        int(own.get("wrong_cost", WRONG_COST)),
    )  # fmt: skip
    from_ = policy_of(ctx, creditor).automatic_from if creditor else threshold(cost.wrong_cost)
    watched = tuple(watching(ctx, today)) if creditor is None else (creditor,) if watches(own, today) else ()
    shadow = _shadow(found, watched, own)
    return Quality(classes, by_rule, by_grade, held, calibration_error(held), cost, shadow, from_)


def _settled(today: date) -> date:
    return today - timedelta(days=SETTLED_DAYS)


def _classes(rows: Iterable[dict[str, Any]]) -> tuple[ClassRow, ...]:
    counts: defaultdict[str, int] = defaultdict(int)
    sums: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row["became"]] += row["payments"]
        sums[row["became"]][row["currency"]] = row["amount"]
    return tuple(ClassRow(name, counts[name], dict(sorted(sums[name].items()))) for name in CLASSES if counts[name])


def _modes(creditor: UUID | None) -> dict[str, list[ModeRow]]:
    known = CashRule.objects.all() if creditor is None else CashRule.objects.filter(creditor_id=creditor)
    found: defaultdict[str, list[ModeRow]] = defaultdict(list)
    for row in known.order_by("signature", "creditor_id"):
        posts = row.mode == CashRule.Mode.AUTOMATIC
        found[row.signature].append(
            ModeRow(
                row.creditor_id, row.signature, posts, row.decided_by, row.reason, row.lower, row.was_right, row.judged
            )
        )
    return found


def _by_rule(
    rows: Iterable[dict[str, Any]], modes: dict[str, list[ModeRow]]
) -> tuple[tuple[RuleQuality, ...], dict[str, tuple[RuleQuality, ...]]]:
    """Return the rules, most postings first, and by rule its grades; rules that were switched are there without any."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for signature in modes:
        rule, _, grade = signature.partition("/")
        sums[rule, grade] = [0, 0, 0, 0]
    for row in rows:
        place = sums[f"{row['source']}.{row['step']}", row["grade"]]
        if row["machine"]:
            place[0] += row["decided"]
            place[1] += row["wrong"]
        else:
            place[2] += row["decided"] - row["wrong"]
            place[3] += row["wrong"]
    grades: defaultdict[str, list[RuleQuality]] = defaultdict(list)
    for (rule, grade), (posted, wrong, accepted, otherwise) in sums.items():
        known = tuple(modes.get(f"{rule}/{grade}", ()))
        grades[rule].append(RuleQuality(rule, grade, Precision(posted, wrong), accepted, otherwise, known))
    whole = [_whole(rule, parts) for rule, parts in grades.items()]
    order = {rule: tuple(sorted(parts, key=_most)) for rule, parts in grades.items()}
    return tuple(sorted(whole, key=_most)), order


def _whole(rule: str, parts: list[RuleQuality]) -> RuleQuality:
    precision = Precision(sum(one.precision.posted for one in parts), sum(one.precision.wrong for one in parts))
    modes = tuple(mode for one in parts for mode in one.modes)
    return RuleQuality(
        rule, "", precision, sum(one.accepted for one in parts), sum(one.otherwise for one in parts), modes
    )


def _most(row: RuleQuality) -> tuple[int, int, str]:
    return -row.precision.posted, -(row.accepted + row.otherwise), row.signature


def _shadow(rows: Iterable[dict[str, Any]], watching: tuple[UUID, ...], own: dict[str, Any]) -> Shadow:
    watched = [row for row in rows if row["shadow"] and row["sure"]]
    return Shadow(
        bool(watching), None if own.get("shadow") else shadow_end(own), watching,
        sum(row["decided"] for row in watched), sum(row["judged"] for row in watched),
        sum(row["kept"] for row in watched),
    )  # fmt: skip


def behind(
    ctx: Ctx, asked: Asked, *, since: date, until: date, today: date, creditor: UUID | None = None, limit: int = 200
) -> list[Behind]:
    """Return the payments behind a number, newest first."""
    scope = {"since": since, "until": until, "creditor": creditor, "limit": limit}
    if asked.classes:
        ending = _LISTED.format(rows="decided", condition=_OF_CLASS)
        return [Behind(**row) for row in _rows(ctx, "quality_payments", ending, classes=list(asked.classes), **scope)]
    values = {
        name: getattr(asked, name) for name in ("rule", "grade", "machine", "wrong", "judged", "shadow", "low", "high")
    }
    ending = _LISTED.format(rows="outcomes", condition=_OF_RULE)
    found = _rows(ctx, "quality_outcomes", ending, settled=_settled(today), **values, **scope)
    return [Behind(**row) for row in found]
