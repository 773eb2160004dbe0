"""What a new organisation sets up, each point with its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

from fairdue.foundation.accounts import api_keys, custom_roles, members
from fairdue.foundation.accounts.profile import second_steps
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors as invoicing
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Point:
    """One point: what, whether it is done, the proof in words, and where it is done."""

    title: str
    done: bool
    proof: str
    url: str = ""
    action: str = ""


def checklist(request: HttpRequest) -> list[Point]:
    """Return the points that this reader can do something about."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    points = [_own_second_step(request)]
    if ctx.may(Permission.SETTINGS_EDIT):
        points += _clients(ctx)
    if ctx.may(Permission.USERS_EDIT):
        points += _people(ctx)
    return points


def _own_second_step(request: HttpRequest) -> Point:
    steps = second_steps(request.user.pk) - {"recovery_codes"}  # type: ignore[arg-type]
    proof = "An authenticator app or a passkey protects your sign-in." if steps else "Only a password protects you."
    return Point("Your second step at sign-in", bool(steps), proof, _url("mfa_index"), "Set up")


def _clients(ctx: Any) -> list[Point]:
    """Return what every client needs before its first invoice."""
    clients = parties.creditors(ctx)
    numbered = {row.creditor_id for row in invoicing.series(ctx) if row.active and row.kind == "invoice"}
    checks = (
        ("An account that invoices ask to be paid to", [row.name for row in clients if not row.iban]),
        ("A VAT number for every client", [row.name for row in clients if not row.vat_id]),
        ("An address for replies", [row.name for row in clients if not row.email]),
        ("A number series for invoices", [row.name for row in clients if row.id not in numbered]),
    )
    if not clients:
        url = _url("web:settings_creditor_new")
        return [Point("A first client", False, "Whose receivables are these? Begin here.", url, "Add")]
    places = {3: (_url("web:series"), "Series")}
    return [
        Point(title, not missing, _missing(missing, len(clients)),
              *places.get(at, (_url("web:settings_creditors"), "Clients")))
        for at, (title, missing) in enumerate(checks)
    ]  # fmt: skip


def _missing(names: list[str], total: int) -> str:
    if not names:
        return f"All {total} have one."
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - three names say enough
    return f"Missing for {', '.join(names[:3])}{more}."


def _people(ctx: Any) -> list[Point]:
    people = [row for row in members(ctx) if row.active]
    admins = [row for row in people if row.role == "admin"]
    keys = [row for row in api_keys(ctx) if row.revoked_at is None]
    own = custom_roles(ctx)
    return [
        Point(
            "Two administrators", len(admins) > 1,
            f"{len(admins)} of {len(people)} people; one who leaves or loses a phone must not lock you out.",
            _url("web:settings_people"), "People",
        ),
        Point(
            "A second person for four-eyes decisions", len(people) > 1,
            "Bank details, refunds and large write-offs wait for somebody else than their proposer.",
            _url("web:settings_people"), "Invite",
        ),
        Point(
            "API keys that expire", all(row.expires_at for row in keys),
            f"{len(keys)} in use, {sum(row.expires_at is None for row in keys)} without an end.",
            _url("web:settings_keys"), "Keys",
        ),
        Point("Roles", True, f"Eight roles stand; {len(own)} of your own.", _url("web:settings_roles"), "Roles"),
    ]  # fmt: skip


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
