"""Official rules: the rule packs on this machine, their validity and hashes, and what is missing today.

Packs serve every tenant and bring programs (XSLT) that run in the validation worker. Where a machine belongs to one
tenant, or its operator allows it, one person sends a pack in and another approves; else the operator imports it on the
command line, and the page says how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.approvals import pending
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.services.rulepacks import KIND, may_upload, propose_rule_pack
from fairdue.invoicing.validation.packs import covers, installed, missing
from fairdue.invoicing.validation.store import LARGEST
from fairdue.web.permit import needs
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.core.findings import Finding


NAMES = {
    "peppol": "Peppol BIS Billing 3", "en16931": "EN 16931", "xrechnung": "XRechnung", "br-fr": "BR-FR",
    "extended-ctc-fr": "EXTENDED-CTC-FR", "factur-x-extended": "Factur-X EXTENDED",
    "factur-x-basic-wl": "Factur-X BASIC WL", "factur-x-minimum": "Factur-X MINIMUM",
}  # fmt: skip
"""Rule sets as their publishers write them."""


class PackForm(forms.Form):
    """A zip with a manifest."""

    pack = forms.FileField(label="Pack (zip with manifest.json)")


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the rule packs, whether each judges today, and which rule sets are not here."""
    return _page(request)


def _page(request: HttpRequest, form: PackForm | None = None, findings: Sequence[Finding] = ()) -> HttpResponse:
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    uploads = may_upload() and ctx.may(Permission.SETTINGS_EDIT)
    context = {
        "menu": menu(request), "today": today, "form": form or PackForm(), "uploads": uploads, "findings": findings,
        "waiting": [row for row in pending(ctx) if row.kind == KIND], **_packs(today),
    }  # fmt: skip
    return render(request, "web/settings/rules.html", context, status=422 if form else 200)


@require_POST
@needs(Permission.SETTINGS_EDIT)
def upload(request: HttpRequest) -> HttpResponse:
    """Propose a pack; another person imports it by approving."""
    form = PackForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["pack"].size > LARGEST:
        form.add_error("pack", f"A pack has {LARGEST // 1024**2} MB at most.")
    if not form.is_valid():
        return _page(request, form)
    file = form.cleaned_data["pack"]
    try:
        with transaction.atomic():
            propose_rule_pack(
                request.ctx, content=file.read(), name=file.name or "",  # type: ignore[attr-defined]
                today=clock.today(request.seat.timezone),  # type: ignore[attr-defined]
            )  # fmt: skip
    except RefusedError as refused:
        return _page(request, form, refused.findings)
    messages.success(request, "Checked and proposed. Somebody else imports it under Approvals.")
    return redirect("web:settings_rules")


def _packs(today: date) -> dict[str, Any]:
    """Return what is here and what is missing; files that were changed on disk are told, they judge nothing."""
    try:
        rows = [(one, covers(one, today)) for one in installed()]
        absent = [f"{NAMES.get(name, name)} ({syntax.upper()})" for name, syntax in missing(today)]
    except RefusedError as refused:
        return {"rows": [], "missing": [], "changed": refused.findings}
    return {"rows": rows, "missing": absent, "changed": ()}
