"""The form of a bank rule, and what it says as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms

from fairdue.cash import selectors
from fairdue.cash.bankrules.making import RuleDraft
from fairdue.core.bankrules import NATURE_WORDS, Nature, RuleAction
from fairdue.core.money import CURRENCIES, decimal_of
from fairdue.parties import selectors as parties
from fairdue.web.cash.shown import minor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

    from fairdue.cash.bankrules.selectors import RuleRow
    from fairdue.cash.selectors import LineView

ACTIONS = (
    (RuleAction.PAYER.value, "are money of this customer: find the items"),
    (RuleAction.ON_ACCOUNT.value, "go on account of this customer"),
    (RuleAction.NOT_RECEIVABLE.value, "are no receivable"),
)
_MOST_CUSTOMERS = 20


class RuleForm(forms.Form):
    """A rule as a person writes it."""

    name = forms.CharField(label="Name of the rule", max_length=100)
    text = forms.CharField(label="Text contains", max_length=140, required=False)
    payer = forms.CharField(label="Payer's name contains", max_length=140, required=False)
    account = forms.CharField(label="Counterparty account (IBAN)", max_length=40, required=False)
    this_account = forms.BooleanField(required=False)
    code = forms.CharField(label="Bank's code begins with", max_length=40, required=False)
    least = forms.CharField(label="Amount from", max_length=20, required=False)
    most = forms.CharField(label="Amount to", max_length=20, required=False)
    currency = forms.CharField(label="Currency", max_length=3, required=False)
    action = forms.ChoiceField(label="Payments like this", choices=ACTIONS)
    nature = forms.ChoiceField(
        label="What the money is", choices=[(one.value, words) for one, words in NATURE_WORDS.items()], required=False
    )
    debtor = forms.ChoiceField(label="Customer", required=False)
    priority = forms.IntegerField(label="Asked in this order (lowest first)", min_value=1, max_value=9999)
    posts = forms.BooleanField(required=False, label="Post by itself")

    def __init__(self, *args: Any, customers: list[tuple[str, str]], **given: Any) -> None:
        """Take the customers that may be chosen as (id, name)."""
        super().__init__(*args, **given)
        chosen: Any = self.fields["debtor"]
        chosen.choices = [("", "nobody"), *customers]
        self.offered = len(customers)

    def clean(self) -> dict[str, Any]:
        """Read the amounts and the currency; what cannot be read is said at its field."""
        said = super().clean() or {}
        currency = (said.get("currency") or "").strip().upper()
        said["currency"] = currency
        if currency and currency not in CURRENCIES:
            self.add_error("currency", "This is no currency; write it as EUR.")
            return said
        for name in ("least", "most"):
            written = said.get(name) or ""
            said[name] = minor_of(written, currency) if written and currency else None
            if written and said[name] is None:
                self.add_error(name, "Write the amount as 1500.00, and give the currency.")
        return said


def draft_of(form: RuleForm, line: LineView | None, rule: RuleRow | None) -> RuleDraft:
    """Return the draft of a valid form."""
    said = form.cleaned_data
    here = said["this_account"]
    return RuleDraft(
        name=said["name"], action=RuleAction(said["action"]), text=said["text"], payer=said["payer"],
        account=said["account"], account_of=line.id if line and here and not rule else None,
        keep_account=bool(rule and here), code=said["code"], least=said["least"], most=said["most"],
        currency=said["currency"], nature=Nature(said["nature"] or Nature.OTHER),
        debtor=UUID(said["debtor"]) if said["debtor"] else None, priority=said["priority"], posts=said["posts"],
    )  # fmt: skip


def of_line(line: LineView, *, aside: bool) -> dict[str, Any]:
    """Return what the form proposes for a line: its text, its account, and whose money it seems to be."""
    words = " ".join(line.remittance.split())[:140]
    known = line.proposal.debtor_id if line.proposal else None
    action = RuleAction.NOT_RECEIVABLE if aside or known is None else RuleAction.PAYER
    return {
        "name": line.payer_name[:100] or words[:60], "text": "" if line.payer_masked else words,
        "payer": "" if line.payer_masked else line.payer_name, "this_account": bool(line.payer_masked),
        "action": action.value, "nature": Nature.OTHER.value, "debtor": str(known or ""), "priority": 100,
        "posts": True,
    }  # fmt: skip


def of_rule(row: RuleRow) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    return {
        "name": row.name, "text": row.text, "payer": row.payer, "this_account": bool(row.masked), "code": row.code,
        "least": _shown(row.least, row.currency), "most": _shown(row.most, row.currency), "currency": row.currency,
        "action": row.action, "nature": row.nature or Nature.OTHER.value, "debtor": str(row.debtor_id or ""),
        "priority": row.priority, "posts": row.posts,
    }  # fmt: skip


def _shown(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(decimal_of(minor, currency))


def customers(request: HttpRequest, ctx: Any, creditor: UUID, *known: UUID | None) -> list[tuple[str, str]]:
    """Return the customers that may be chosen: those that are known, the one that was sent, those that were found."""
    sent = request.POST.get("debtor", "")
    ids = [one for one in known if one is not None]
    try:
        ids += [UUID(sent)] if sent else []
    except ValueError:
        ids += []
    rows = [row for row in parties.debtors(ctx, ids).values() if row.creditor_id == creditor]
    q = request.POST.get("q", "").replace("\0", "").strip()[:100]
    found = parties.search(ctx, q, creditor_id=creditor, limit=_MOST_CUSTOMERS) if q else []
    return list({str(row.id): f"{row.name} ({row.external_id})" for row in (*rows, *found)}.items())


def sent(request: HttpRequest, choices: list[tuple[str, str]]) -> QueryDict | None:
    """Return what was sent; a search for a customer that finds just one has chosen it."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if data.get("do") == "find" and len(choices) == 1 and not data.get("debtor"):
        data["debtor"] = choices[0][0]
    return data


def line_of(request: HttpRequest, ctx: Any) -> LineView | None:
    """Return the line that the rule is made from, if the request names one."""
    try:
        return selectors.line(ctx, UUID(request.GET.get("line", "")))
    except ValueError:
        return None
