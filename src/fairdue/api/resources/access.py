"""People, roles and API keys of the tenant."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.foundation import accounts
from fairdue.foundation.permissions import ROLE_TITLES, ROLES, Permission
from fairdue.parties import selectors as parties

users = Resource("/users", "access")
roles = Resource("/roles", "access")
keys = Resource("/api-keys", "access")
RESOURCES = [users, roles, keys]


class UserOut(BaseModel):
    """A person in the tenant."""

    id: UUID
    email: str
    name: str
    role: str
    creditor: UUID | None
    active: bool


class Users(BaseModel):
    """The people of the tenant."""

    data: list[UserOut]


class InvitationIn(values.Body):
    """Who is invited, in which role; a client user belongs to one creditor."""

    email: values.Name
    role: values.Word
    name: values.Text = ""
    creditor: UUID | None = None


class MembershipIn(values.Body):
    """What a member may do from the next request on."""

    role: values.Word
    active: bool = True
    creditor: UUID | None = None


class RoleOut(BaseModel):
    """A role and what it allows; `id` is null for the roles that every tenant has."""

    id: UUID | None
    name: str
    title: str
    permissions: list[str]


class Roles(BaseModel):
    """Every role of the tenant."""

    data: list[RoleOut]


class RoleIn(values.Body):
    """A role of the tenant's own."""

    name: values.Word
    title: values.Name
    permissions: list[values.Word] = Field(min_length=1, max_length=100)


class KeyOut(BaseModel):
    """An API key as lists show it, never its secret."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    creditor: UUID | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    orphaned: bool
    """Who made the key has no seat any more, so it opens nothing."""


class Keys(BaseModel):
    """The API keys, newest first."""

    data: list[KeyOut]


class KeyIn(values.Body):
    """A key about to be made; scopes are permissions that the maker holds."""

    name: values.Name
    scopes: list[values.Word] = Field(min_length=1, max_length=100)
    creditor: UUID | None = None
    expires_at: values.Instant | None = None


class NewKey(BaseModel):
    """A key just made; the secret is shown this once."""

    id: UUID
    secret: str


class Revoked(BaseModel):
    """The key that is refused from now on."""

    id: UUID


def _creditor(call: Call, creditor: UUID | None) -> UUID | None:
    if creditor is not None and parties.creditor(call.ctx, creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return creditor


def _user(call: Call, user: UUID) -> UserOut:
    row = next((row for row in accounts.members(call.ctx) if row.user_id == user), None)
    if row is None:
        raise Http404
    return _show_user(row)


def _show_user(row: accounts.MemberRow) -> UserOut:
    return UserOut(
        id=row.user_id, email=row.email, name=row.name, role=row.role, creditor=row.creditor_id, active=row.active
    )


@users.get("", Permission.USERS_EDIT, Users)
def list_users(call: Call) -> Users:
    """List the people of the tenant."""
    return Users(data=[_show_user(row) for row in accounts.members(call.ctx)])


@users.post("", Permission.USERS_EDIT, UserOut, status=HTTPStatus.CREATED)
def invite_a_user(call: Call, body: InvitationIn) -> UserOut:
    """Give a person a role in the tenant; they set their password themselves."""
    user = accounts.invite_user(
        call.ctx, email=body.email, role=body.role, name=body.name, creditor=_creditor(call, body.creditor),
        today=call.today,
    )  # fmt: skip
    return _user(call, user)


@users.put("/{user}", Permission.USERS_EDIT, UserOut)
def change_a_membership(call: Call, user: UUID, body: MembershipIn) -> UserOut:
    """Give a member another role or creditor, or end the access."""
    _user(call, user)
    accounts.change_membership(
        call.ctx, user=user, role=body.role, active=body.active, creditor=_creditor(call, body.creditor),
        today=call.today,
    )  # fmt: skip
    return _user(call, user)


@roles.get("", Permission.USERS_EDIT, Roles)
def list_roles(call: Call) -> Roles:
    """List the roles that every tenant has, and the tenant's own."""
    common = [
        RoleOut(id=None, name=name, title=ROLE_TITLES[name], permissions=sorted(allowed))
        for name, allowed in ROLES.items()
    ]
    own = [
        RoleOut(id=row.id, name=row.name, title=row.title, permissions=list(row.permissions))
        for row in accounts.custom_roles(call.ctx)
    ]
    return Roles(data=common + own)


@roles.post("", Permission.USERS_EDIT, RoleOut, status=HTTPStatus.CREATED)
def create_a_role(call: Call, body: RoleIn) -> RoleOut:
    """Make a role from permissions that the maker holds."""
    role = accounts.create_custom_role(
        call.ctx, name=body.name, title=body.title, permissions=body.permissions, today=call.today
    )
    return RoleOut(id=role, name=body.name, title=body.title, permissions=sorted(set(body.permissions)))


@keys.get("", Permission.USERS_EDIT, Keys)
def list_keys(call: Call) -> Keys:
    """List the API keys."""
    rows = accounts.api_keys(call.ctx)
    names = [name for name in KeyOut.model_fields if name not in {"creditor", "scopes"}]
    shown = [
        KeyOut(**{name: getattr(row, name) for name in names}, creditor=row.creditor_id, scopes=list(row.scopes))
        for row in rows
    ]
    return Keys(data=shown)


@keys.post("", Permission.USERS_EDIT, NewKey, status=HTTPStatus.CREATED, secret=True)
def create_a_key(call: Call, body: KeyIn) -> NewKey:
    """Make an API key; its secret is in this answer and nowhere else."""
    made = accounts.create_api_key(
        call.ctx, name=body.name, scopes=body.scopes, creditor=_creditor(call, body.creditor),
        expires_at=body.expires_at, today=call.today,
    )  # fmt: skip
    return NewKey(id=made.id, secret=made.secret)


@keys.post("/{api_key}/revoke", Permission.USERS_EDIT, Revoked)
def revoke_a_key(call: Call, api_key: UUID) -> Revoked:
    """End a key: its next call is refused."""
    if api_key not in {row.id for row in accounts.api_keys(call.ctx)}:
        raise Http404
    return Revoked(id=accounts.revoke_api_key(call.ctx, api_key=api_key, today=call.today))
