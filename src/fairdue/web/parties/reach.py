"""What is done about how a customer is reached: look anew, say what was found out, keep its wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fairdue.foundation.permissions import Permission
from fairdue.parties import look_queue, services
from fairdue.web.parties.looking import Seen, seen
from fairdue.web.parties.master import act_on, master_url
from fairdue.web.parties.reached import ConfirmForm, WishForm
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def check(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Look at the address, e-mail and numbers in every layer that can be asked."""
    look = seen(request, debtor)
    later = look_queue.asks_somebody()
    look_queue.queue_look(look.ctx, debtor=debtor, today=look.today)
    sentence = "Registers and mail servers are being asked; reload in a moment." if later else "Looked; see below."
    messages.success(request, sentence)
    return redirect(f"{master_url(debtor)}#evidence")


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def confirm(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Record what a person found out about the address or the e-mail."""

    def act(look: Seen, values: dict[str, Any]) -> None:
        services.confirm_value(
            look.ctx, debtor=debtor, what=values["what"], source=values["source"], right=values["right"] == "yes",
            today=look.today,
        )  # fmt: skip

    return act_on(request, debtor, "confirm", ConfirmForm(request.POST, auto_id="confirm_%s"), act)


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def wish(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Keep by which channel the customer wants its invoices."""
    return act_on(
        request, debtor, "wish", WishForm(request.POST, auto_id="wish_%s"),
        lambda look, values: services.set_delivery_wish(
            look.ctx, debtor=debtor, channel=values["channel"], today=look.today
        ),
    )  # fmt: skip
