"""The facts that collections records."""

from __future__ import annotations

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("cadence.saved", "Cadence {name} saved as version {number}", "collections"),
    FactType("cadence.assigned", "Cadence {name} assigned", "collections"),
    FactType("cadence.unassigned", "Cadence assignment taken back", "collections"),
    FactType("wording.saved", "Wording {template} ({language}) saved", "collections"),
    FactType("wording.withdrawn", "Own wording {template} ({language}) taken back", "collections"),
    FactType("cadence_run.queued", "Cadence run asked for", "collections"),
    FactType("cadence_run.done", "Cadence run: {messages} messages, {calls} calls", "collections"),
    FactType("notice.planned", "{template} over {amount} planned, level {level}", "collections"),
    FactType("notice.without_interest", "{number} is demanded without interest: {reason}", "collections"),
    FactType("notice.cancelled", "{template} not sent: {reason}", "collections"),
    FactType("notice.sent", "{template} sent to {recipient}", "collections"),
    FactType("statement.queued", "Statement of account over {amount} to {recipient}", "collections"),
    FactType("task.opened", "Task: {reason}", "collections"),
    FactType("task.done", "Task done: {outcome}", "collections"),
    FactType("task.reopened", "Task open again: {reason}", "collections"),
    FactType("task.postponed", "{count} moved to {until_on}", "collections"),
    FactType("work.assigned", "{reason}: given to {to}", "collections"),
    FactType("call.logged", "Call: {outcome}", "collections"),
    FactType("call.withdrawn", "Call taken back, logged by mistake: {outcome}", "collections"),
    FactType("note.written", "Note", "collections"),
    FactType("promise.made", "{amount} promised by {promised_on}", "collections"),
    FactType("promise.kept", "Promise of {amount} kept", "collections"),
    FactType("promise.partly_kept", "Promise of {amount} partly kept, {missing} missing", "collections"),
    FactType("promise.broken", "Promise of {amount} broken", "collections"),
    FactType("promise.cancelled", "Promise of {amount} taken back", "collections"),
    FactType("promise.reopened", "Promise of {amount} no longer kept: {missing} was taken back", "collections"),
    FactType("plan.agreed", "Payment plan of {amount} in {count} instalments agreed", "collections"),
    FactType("plan.broken", "Payment plan of {amount} broken", "collections"),
    FactType("plan.completed", "Payment plan of {amount} completed", "collections"),
    FactType("dispute.opened", "Dispute over {amount}: {reason}", "disputes"),
    FactType("dispute.moved", "Dispute now with {clock}, owner {owner}", "disputes"),
    FactType("dispute.resolved", "Dispute over {amount} resolved: {outcome}", "disputes"),
    FactType("claim.booked", "Late interest and compensation of {amount} booked", "collections"),
)
