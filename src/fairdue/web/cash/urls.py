"""Addresses of the cash screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from fairdue.cash import selectors
from fairdue.foundation.middleware import creditor_choice
from fairdue.web import navigation
from fairdue.web.cash import (
    accepting,
    choosing,
    debits,
    history,
    onaccount,
    ordering,
    quality,
    recalls,
    remittances,
    returned,
    rules,
    statements,
    workbench,
)

if TYPE_CHECKING:
    from django.http import HttpRequest

urlpatterns = [
    path("cash", workbench.index, name="cash"),
    path("cash/match", workbench.match, name="cash_match"),
    path("cash/accept", accepting.preview, name="cash_accept"),
    path("cash/accept/confirmed", accepting.confirmed, name="cash_accept_confirmed"),
    path("cash/lines/<uuid:line>", workbench.show, name="cash_line"),
    path("cash/lines/<uuid:line>/act", accepting.act, name="cash_act"),
    path("cash/lines/<uuid:line>/find", choosing.find, name="cash_find"),
    path("cash/lines/<uuid:line>/return", returned.settle, name="cash_return"),
    path("cash/debits", debits.index, name="cash_debits"),
    path("cash/debits/make", debits.make, name="cash_debits_make"),
    path("cash/debits/answers", debits.answers, name="cash_debit_answers"),
    path("cash/debits/<uuid:run>", debits.run, name="cash_debit_run"),
    path("cash/debits/<uuid:run>/file", debits.file, name="cash_debit_file"),
    path("cash/debits/<uuid:run>/cancel", debits.cancel, name="cash_debit_cancel"),
    path("cash/mandates", debits.mandates, name="cash_mandates"),
    path("cash/mandates/<uuid:mandate>", debits.move, name="cash_mandate"),
    path("cash/lines/<uuid:line>/recall", returned.recall, name="cash_recall"),
    path("cash/account", onaccount.index, name="cash_account"),
    path("cash/account/uses/<uuid:use>", onaccount.use, name="cash_use"),
    path("cash/account/<uuid:credit>/refund", onaccount.start, name="cash_refund_new"),
    path("cash/refunds", onaccount.refunds, name="cash_refunds"),
    path("cash/refunds/file", ordering.refund_file, name="cash_refund_file"),
    path("cash/refunds/answers", ordering.refund_answers, name="cash_refund_answers"),
    path("cash/refunds/<uuid:refund>", onaccount.refund, name="cash_refund"),
    path("cash/refunds/<uuid:refund>/file", ordering.order_file, name="cash_refund_order"),
    path("cash/recalls", recalls.index, name="cash_recalls"),
    path("cash/recalls/read", recalls.read, name="cash_recalls_read"),
    path("cash/recalls/<uuid:recall>", recalls.show, name="cash_recall_request"),
    path("cash/recalls/<uuid:recall>/refuse", recalls.refuse, name="cash_recall_refuse"),
    path("cash/recalls/<uuid:recall>/link", recalls.link, name="cash_recall_link"),
    path("cash/recalls/<uuid:recall>/answer", recalls.answer, name="cash_recall_answer"),
    path("cash/returns", returned.index, name="cash_returns"),
    path("cash/returns/<uuid:returned>/undo", returned.undo, name="cash_return_undo"),
    path("cash/remittances", remittances.index, name="cash_remittances"),
    path("cash/remittances/<uuid:remittance>", remittances.show, name="cash_remittance"),
    path("cash/quality", quality.index, name="cash_quality"),
    path("cash/quality/payments", quality.payments, name="cash_quality_payments"),
    path("cash/quality/switch", quality.switch, name="cash_quality_switch"),
    path("cash/rules", rules.index, name="cash_rules"),
    path("cash/rules/new", rules.new, name="cash_rule_new"),
    path("cash/rules/<uuid:rule>", rules.edit, name="cash_rule"),
    path("cash/rules/<uuid:rule>/move", rules.move, name="cash_rule_move"),
    path("cash/history", history.index, name="cash_history"),
    path("cash/history/undo", history.undo, name="cash_history_undo"),
    path("cash/history/<uuid:application>", history.show, name="cash_application"),
    path("cash/statements", statements.index, name="cash_import"),
    path("cash/statements/runs/<uuid:run>", statements.run, name="cash_statement_run"),
    path("cash/statements/<uuid:statement>", statements.show, name="cash_statement"),
]


def _waiting(request: HttpRequest) -> int:
    ctx = getattr(request, "ctx", None)
    return selectors.waiting_count(ctx, creditor=creditor_choice(request)) if ctx else 0


navigation.register_count("cash", _waiting)
