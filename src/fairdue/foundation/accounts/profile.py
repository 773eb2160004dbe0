"""What a person sets for themselves, and how actors are called on screens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from fairdue.foundation.models import ApiKey, User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx

_WORDS = {"system": "Fairdue", "portal": "Customer, in the portal"}


def change_profile(user: UUID, *, name: str, language: str) -> None:
    """Keep how a person is called and in which language they read; it concerns nobody else, so no fact.

    It is written when the tenant's transaction has ended: people belong to the platform, and in the transaction of a
    client user their table does not exist.
    """
    people = User.objects.filter(id=user)
    transaction.on_commit(lambda: people.update(name=name.strip()[:150], language=language))


def second_steps(user: UUID) -> set[str]:
    """Return the kinds of second step that a person set up: `totp`, `webauthn`, `recovery_codes`.

    It is read by the platform's role, because for users of one client the sign-in tables do not exist.
    """
    rows = Authenticator.objects.using("loader").filter(user_id=user)
    return set(rows.values_list("type", flat=True))


def actor_names(ctx: Ctx, actors: Iterable[str]) -> dict[str, str]:
    """Return how each actor (`user:…`, `key:…`, `portal:…`, `system`) is called; two queries at most."""
    wanted = set(actors)
    if ctx.creditor is not None:  # a client user's database role sees no people of the agency
        return {actor: _WORDS.get(actor.partition(":")[0], "Agency") for actor in wanted}
    users = User.objects.filter(id__in=_ids(wanted, "user"), memberships__tenant_id=ctx.tenant)
    keys = ApiKey.objects.filter(id__in=_ids(wanted, "key"), tenant_id=ctx.tenant)
    named = {f"user:{user.id}": user.get_full_name() for user in users}
    named |= {f"key:{key.id}": f"API key {key.name}" for key in keys}
    return {actor: named.get(actor) or _WORDS.get(actor.partition(":")[0], "Somebody who left") for actor in wanted}


def _ids(actors: set[str], kind: str) -> list[UUID]:
    return [UUID(name) for actor in actors for head, _, name in [actor.partition(":")] if head == kind]
