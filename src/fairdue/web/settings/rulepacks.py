"""Official rules: the rule packs on this machine, their validity and hashes, and what is missing today.

Packs serve every tenant and bring programs (XSLT) that run in the validation worker, so the operator of the machine
imports them on its command line; the page says how.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.validation.packs import RULES, covers, installed, pack
from fairdue.web.permit import needs
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

IMPORTED = (("peppol", "ubl"),)
"""Rule sets that no package may carry; the operator imports them."""


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the rule packs, whether each judges today, and which rule sets are not here."""
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    return render(request, "web/settings/rules.html", {"menu": menu(request), "today": today, **_packs(today)})


def _packs(today: date) -> dict[str, Any]:
    """Return what is here and what is missing; files that were changed on disk are told, they judge nothing."""
    try:
        rows = [(one, covers(one, today)) for one in installed()]
        missing = [f"{name} ({syntax})" for name, syntax in (*RULES, *IMPORTED) if pack(name, syntax, today) is None]
    except RefusedError as refused:
        return {"rows": [], "missing": [], "changed": refused.findings}
    return {"rows": rows, "missing": missing, "changed": ()}
