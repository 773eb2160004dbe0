"""A person's desk: views of lists that are kept under a name, and what of the inbox is done."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fairdue.collections.models import InboxMark, SavedView
from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from datetime import date

    from fairdue.foundation.context import Ctx

PAGES = ("worklist", "customers", "invoices")
NOT_KEPT = frozenset({"after", "asof"})
"""What belongs to one look at a list, not to the view."""
MOST_VIEWS = 50
LONGEST_NAME, LONGEST_QUERY = 60, 1000


def person(ctx: Ctx) -> UUID:
    """Return the person who acts; refuse keys, jobs and the portal, which have no desk."""
    kind, _, name = ctx.actor.partition(":")
    if kind != "user":
        raise refuse("desk.person", "", "Only a person has a desk.")
    return UUID(name)


@command("collections.save_view", Permission.OWN_ACCOUNT)
def save_view(
    ctx: Ctx, *, page: str, name: str, query: str, today: date, shared: bool = False, key: str | None = None
) -> UUID:
    """Keep the filters and the order of a list under a name; the same name again replaces it."""
    del today, key
    owner, name = person(ctx), " ".join(name.split())
    if page not in PAGES:
        raise refuse("view.page", "page", "Views are kept of the worklist and of the customers.")
    if not name or len(name) > LONGEST_NAME:
        raise refuse("view.name", "name", f"A view has a name of at most {LONGEST_NAME} characters.")
    kept = urlencode([(key_, value) for key_, value in parse_qsl(query) if key_ not in NOT_KEPT and value])
    if len(kept) > LONGEST_QUERY:
        raise refuse("view.query", "query", "These filters are too long to keep.")
    mine = SavedView.objects.filter(owner_id=owner, page=page)
    if not mine.filter(name=name).exists() and mine.count() >= MOST_VIEWS:
        raise refuse("view.most", "name", f"You keep {MOST_VIEWS} views of this list already; delete one first.")
    row, _ = SavedView.objects.update_or_create(
        tenant_id=ctx.tenant, owner_id=owner, page=page, name=name, defaults={"query": kept, "shared": shared}
    )
    return UUID(str(row.id))


@command("collections.delete_view", Permission.OWN_ACCOUNT)
def delete_view(ctx: Ctx, *, view: UUID, today: date, key: str | None = None) -> UUID:
    """Delete a view of one's own; those that others share stay theirs."""
    del today, key
    gone, _ = SavedView.objects.filter(id=view, owner_id=person(ctx)).delete()
    if not gone:
        raise refuse("view.unknown", "view", "You keep no such view.")
    return view


@command("collections.mark_done", Permission.WORKLIST_VIEW)
def mark_done(ctx: Ctx, *, facts: list[UUID], today: date, key: str | None = None) -> int:
    """Note that a person dealt with facts of the inbox; a fact marked already stays so."""
    del today, key
    owner = person(ctx)
    known = set(InboxMark.objects.filter(owner_id=owner, fact_id__in=facts).values_list("fact_id", flat=True))
    fresh = [fact for fact in dict.fromkeys(facts) if fact not in known]
    InboxMark.objects.bulk_create(
        [InboxMark(tenant_id=ctx.tenant, owner_id=owner, fact_id=fact) for fact in fresh], ignore_conflicts=True
    )
    return len(fresh)


@command("collections.mark_undone", Permission.WORKLIST_VIEW)
def mark_undone(ctx: Ctx, *, fact: UUID, today: date, key: str | None = None) -> UUID:
    """Put a fact back into the inbox."""
    del today, key
    InboxMark.objects.filter(owner_id=person(ctx), fact_id=fact).delete()
    return fact
