"""People in a tenant: invited, given a role, ended. What they may do is read again at each request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.foundation.accounts import facts  # noqa: F401 - declares what is recorded here
from fairdue.foundation.accounts.keys import person_behind
from fairdue.foundation.accounts.roles import permissions_of_role, within_own
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.models import Membership, User
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

ADMIN, CLIENT = "admin", "client"


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person in the tenant."""

    user_id: UUID
    email: str
    name: str
    role: str
    creditor_id: UUID | None
    active: bool
    created_at: datetime


def members(ctx: Ctx) -> list[MemberRow]:
    """Return the people of the tenant by e-mail address; a creditor's own users only see theirs."""
    rows: Any = Membership.objects.filter(tenant_id=ctx.tenant).select_related("user").order_by("user__email")
    if ctx.creditor:
        rows = rows.filter(creditor_id=ctx.creditor)
    return [
        MemberRow(r.user_id, r.user.email, r.user.name, r.role, r.creditor_id, r.active, r.created_at) for r in rows
    ]


def role_of(ctx: Ctx) -> str:
    """Return the role of the person behind an actor in this tenant; empty for the machine and the operator."""
    kind, _, name = person_behind(ctx.actor).partition(":")
    if kind != "user":
        return ""
    found = Membership.objects.filter(tenant_id=ctx.tenant, user_id=UUID(name), active=True)
    return found.values_list("role", flat=True).first() or ""


@command("foundation.invite_user", Permission.USERS_EDIT)
def invite_user(
    ctx: Ctx, *, email: str, role: str, today: date, creditor: UUID | None = None, name: str = "",
    password: str | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Give a person a role in the tenant and record `user.invited`; returns the user's id.

    A person who is new gets an account without a usable password (they set one by "forgot password"),
    unless the operator gives a first one. The account of a person who is known from another tenant is
    left as it is: an invitation never changes a password.
    """
    del key
    email = _address(email)
    within_own(ctx, permissions_of_role(ctx, role), "role")
    creditor = _narrowed(ctx, role, creditor)
    user = User.objects.filter(email=email).first()
    if user is None:
        user = _new_user(email, name, password)
    elif password is not None:
        raise refuse("user.known", "password", "This person has an account and a password already.")
    try:
        with transaction.atomic():
            Membership.objects.create(user=user, tenant_id=ctx.tenant, role=role, creditor_id=creditor)
    except IntegrityError as error:
        raise refuse("user.duplicate", "email", f"{email} is in this tenant already.") from error
    record(ctx, NewFact("user.invited", today, user.id, payload={"email": email, "role": role}))
    return user.id


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise refuse("user.email", "email", f"{email!r} is not an e-mail address.") from error
    return email


def _narrowed(ctx: Ctx, role: str, creditor: UUID | None) -> UUID | None:
    """Return the creditor of the seat: a client user has one, and who is narrowed narrows others alike."""
    if ctx.creditor is not None and creditor not in {None, ctx.creditor}:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    creditor = creditor or ctx.creditor
    if role == CLIENT and creditor is None:
        raise refuse("user.creditor", "creditor", "A client user belongs to one creditor; name it.")
    return creditor


def _new_user(email: str, name: str, password: str | None) -> User:
    user = User(email=email, name=name.strip())
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise RefusedError(
                *(Finding("user.password", "password", message) for message in error.messages)
            ) from error
    user.set_password(password)
    user.save()
    return user


@command("foundation.change_membership", Permission.USERS_EDIT)
def change_membership(
    ctx: Ctx, *, user: UUID, role: str, active: bool, today: date, creditor: UUID | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Give a member another role or creditor, or end the access; holds from the next request on.

    The last administrator stays one, and nobody changes a member who may do more than they themselves.
    """
    del key
    rows: list[Any] = list(
        Membership.objects.select_for_update().filter(tenant_id=ctx.tenant).select_related("user").order_by("id")
    )
    row = next((one for one in rows if one.user_id == user), None)
    if row is None or (ctx.creditor is not None and row.creditor_id != ctx.creditor):
        raise refuse("user.unknown", "user", "There is no such person in this tenant.")
    within_own(ctx, permissions_of_role(ctx, role) | permissions_of_role(ctx, row.role), "role")
    creditor = _narrowed(ctx, role, creditor)
    others = [one for one in rows if one is not row and one.active and one.role == ADMIN]
    if row.role == ADMIN and row.active and not others and (role != ADMIN or not active):
        raise refuse("user.last_admin", "role", "The last administrator stays one; name another first.")
    row.role, row.creditor_id, row.active = role, creditor, active
    row.save(update_fields=["role", "creditor_id", "active"])
    kind = "membership.changed" if active else "membership.ended"
    record(ctx, NewFact(kind, today, row.user_id, payload={"email": row.user.email, "role": role}))
    return row.user_id
