"""Addresses of the collections screens."""

from __future__ import annotations

from django.urls import path

from fairdue.web import navigation, palette
from fairdue.web.collections import (
    actions,
    acts,
    assigning,
    cadences,
    calculators,
    calling,
    desk,
    disputes,
    mass,
    notices,
    promises,
    undoing,
    wordings,
    worklist,
)

urlpatterns = [
    path("w", worklist.index, name="worklist"),
    path("w/snooze", mass.snooze, name="work_snooze_many"),
    path("w/assign", mass.assign, name="work_assign_many"),
    path("w/undo", undoing.undo, name="undo"),
    path("w/<uuid:debtor>", worklist.customer, name="work"),
    path("w/<uuid:debtor>/call", acts.call, name="work_call"),
    path("w/<uuid:debtor>/promise", acts.promise, name="work_promise"),
    path("w/<uuid:debtor>/plan", acts.plan, name="work_plan"),
    path("w/<uuid:debtor>/dispute", acts.dispute, name="work_dispute"),
    path("w/<uuid:debtor>/snooze", acts.snooze, name="work_snooze"),
    path("w/<uuid:debtor>/holds/<uuid:hold>/release", acts.release, name="work_release"),
    path("w/<uuid:debtor>/assign", mass.assign_one, name="work_assign"),
    path("w/<uuid:debtor>/note", acts.note, name="work_note"),
    path("w/<uuid:debtor>/write-off", acts.write_off, name="work_write_off"),
    path("w/<uuid:debtor>/message", acts.message, name="work_message"),
    path("w/<uuid:debtor>/calling", calling.show, name="work_calling"),
    path("w/<uuid:debtor>/calling/log", calling.log, name="work_calling_log"),
    path("w/<uuid:debtor>/calling/promise", calling.promise, name="work_calling_promise"),
    path("inbox", desk.inbox, name="inbox"),
    path("inbox/done", desk.done, name="inbox_done"),
    path("inbox/<uuid:fact>/undone", desk.undone, name="inbox_undone"),
    path("views", desk.save_view, name="view_save"),
    path("views/<uuid:view>/delete", desk.delete_view, name="view_delete"),
    path("customers/<uuid:debtor>/statement/send", notices.statement, name="statement_send"),
    path("w/tasks/<uuid:task>/done", acts.done, name="work_done"),
    path("disputes", disputes.index, name="disputes"),
    path("disputes/<uuid:dispute>", disputes.show, name="dispute"),
    path("disputes/<uuid:dispute>/act", disputes.act, name="dispute_act"),
    path("promises", promises.index, name="promises"),
    path("promises/<uuid:promise>/cancel", promises.cancel, name="promise_cancel"),
    path("cadences", cadences.index, name="cadences"),
    path("cadences/tonight", cadences.tonight, name="cadences_tonight"),
    path("cadences/save", cadences.save, name="cadence_save"),
    path("cadences/assign", assigning.assign, name="cadence_assign"),
    path("cadences/assignments/<uuid:assignment>/take-back", assigning.unassign, name="cadence_unassign"),
    path("wordings", wordings.index, name="wordings"),
    path("wordings/<slug:template>/<slug:language>", wordings.edit, name="wording"),
    path("wordings/<slug:template>/<slug:language>/preview", wordings.preview, name="wording_preview"),
    path("wordings/<slug:template>/<slug:language>/take-back", wordings.withdraw, name="wording_withdraw"),
    path("notices/<uuid:notice>", notices.show, name="notice"),
    path("notices/<uuid:notice>/book", notices.book, name="notice_book"),
    path("law", calculators.index, name="law"),
]

navigation.register_count("worklist", worklist.waiting)
navigation.register_count("disputes", disputes.waiting)
navigation.register_count("inbox", desk.waiting)
palette.register_source("On this customer", actions.here, order=1)
