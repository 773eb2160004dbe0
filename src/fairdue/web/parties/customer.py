"""Everything about one customer on one page: figures and holds left, the timeline and its tabs right."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from fairdue.collections import selectors as collections
from fairdue.foundation.facts.reading import FactFilter, LoggedFact, areas, facts_by_day
from fairdue.foundation.files import disposition
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors as insurance
from fairdue.invoicing import selectors as invoicing
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as books
from fairdue.receivables.customers import payment_habit
from fairdue.web import factwords
from fairdue.web.choices import country_name, language_name
from fairdue.web.collections.worklist import marked_items, may_release, waiting_write_offs
from fairdue.web.collections.worklist import render_customer as render_work
from fairdue.web.creditors import names
from fairdue.web.lists import PAGE_SIZE, decode_cursor, encode_cursor
from fairdue.web.panels import wants_panel
from fairdue.web.parties import reached
from fairdue.web.parties.looking import Seen, seen
from fairdue.web.parties.master_forms import forms_for
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


TABS: tuple[tuple[str, str, Permission], ...] = (
    ("timeline", "Timeline", Permission.CUSTOMERS_VIEW),
    ("items", "Open items", Permission.CUSTOMERS_VIEW),
    ("invoices", "Invoices", Permission.INVOICES_VIEW),
    ("payments", "Payments", Permission.CASH_VIEW),
    ("promises", "Promises", Permission.WORKLIST_VIEW),
    ("disputes", "Disputes", Permission.WORKLIST_VIEW),
    ("documents", "Documents", Permission.WORKLIST_VIEW),
    ("insurance", "Insurance", Permission.INSURANCE_VIEW),
    ("master", "Master data", Permission.CUSTOMERS_VIEW),
)
ADDRESS_STATES = {
    "returned": ("Post came back", "danger"),
    "unchecked": ("Not checked", "attention"),
    "well_formed": ("Well formed", ""),
    "matched": ("In a register", "done"),
    "delivered": ("Delivered to", "done"),
    "confirmed": ("Confirmed", "done"),
}
SHOWN_AREAS = ("invoices", "payments", "collections", "disputes", "insurance", "master data")

CURES = {
    "name": "id_name", "address": "id_street", "address_state": "id_street", "email": "id_email", "phone": "id_phone",
    "language": "id_language", "vat": "id_vat_id", "vat_cross_border": "id_vat_id",
}  # fmt: skip
"""What is missing (core.parties.completeness) → the field of the form “Change” in which it is written."""


def _timeline(look: Seen, request: HttpRequest) -> dict[str, Any]:
    area = request.GET.get("kind", "")
    area = area if area in areas() else ""
    after = _cursor(request.GET.get("after", ""))
    facts = sorted(
        (
            fact
            for one in look.family
            for fact in facts_by_day(
                look.ctx, FactFilter(debtor=one, area=area or None), after=after, limit=PAGE_SIZE + 1
            )
        ),
        key=lambda fact: (fact.happened_on, fact.recorded_at, fact.id),
        reverse=True,
    )
    shown = facts[:PAGE_SIZE]
    last = shown[-1] if len(facts) > PAGE_SIZE else None
    older = encode_cursor((last.happened_on.isoformat(), last.recorded_at.isoformat(), str(last.id))) if last else ""
    audit = look.ctx.may(Permission.AUDIT_VIEW)
    return {
        "days": factwords.timeline_days(look.ctx, shown, look.zone, url=_fact_url(audit=audit)),
        "kinds": [(name, name.capitalize()) for name in SHOWN_AREAS if name in areas()],
        "kind": area,
        "older": older,
        "paged": bool(after),
    }


def _cursor(token: str) -> tuple[date, datetime, UUID] | None:
    try:
        on, at, fact = decode_cursor(token) or ()
        return date.fromisoformat(str(on)), datetime.fromisoformat(str(at)), UUID(str(fact))
    except ValueError:
        return None


def _fact_url(*, audit: bool) -> Callable[[LoggedFact], str]:
    return lambda fact: f"/audit/{fact.id}" if audit else ""


def _items(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    rows = books.items(look.ctx, debtors=[look.debtor.id], only_open=True)
    holds = books.holds(look.ctx, debtors=[look.debtor.id], on=look.today)
    return {
        "rows": marked_items(rows, holds, waiting_write_offs(look.ctx, rows)),
        "may_open": look.ctx.may(Permission.REPORTS_VIEW),
    }


def _invoices(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    rows = invoicing.invoices(look.ctx, today=look.today, debtor=look.debtor.id, limit=PAGE_SIZE)
    return {"rows": rows, "most": PAGE_SIZE}


def _payments(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    rows = books.credits_(look.ctx, debtors=[look.debtor.id], only_unapplied=False, limit=200)
    return {"rows": sorted(rows, key=lambda row: (row.received_on, row.number), reverse=True)}


def _promises(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    return {"rows": collections.promises(look.ctx, today=look.today, debtor=look.debtor.id)}


def _disputes(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    return {"rows": collections.disputes(look.ctx, debtor=look.debtor.id)}


def _documents(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    return {"rows": collections.notices(look.ctx, debtor=look.debtor.id)}


def _insurance(look: Seen, request: HttpRequest) -> dict[str, Any]:
    del request
    policies = insurance.policies_on(look.ctx, look.today, creditor=look.debtor.creditor_id)
    covers = [
        (policy, cover)
        for policy in policies
        for cover in insurance.covers(look.ctx, policy, look.today, [look.debtor.id])
    ]
    return {"rows": covers, "policies": policies}


def _master(look: Seen, request: HttpRequest) -> dict[str, Any]:
    ctx, debtor = look.ctx, look.debtor
    ids = [one for one in (debtor.parent_id, debtor.merged_into_id) if one]
    word, tone = ADDRESS_STATES[debtor.address_state]
    whole = parties.completeness_of(ctx, [debtor.id], today=look.today)[debtor.id]
    return {
        "address_word": word,
        "country_name": country_name(debtor.country),
        "language_name": language_name(debtor.language),
        "address_tone": tone,
        "completeness": whole,
        "gaps": [(gap, CURES.get(gap.code, "")) for gap in whole.gaps],
        "contacts": parties.contacts(ctx, debtor.id),
        "addresses": parties.addresses(ctx, debtor.id),
        "accounts": parties.accounts(ctx, debtor.id),
        "group": parties.group(ctx, debtor.id),
        "relatives": parties.debtors(ctx, ids),
        "pairs": [
            (pair, UUID(pair.right) if pair.left == str(debtor.id) else UUID(pair.left))
            for pair in parties.duplicates(ctx, creditor_id=debtor.creditor_id, debtor_id=debtor.id)
        ],
        "cadence": next(iter(collections.assignments(ctx, debtor=debtor.id)), None),
        "cadences": [row for row in collections.cadences(ctx) if row.id],
        "may_cadence": ctx.may(Permission.CADENCE_EDIT),
        "may_propose": ctx.may(Permission.BANK_DETAILS_PROPOSE),
        "may_credit": ctx.may(Permission.CREDIT_EDIT),
        "forms": forms_for(debtor) | (bound := getattr(request, "bound_forms", {})),
        **(known := reached.context(look)),
        "reach_forms": known["reach_forms"] | bound,
    }


_READERS: dict[str, Callable[[Seen, HttpRequest], dict[str, Any]]] = {
    "timeline": _timeline,
    "items": _items,
    "invoices": _invoices,
    "payments": _payments,
    "promises": _promises,
    "disputes": _disputes,
    "documents": _documents,
    "insurance": _insurance,
    "master": _master,
}


def _figures(look: Seen) -> dict[str, Any]:
    """Return what stands at the left: balance by currency, limit and headroom, habit, holds, contacts."""
    ctx, debtor = look.ctx, look.debtor
    balances = books.balances(ctx, as_of=look.today, debtor=debtor.id)
    own = sum(row.open - row.unapplied for row in balances if row.currency == debtor.currency)
    limit = debtor.credit_limit
    return {
        "balances": [(row.currency, row.open - row.unapplied, row.overdue, row.unapplied) for row in balances],
        "oldest": min((row.oldest_due_on for row in balances if row.oldest_due_on), default=None),
        "headroom": None if limit is None else limit - own,
        "used": max(0, own),
        "habit": payment_habit(ctx, look.family, today=look.today),
        "holds": [
            (hold, may_release(ctx, hold))
            for hold in books.holds(ctx, debtors=[debtor.id], on=look.today)
            if hold.item_id is None
        ],
        "people": parties.contacts(ctx, debtor.id),
        "creditor_name": names(ctx).get(debtor.creditor_id, ""),
        "parent": parties.debtor(ctx, debtor.parent_id) if debtor.parent_id else None,
    }


def render_customer(request: HttpRequest, look: Seen, tab: str, status: int = 200) -> HttpResponse:
    """Render the page with one tab open."""
    may = look.ctx.may
    tabs = [(name, label, name == tab) for name, label, permission in TABS if may(permission)]
    context = {
        "debtor": look.debtor,
        "today": look.today,
        "tabs": tabs,
        "tab": tab,
        "tab_template": f"web/parties/tab_{tab}.html",
        "may_edit": may(Permission.CUSTOMERS_EDIT),
        "may_act": may(Permission.COLLECTIONS_ACT),
        "work_url": _url("web:work", look.debtor.id) if may(Permission.WORKLIST_VIEW) else "",
        "link_url": _url("web:portal_link", look.debtor.id) if may(Permission.COLLECTIONS_ACT) else "",
        **_figures(look),
        **_READERS[tab](look, request),
    }
    return render(request, "web/parties/customer.html", context, status=status)


def _url(name: str, debtor: UUID) -> str:
    try:
        return reverse(name, args=[debtor])
    except NoReverseMatch:
        return ""


@require_safe
@needs(Permission.CUSTOMERS_VIEW)
def show(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Show one customer, beside a list as the worklist does; a merged one leads to its survivor."""
    look = seen(request, debtor)
    if look.debtor.merged_into_id:
        return redirect("web:customer", look.debtor.merged_into_id)
    if wants_panel(request) and look.ctx.may(Permission.WORKLIST_VIEW):
        return render_work(request, debtor)
    allowed = [name for name, _, permission in TABS if look.ctx.may(permission)]
    tab = request.GET.get("tab", "")
    return render_customer(request, look, tab if tab in allowed else "timeline")


@require_safe
@needs(Permission.CUSTOMERS_VIEW)
def statement(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Give the statement of account as a file: csv, html or txt (`?format=`)."""
    from fairdue.collections.statement import as_csv, as_html, as_text, statement_of

    writers = {"csv": (as_csv, "text/csv"), "html": (as_html, "text/html"), "txt": (as_text, "text/plain")}
    look = seen(request, debtor)
    kind = request.GET.get("format", "html")
    if kind not in writers:
        raise Http404
    write, media = writers[kind]
    made = write(statement_of(look.ctx, debtor=debtor, today=look.today))
    response = HttpResponse(made, content_type=f"{media}; charset=utf-8")
    response["Content-Disposition"] = disposition(f"statement-{look.today}.{kind}")
    return response
