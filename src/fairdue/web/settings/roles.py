"""Roles: what each may do, and those that the organisation put together itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation import clock
from fairdue.foundation.accounts import change_custom_role, create_custom_role, custom_roles
from fairdue.foundation.permissions import ROLE_TITLES, ROLES, Permission, permissions_of
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def permission_choices() -> list[tuple[str, str]]:
    """Return every permission with its words: `cash.apply` is “Import statements, apply cash”."""
    return [(permission.value, _words(permission)) for permission in Permission]


WORDS = {
    Permission.WORKLIST_VIEW: "See the worklist and timelines",
    Permission.COLLECTIONS_ACT: "Call, take promises, open disputes, send notices",
    Permission.WORK_ASSIGN: "Give work to others",
    Permission.CADENCE_EDIT: "Change cadences and wordings, start runs",
    Permission.CUSTOMERS_VIEW: "See customers",
    Permission.CUSTOMERS_EDIT: "Change customers, merge duplicates",
    Permission.BANK_DETAILS_PROPOSE: "Propose bank details",
    Permission.BANK_DETAILS_APPROVE: "Approve bank details of others",
    Permission.INVOICES_VIEW: "See orders and invoices",
    Permission.INVOICES_DRAFT: "Write drafts, accept orders",
    Permission.INVOICES_ISSUE: "Issue and deliver invoices",
    Permission.CASH_VIEW: "See bank lines and proposals",
    Permission.CASH_APPLY: "Import statements, apply cash",
    Permission.REFUND_PROPOSE: "Propose refunds",
    Permission.REFUND_APPROVE: "Approve refunds of others",
    Permission.WRITE_OFF: "Write off small amounts",
    Permission.WRITE_OFF_APPROVE: "Approve larger write-offs of others",
    Permission.LEDGER_VIEW: "See the ledger",
    Permission.PERIOD_CLOSE: "Close and reopen periods",
    Permission.INSURANCE_VIEW: "See policies, cover and claims",
    Permission.INSURANCE_EDIT: "Change policies, declare, file claims",
    Permission.CREDIT_EDIT: "Set credit limits and terms, place holds",
    Permission.REPORTS_VIEW: "See dashboard and reports",
    Permission.IMPORTS_RUN: "Import files",
    Permission.SETTINGS_EDIT: "Change clients, series and settings",
    Permission.USERS_EDIT: "Invite people, give roles, make API keys",
    Permission.AUDIT_VIEW: "See every fact, run verify",
    Permission.OWN_ACCOUNT: "Change one's own name and sign-in",
}


def _words(permission: Permission) -> str:
    return WORDS[permission]


class RoleForm(forms.Form):
    """A title and what the role may do."""

    title = forms.CharField(label="Title", max_length=100, help_text="As people call the job.")
    permissions = forms.MultipleChoiceField(
        label="May", choices=permission_choices, widget=forms.CheckboxSelectMultiple
    )


class NewRoleForm(RoleForm):
    """A role that does not exist yet."""

    name = forms.SlugField(
        label="Short name", max_length=60, help_text="Letters, digits, underscores; for the API.",
        error_messages={"invalid": "Only letters without accents, digits, underscores and hyphens, no blanks."},
    )  # fmt: skip
    field_order = ("title", "name", "permissions")


@require_safe
@needs(Permission.USERS_EDIT)
def index(request: HttpRequest) -> HttpResponse:
    """Show the matrix of roles and permissions."""
    own = custom_roles(request.ctx)  # type: ignore[attr-defined]
    columns = [(ROLE_TITLES[name], ROLES[name]) for name in ROLES]
    columns += [(row.title, permissions_of(row.name, frozenset(row.permissions))) for row in own]
    matrix = [(_words(permission), [permission in allowed for _, allowed in columns]) for permission in Permission]
    context = {"menu": menu(request), "columns": [title for title, _ in columns], "matrix": matrix, "own": own}
    return render(request, "web/settings/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USERS_EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """Put a role together."""
    form = NewRoleForm(request.POST or None, initial={"permissions": [Permission.OWN_ACCOUNT.value]})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            create_custom_role(request.ctx, today=_today(request), **form.cleaned_data)  # type: ignore[attr-defined]
        if not form.errors:
            messages.success(request, f"The role “{form.cleaned_data['title']}” can be given to people now.")
            return redirect("web:settings_roles")
    context = {"menu": menu(request), "form": form, "title": "New role"}
    return render(request, "web/settings/role.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USERS_EDIT)
def change(request: HttpRequest, role: UUID) -> HttpResponse:
    """Change what a role of one's own may do."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = next((one for one in custom_roles(ctx) if one.id == role), None)
    if row is None:
        raise Http404("There is no such role.")
    form = RoleForm(request.POST or None, initial={"title": row.title, "permissions": row.permissions})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            change_custom_role(ctx, role=role, today=_today(request), **form.cleaned_data)
        if not form.errors:
            messages.success(
                request, f"The role “{form.cleaned_data['title']}” holds from the next click of its people."
            )
            return redirect("web:settings_roles")
    context = {"menu": menu(request), "form": form, "title": row.title}
    return render(request, "web/settings/role.html", context, status=422 if form.errors else 200)


def _today(request: HttpRequest) -> Any:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]
