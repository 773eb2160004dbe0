"""The insurance calculators as a page, for the person on the phone: forms, or the files of the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.permissions import Permission
from fairdue.web.insurance.frame import frame_of
from fairdue.web.insurance.questions import CALCULATORS
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LONGEST = 1_000_000


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Compute what the form of the address asks, or the file that was sent; nothing is stored."""
    frame = frame_of(request)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    kind = kind if kind in CALCULATORS else "cover"
    chosen = CALCULATORS[kind]
    form = chosen.bound(request.GET if "currency" in request.GET else None)
    text = request.POST.get("text", "")
    answer: dict[str, Any] | None = None
    found: tuple[Any, ...] = ()
    try:
        if text or form.is_valid():
            content = _read(text) if text else form.content()
            text = text or json.dumps(content, indent=2, ensure_ascii=False)
            answer = _worded(chosen.answer(content))
    except RefusedError as refused:
        found = refused.findings
    context = frame.context(
        "insurance_calculators", kind=kind, kinds={code: one.title for code, one in CALCULATORS.items()}, form=form,
        file=chosen.file, text=text, sent=request.method == "POST", answer=answer, findings=found,
    )  # fmt: skip
    wrong = bool(found) or (request.method != "POST" and bool(form.errors))
    return render(request, "web/insurance/calculators.html", context, status=422 if wrong else 200)


def _worded(answer: Any) -> Any:
    """Return an answer with the names of steps and duties as words."""
    if isinstance(answer, list):
        return [_worded(one) for one in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: _word(name, value) for name, value in answer.items()}


_AMOUNTS = frozenset("amount indemnity borne loss cost insurer kept premium change".split())


def _word(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _worded(value)
    if name in {"name", "duty"}:
        return "VAT" if value == "vat" else value.replace("_", " ").capitalize()
    return f"{Decimal(value):,f}" if name in _AMOUNTS else value


def _read(text: str) -> object:
    if len(text) > _LONGEST:
        raise refuse("file.size", "", "The text is too long for the page; use the command line.")
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise refuse("file.json", "", f"This is not JSON: {error}.") from None
