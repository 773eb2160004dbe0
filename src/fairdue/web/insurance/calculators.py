"""The insurance calculators as a page, for the person on the phone: the same files as the command line."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.answers import answer_indemnity, answer_obligations, answer_quote
from fairdue.foundation.permissions import Permission
from fairdue.web.insurance.frame import frame_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

KINDS = {"indemnity": "Indemnity of a loss", "quote": "Premium and price", "obligations": "Dates of an item"}
_ANSWERS = {"indemnity": answer_indemnity, "quote": answer_quote, "obligations": answer_obligations}
_LONGEST = 1_000_000
EXAMPLES = {
    "indemnity": """{
  "currency": "EUR",
  "policy": {"insured_percentage": "85"},
  "limits": [{"date": "2026-01-01", "amount": "150000.00"}],
  "items": [
    {"id": "A", "invoiced": "2026-03-01", "due": "2026-03-31", "net": "60000.00"},
    {"id": "B", "invoiced": "2026-03-08", "due": "2026-04-07", "net": "55000.00"},
    {"id": "C", "invoiced": "2026-03-15", "due": "2026-04-14", "net": "50000.00"}
  ],
  "receipts": [{"date": "2026-05-02", "gross": "20000.00", "item": "C"}],
  "loss": {"date": "2026-12-01", "cause": "insolvency"},
  "recoveries": [{"date": "2027-03-01", "amount": "12000.00", "cost": "1500.00"}]
}""",
    "quote": """{
  "currency": "EUR",
  "pricing": {
    "base_rate_percent": "0.15", "turnover": "12000000.00",
    "factors": [
      {"name": "sector", "factor": "1.25"}, {"name": "country", "factor": "1.10"},
      {"name": "terms", "factor": "1.15"}, {"name": "experience", "factor": "0.95"},
      {"name": "deductible", "factor": "0.92"}
    ]
  },
  "declaration": {
    "rate_percent": "0.18", "estimate": "24000000.00", "turnover": "22500000.00", "liability_multiple": "25"
  }
}""",
    "obligations": """{
  "currency": "EUR",
  "policy": {"extension_days": 60, "notification_days": 30, "waiting_days": 180},
  "items": [{"id": "RE-1001", "invoiced": "2026-08-16", "due": "2026-09-15", "net": "9000.00"}]
}""",
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Compute what the text says; nothing is stored."""
    frame = frame_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", "indemnity")
    kind = kind if kind in KINDS else "indemnity"
    text = request.POST.get("text") or EXAMPLES[kind]
    answer: dict[str, Any] | None = None
    found: tuple[Any, ...] = ()
    try:
        answer = _worded(_ANSWERS[kind](_read(text)))
    except RefusedError as refused:
        found = refused.findings
    context = frame.context("insurance_calculators", kind=kind, kinds=KINDS, text=text, answer=answer, findings=found)
    return render(request, "web/insurance/calculators.html", context, status=422 if found else 200)


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
