"""Bank rules: the list, a rule made from a line with a preview of what it would have fitted, and its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.cash.bankrules.making import add_bank_rule, change_bank_rule, remove_bank_rule, switch_bank_rule
from fairdue.cash.bankrules.selectors import bank_rules, fitting
from fairdue.cash.services import run_matching
from fairdue.core.bankrules import NATURE_WORDS, Nature, RuleAction
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web import creditors
from fairdue.web.cash.rule_forms import RuleForm, customers, draft_of, line_of, of_line, of_rule, sent
from fairdue.web.cash.shown import HOW, today_of
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.bankrules.selectors import Fitting, RuleRow

_SHOWN = 50
_MOST_AT_ONCE = 500


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the rules in the order in which they are asked: those for customers, and those for other money."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = bank_rules(ctx, creditor=creditor_choice(request))
    who = actor_names(ctx, {row.made_by for row in found})
    clients = creditors.names(ctx)
    rows: list[dict[str, Any]] = [
        {
            "row": row, "who": who.get(row.made_by, row.made_by), "outcome": outcome(row), "why": conditions(row),
            "client": clients.get(row.creditor_id, ""),
        }
        for row in found
    ]  # fmt: skip
    aside = RuleAction.NOT_RECEIVABLE.value
    context = {
        "groups": [
            ("Payments of customers", [one for one in rows if one["row"].action != aside]),
            ("Money that no customer owes", [one for one in rows if one["row"].action == aside]),
        ],
        "any": bool(rows), "may": ctx.may(Permission.CASH_APPLY), "several": len(clients) > 1,
    }  # fmt: skip
    return render(request, "web/cash/rules.html", context)


def conditions(row: RuleRow) -> str:
    """Return in words by what a rule knows its payments."""
    said = [f"text contains \u201c{row.text}\u201d"] if row.text else []
    said += [f"payer contains \u201c{row.payer}\u201d"] if row.payer else []
    said += [f"account {row.masked}"] if row.masked else []
    said += [f"bank's code begins with {row.code}"] if row.code else []
    return " and ".join(said)


def outcome(row: RuleRow) -> str:
    """Return in words what becomes of its payments."""
    if row.action == RuleAction.NOT_RECEIVABLE:
        return f"not a receivable: {NATURE_WORDS[Nature(row.nature or Nature.OTHER)]}"
    return f"on account of {row.debtor_name}" if row.action == RuleAction.ON_ACCOUNT else f"money of {row.debtor_name}"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_APPLY)
def new(request: HttpRequest) -> HttpResponse:
    """Make a rule, from a line or from nothing."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    line = line_of(request, ctx)
    creditor = line.creditor_id if line else _creditor(request, ctx)
    if creditor is None:
        context = {"clients": creditors.names(ctx).items()}
        return render(request, "web/cash/rule_client.html", context)
    start = of_line(line, aside=request.GET.get("aside") == "1") if line else _EMPTY
    known = line.proposal.debtor_id if line and line.proposal else None
    choices = customers(request, ctx, creditor, known)
    form = RuleForm(sent(request, choices), initial=start, customers=choices)
    return _answer(request, ctx, creditor, form, None, line)


_EMPTY = {"priority": 100, "posts": True, "action": RuleAction.NOT_RECEIVABLE.value, "nature": Nature.OTHER.value}


def _creditor(request: HttpRequest, ctx: Any) -> UUID | None:
    """Return the client that the address names, that of the switch, else the only one."""
    known = [row.id for row in parties.creditors(ctx)]
    named = next((one for one in known if str(one) == request.GET.get("creditor")), None)
    return named or creditor_choice(request) or (known[0] if len(known) == 1 else None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_APPLY)
def edit(request: HttpRequest, rule: UUID) -> HttpResponse:
    """Change a rule."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = _row(ctx, rule)
    choices = customers(request, ctx, row.creditor_id, row.debtor_id)
    form = RuleForm(sent(request, choices), initial=of_rule(row), customers=choices)
    return _answer(request, ctx, row.creditor_id, form, row, None)


def _row(ctx: Any, rule: UUID) -> RuleRow:
    found = bank_rules(ctx, rule=rule)
    if not found:
        raise Http404
    return found[0]


def _answer(
    request: HttpRequest, ctx: Any, creditor: UUID, form: RuleForm, row: RuleRow | None, line: Any
) -> HttpResponse:
    """Find a customer, show the preview, or save and let the rule decide about what waits."""
    do, hits = request.POST.get("do", ""), None
    if request.method == "POST" and do != "find" and form.is_valid():
        draft, today = draft_of(form, line, row), today_of(request)
        with shown_on(form):
            hits = fitting(ctx, creditor=creditor, draft=draft, today=today, rule=row.id if row else None)
            if do == "save":
                key = request.POST.get("key") or None
                if row:
                    change_bank_rule(ctx, rule=row.id, draft=draft, today=today, key=key)
                else:
                    add_bank_rule(ctx, creditor=creditor, draft=draft, today=today, key=key)
                _decide(request, ctx, creditor, hits)
                return redirect("web:cash_rules")
    context = {
        "form": form, "rule": row, "line": line, "hits": hits, "lines": _lines(hits), "key": uuid4(),
        "masked": row.masked if row else line.payer_masked if line else "", "q": request.POST.get("q", ""),
        "asked": do == "find", "client": creditors.names(ctx).get(creditor, ""),
    }  # fmt: skip
    status = 422 if request.method == "POST" and do != "find" and form.errors else 200
    return render(request, "web/cash/rule.html", context, status=status)


def _lines(hits: Fitting | None) -> list[dict[str, Any]]:
    shown = hits.lines[:_SHOWN] if hits else ()
    return [{"line": one, "became": ("To review", "attention") if one.how is None else HOW[one.how]} for one in shown]


def _decide(request: HttpRequest, ctx: Any, creditor: UUID, hits: Fitting) -> None:
    """Match the lines that wait and that the rule fits anew."""
    waiting = [line.id for line in hits.lines if line.waits][:_MOST_AT_ONCE]
    if waiting:
        run_matching(ctx, creditor=creditor, lines=waiting, today=today_of(request))
    told = f" {len(waiting)} waiting {'line was' if len(waiting) == 1 else 'lines were'} matched anew with it."
    messages.success(request, f"The rule is kept.{told if waiting else ''}")


@require_POST
@needs(Permission.CASH_APPLY)
def move(request: HttpRequest, rule: UUID) -> HttpResponse:
    """Switch a rule on or off, or remove it."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, do = today_of(request), request.POST.get("do")
    try:
        if do == "remove":
            remove_bank_rule(ctx, rule=rule, today=today)
            messages.success(request, "The rule is removed. What it did stays.")
        elif do in {"on", "off"}:
            switch_bank_rule(ctx, rule=rule, active=do == "on", today=today)
            messages.success(request, f"The rule is {do}.")
        else:
            raise Http404
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:cash_rules")
