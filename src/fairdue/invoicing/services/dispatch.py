"""How the documents of a creditor go out: by itself or by hand, which channel, and to which addresses at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.invoice.delivery import Way
from fairdue.core.parties.models import VerificationState
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.addressing import POLICIES
from fairdue.invoicing.reaching import AUTO, NONE
from fairdue.parties import selectors as parties
from fairdue.parties.services.creditors import change_creditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fairdue.foundation.context import Ctx

DELIVERIES: dict[str, str] = {
    AUTO: "By the channel that law and wishes choose",
    Way.EMAIL.value: "All by e-mail",
    Way.PORTAL.value: "All by a link to the portal",
    Way.PRINT.value: "All by print and post",
    Way.PEPPOL.value: "All by Peppol",
    Way.FOLDER.value: "All into the transmitter's folder",
    Way.SDI.value: "All to SdI, through the transmitter",
    Way.KSEF.value: "All to KSeF, through the transmitter",
    Way.PLATFORM.value: "All to the French platform, through the transmitter",
    NONE: "Only when a person sends it",
}
LEAST = tuple(state.value for state in VerificationState if state != VerificationState.RETURNED)
"""States that a client may ask of an address; unchecked asks for nothing but that it did not come back."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """How documents go out. `channel` and `by_country` are wishes that count where no law says otherwise."""

    delivery: str = Way.EMAIL.value
    channel: str = ""
    by_country: Mapping[str, str] = field(default_factory=dict)
    """Country (ISO 3166-1) → channel."""
    large: bool = False
    """Whether duties that depend on the seller's size bind this one."""
    policy: str = "warn"
    """What an address below `least` does: warn, block, or ignore."""
    least: str = VerificationState.WELL_FORMED.value


def dispatch_of(settings: Mapping[str, Any]) -> Dispatch:
    """Return what the settings of a creditor say."""
    usual = Dispatch()
    return Dispatch(
        str(settings.get("delivery") or usual.delivery), str(settings.get("channel") or ""),
        dict(settings.get("channel_by_country") or {}), settings.get("mandates") == "all",
        str(settings.get("address_policy") or usual.policy), str(settings.get("address_least") or usual.least),
    )  # fmt: skip


def _wrong(given: Dispatch) -> Iterator[tuple[str, str]]:
    for path, chosen, known in (
        ("delivery", given.delivery, set(DELIVERIES)),
        ("channel", given.channel, {"", *Way}),
        ("policy", given.policy, set(POLICIES)),
        ("least", given.least, set(LEAST)),
    ):
        if chosen not in known:
            yield path, "Choose one of what is offered."
    for country, way in given.by_country.items():
        if len(country) != 2 or not country.isalpha() or not country.isupper():  # noqa: PLR2004 - ISO 3166-1
            yield "by_country", f"“{country}” is no country; it is two capital letters."
        if way not in set(Way):
            yield "by_country", f"There is no channel “{way}”."


@command("invoicing.set_dispatch", Permission.SETTINGS_EDIT)
def set_dispatch(ctx: Ctx, *, creditor: UUID, dispatch: Dispatch, today: date, key: str | None = None) -> UUID:
    """Set how the documents of a creditor go out from now on; refuses with every reason."""
    del key
    wrong = tuple(Finding("creditor.dispatch", path, sentence) for path, sentence in _wrong(dispatch))
    if wrong:
        raise RefusedError(*wrong)
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    changes = {
        "delivery": dispatch.delivery, "channel": dispatch.channel, "channel_by_country": dict(dispatch.by_country),
        "mandates": "all" if dispatch.large else "", "address_policy": dispatch.policy, "address_least": dispatch.least,
    }  # fmt: skip
    return change_creditor(ctx, creditor=creditor, changes={"settings": {**row.settings, **changes}}, today=today)
