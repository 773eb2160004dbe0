"""How the documents of a client go out: channel, wishes by country, and to which addresses at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fairdue.core.invoice.delivery import Way
from fairdue.foundation import clock
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.reaching import ready
from fairdue.invoicing.services.dispatch import DELIVERIES, LEAST, Dispatch, dispatch_of, set_dispatch
from fairdue.parties import selectors as parties
from fairdue.web.choices import country_field
from fairdue.web.invoicing.delivering import CHANNELS
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from django.http import HttpRequest

_NEEDED = {Way.PEPPOL: "FAIRDUE_ACCESS_POINT_URL"}
_ALWAYS = {Way.EMAIL, Way.PORTAL, Way.PRINT}
POLICIES = (
    ("warn", "Warn before issuing"),
    ("block", "Block: no number is drawn"),
    ("ignore", "Do not look"),
)
LEAST_WORDS = {
    "unchecked": "Anything that did not come back",
    "well_formed": "Well formed",
    "matched": "A register says the same",
    "delivered": "Something arrived there",
    "confirmed": "A person confirmed it",
}
FREE_ROWS = 3


class DispatchForm(forms.Form):
    """How documents go out."""

    delivery = forms.ChoiceField(label="Issued documents go out", choices=tuple(DELIVERIES.items()))
    channel = forms.ChoiceField(
        label="Channel that this client prefers", required=False,
        choices=(("", "No preference"), *((str(way), name) for way, name in CHANNELS.items())),
    )  # fmt: skip
    large = forms.BooleanField(label="Duties that depend on size bind this client", required=False)
    policy = forms.ChoiceField(label="A doubtful address", choices=POLICIES)
    least = forms.ChoiceField(
        label="An address is good when it is at least", choices=[(c, LEAST_WORDS[c]) for c in LEAST]
    )

    def __init__(self, rows: int, *args: Any, **kwargs: Any) -> None:
        """Add pairs of country and channel: those that stand and some free ones."""
        super().__init__(*args, **kwargs)
        self.rows = rows
        for n in range(rows):
            self.fields[f"country-{n}"] = country_field(label=f"Country {n + 1}", required=False)
            self.fields[f"way-{n}"] = forms.ChoiceField(
                label=f"Channel {n + 1}", required=False,
                choices=(("", "None"), *((str(way), name) for way, name in CHANNELS.items())),
            )  # fmt: skip

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the wishes by country."""
        return [(self[f"country-{n}"], self[f"way-{n}"]) for n in range(self.rows)]

    @property
    def by_country_given(self) -> bool:
        """Tell whether any wish by country stands."""
        return self.rows > FREE_ROWS

    def by_country(self) -> dict[str, str]:
        """Return the wishes by country that are whole."""
        found = ((self.cleaned_data[f"country-{n}"], self.cleaned_data[f"way-{n}"]) for n in range(self.rows))
        return {country: way for country, way in found if country and way}


def _initial(now: Dispatch) -> dict[str, Any]:
    pairs = {f"country-{n}": country for n, country in enumerate(now.by_country)}
    pairs |= {f"way-{n}": way for n, way in enumerate(now.by_country.values())}
    given = {name: getattr(now, name) for name in ("delivery", "channel", "large", "policy", "least")}
    return given | pairs


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def show(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Show and set how the documents of a client go out."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise Http404("There is no such client.")
    now = dispatch_of(row.settings)
    form = DispatchForm(len(now.by_country) + FREE_ROWS, request.POST or None, initial=_initial(now))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("delivery", "channel", "large", "policy", "least")}
        with shown_on(form):
            wanted = Dispatch(**given, by_country=form.by_country())
            set_dispatch(ctx, creditor=creditor, dispatch=wanted, today=clock.today(request.seat.timezone))  # type: ignore[attr-defined]
        if not form.errors:
            messages.success(request, f"{row.name}: kept. It holds for what is issued from now on.")
            return redirect("web:settings_dispatch", creditor)
    here = ready()
    context = {
        "menu": menu(request), "row": row, "form": form,
        "channels": [
            (name, way in _ALWAYS or way in here, _NEEDED.get(Way(way), "FAIRDUE_HANDOVER"))
            for way, name in CHANNELS.items()
        ],
    }  # fmt: skip
    return render(request, "web/settings/dispatch.html", context, status=422 if form.errors else 200)
