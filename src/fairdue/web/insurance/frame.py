"""What every insurance screen shares: the day, the policies in sight, the one that is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.insurance import selectors
from fairdue.web.creditors import names
from fairdue.web.shell import read_as_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.insurance.selectors import PolicyRow

TABS = (
    ("insurance", "Cover"),
    ("insurance_clock", "Claims clock"),
    ("insurance_claims", "Claims"),
    ("insurance_premium", "Premium"),
    ("insurance_policy", "Terms"),
    ("insurance_calculators", "Calculators"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One request on an insurance screen."""

    ctx: Any
    today: date
    as_of: date
    policies: list[PolicyRow]
    policy: PolicyRow | None
    creditors: dict[UUID, str]

    def context(self, tab: str, **more: object) -> dict[str, Any]:
        """Return what `web/insurance/base.html` needs, and more."""
        day = {"asof": self.as_of.isoformat()} if self.as_of != self.today else {}
        labels = [
            (
                f"{reverse('web:insurance')}?{urlencode({**day, 'policy': str(row.id)})}",
                f"{row.number}, {self.creditors.get(row.creditor_id, '')}",
                row is self.policy,
            )
            for row in self.policies
        ]
        return {
            "policy": self.policy,
            "choices": labels,
            "tabs": self._tabs(tab),
            "as_of": self.as_of,
            "creditor_name": self.creditors.get(self.policy.creditor_id, "") if self.policy else "",
            **more,
        }

    def _tabs(self, current: str) -> list[tuple[str, str, bool]]:
        query = {"asof": self.as_of.isoformat()} if self.as_of != self.today else {}
        if self.policy is not None:
            query["policy"] = str(self.policy.id)
        tail = f"?{urlencode(query)}" if query else ""
        found = []
        for name, label in TABS:
            if name != "insurance_policy":
                found.append((reverse(f"web:{name}") + tail, label, name == current))
            elif self.policy is not None:
                found.append((reverse("web:insurance_policy", args=[self.policy.id]) + tail, label, name == current))
        return found


def today_of(request: HttpRequest) -> date:
    """Return the tenant's business date."""
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def frame_of(request: HttpRequest, policy: UUID | None = None) -> Frame:
    """Return the frame of a request; the chosen policy is that of the URL, else the one in force on the day."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = today_of(request)
    as_of = read_as_of(request, today)
    rows = selectors.policies_on(ctx, as_of, creditor=creditor_choice(request))
    wanted = str(policy or request.GET.get("policy", ""))
    chosen = next((row for row in rows if str(row.id) == wanted), None)
    if chosen is None and policy is not None:
        rows = selectors.policies_on(ctx, as_of, ids=[policy])
        if not rows:
            raise Http404
        chosen = rows[0]
    in_force = (row for row in rows if row.starts_on <= as_of <= row.ends_on)
    return Frame(ctx, today, as_of, rows, chosen or next(in_force, rows[0] if rows else None), names(ctx))
