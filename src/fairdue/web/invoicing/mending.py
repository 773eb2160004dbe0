"""Findings of many drafts grouped by rule, and mending what a rule misses on the spot before issuing goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.check import class_of
from fairdue.core.vat.supply import Nature
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import services
from fairdue.invoicing.documents.words import UNITS
from fairdue.parties.services import change_debtor
from fairdue.web.invoicing.lists import today_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from fairdue.foundation.context import Ctx

MOST_SHOWN = 50
"""Drafts that a group names and customers that it asks for; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Mend:
    """How a finding is mended on the spot."""

    field: str
    label: str
    kind: str
    """`date` or `text`: what is typed; `nature` or `unit`: what is chosen of."""
    each: bool
    """One answer for each customer, else one for all drafts."""
    permission: Permission = Permission.INVOICES_DRAFT


MENDS = (
    Mend("delivery.day", "Day of supply", "date", each=False),
    Mend("references.buyer", "Reference or Leitweg-ID", "text", each=True),
    Mend("lines.nature", "Goods or services", "nature", each=False),
    Mend("lines.unit", "Unit", "unit", each=False),
    Mend("lines.name", "Name of the item", "text", each=False),
    Mend("buyer.vat_id", "VAT number", "text", each=True, permission=Permission.CUSTOMERS_EDIT),
)


_LINE = re.compile(r"^lines\[\d+\]\.")


def _mend_for(finding: Finding) -> Mend | None:
    wanted = "lines.nature" if finding.code == "content.nature" else _LINE.sub("lines.", finding.path)
    return next((one for one in MENDS if one.field == wanted), None)


@dataclass(slots=True)
class Group:
    """One rule with the drafts that it speaks of."""

    code: str
    message: str
    source: str
    severity: Severity
    mend: Mend | None
    place: str = ""
    previews: list[services.Preview] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many drafts it speaks of."""
        return len(self.previews)

    @property
    def kind(self) -> str:
        """The class of the finding, in words."""
        return class_of(self.code).value

    @property
    def where(self) -> str:
        """Where the finding lies, for one draft; in several it may lie elsewhere."""
        return self.place if self.count == 1 else ""

    @property
    def named(self) -> list[services.Preview]:
        """The drafts that are shown by name."""
        return self.previews[:MOST_SHOWN]

    @property
    def customers(self) -> list[tuple[UUID, str]]:
        """Each customer once, as the mend asks for them."""
        return list({one.debtor: one.debtor_name or "Customer" for one in self.previews}.items())[:MOST_SHOWN]


def grouped(previews: Iterable[services.Preview], ctx: Ctx) -> list[Group]:
    """Return errors and warnings by rule and field, those that refuse first, the most frequent first.

    Unknown units make a group for each word that somebody typed: what it should have been differs.
    """
    groups: dict[tuple[str, str, str], Group] = {}
    for preview in previews:
        found = {_key(one): one for one in preview.findings if one.severity is not Severity.INFO}
        for where, one in found.items():
            mend = _mend_for(one)
            allowed = mend if mend and ctx.may(mend.permission) else None
            group = groups.setdefault(where, Group(one.code, one.message, one.source, one.severity, allowed, one.path))
            group.previews.append(preview)
    return sorted(groups.values(), key=lambda one: (one.severity is not Severity.ERROR, -one.count))


def _key(finding: Finding) -> tuple[str, str, str]:
    mend = _mend_for(finding)
    said = finding.message if mend is not None and mend.kind == "unit" else ""
    return finding.code, _place(finding), said


def _place(finding: Finding) -> str:
    return "".join(char for char in finding.path if not char.isdigit())


def mended(request: HttpRequest, wanted: Mend, ids: Sequence[UUID]) -> int:
    """Set the typed values; each rule speaks of those drafts only that it was found on."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = today_of(request)
    code, said = request.POST.get("code", ""), request.POST.get("said", "")
    previews = services.preview_issue(ctx, drafts=ids, today=today)
    groups = [
        one
        for one in grouped(previews, ctx)
        if one.code == code and one.mend == wanted and (wanted.kind != "unit" or one.message == said)
    ]
    touched = [preview for group in groups for preview in group.previews]
    values = {one.draft: _typed(request, wanted, one.debtor) for one in touched}
    values = {draft: text for draft, text in values.items() if text}
    if wanted.field in services.MENDS:
        return services.mend_drafts(ctx, field=wanted.field, values=values, today=today)
    by_debtor = {one.debtor: values[one.draft] for one in touched if one.draft in values}
    for debtor, text in by_debtor.items():
        change_debtor(ctx, debtor=debtor, changes={"vat_id": text}, today=today)
    return len(by_debtor)


def _typed(request: HttpRequest, wanted: Mend, debtor: UUID) -> str:
    return request.POST.get(f"value-{debtor}" if wanted.each else "value", "").strip()[:120]


UNIT_WORDS = [(code, words["en"]) for code, words in UNITS.items() if code not in {"H87", "EA"}]
"""The units that the editor offers, too."""
NATURES = [(one.value, one.replace("_", " ").capitalize()) for one in Nature]
