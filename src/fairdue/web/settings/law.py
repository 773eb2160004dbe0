"""Law and documents of a client: what its country asks, what is lacking, and how its documents look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.core.vat.supply import BuyerKind, Scheme
from fairdue.foundation import clock
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import services
from fairdue.invoicing.documents.sheet import DEFAULT_ACCENT, HEX
from fairdue.invoicing.formats.registry import FORMATS
from fairdue.invoicing.services.dispatch import DELIVERIES
from fairdue.invoicing.services.recorded import rows_of, text_of
from fairdue.invoicing.services.standing import LONGEST, PARTICULARS, WINDOWS, Standing
from fairdue.invoicing.standing import Position, example_page, position
from fairdue.web.choices import DOCUMENTS, languages
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest

SCHEMES = (
    (Scheme.NORMAL, "Normal"),
    (Scheme.OSS, "One-stop shop for consumers of the Union (OSS)"),
    (Scheme.SMALL_BUSINESS, "Small business: no VAT charged"),
    (Scheme.MARGIN_TRAVEL, "Margin: travel agents"),
    (Scheme.MARGIN_SECOND_HAND, "Margin: second-hand goods"),
    (Scheme.MARGIN_ART, "Margin: works of art"),
    (Scheme.MARGIN_ANTIQUES, "Margin: collectors' items and antiques"),
)
OTHER_PICTURES = {b"\x89PNG": "PNG", b"\xff\xd8": "JPEG", b"GIF8": "GIF", b"RIFF": "WebP", b"%PDF": "PDF"}
"""How files of pictures begin that are no SVG."""
RECORDED = ("sales_tax_rates", "atcud")
"""What the operator records himself, one row a line."""
RATED = frozenset({"CA", "US"})
KINDS = {BuyerKind.B2B: "business", BuyerKind.B2G: "public body", BuyerKind.B2C: "consumer"}


class Drawing(forms.FileField):
    """An SVG file; a picture of another kind is told by its name, not by what XML misses in it."""

    widget = forms.FileInput({"accept": ".svg,image/svg+xml"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file, or say what kind of picture it is instead."""
        file = super().clean(data, initial)
        if file:
            start = file.read(16)
            file.seek(0)
            kind = next((name for mark, name in OTHER_PICTURES.items() if start.startswith(mark)), "")
            if kind:
                raise forms.ValidationError(f"This is a {kind} file, and documents print drawings: save it as SVG.")
        return file


class LawForm(forms.Form):
    """What the documents of a client follow."""

    scheme = forms.ChoiceField(label="VAT scheme", choices=[(code.value, word) for code, word in SCHEMES])
    delivery = forms.ChoiceField(label="Issued invoices go out", choices=tuple(DELIVERIES.items()))
    peppol = forms.CharField(
        label="Peppol participant", max_length=80, required=False, help_text="Such as 0088:4035811991021."
    )
    formats = forms.MultipleChoiceField(
        label="Formats of each invoice", widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(one.code, one.name) for one in FORMATS.values()],
    )  # fmt: skip
    accent = forms.CharField(label="Colour", max_length=7, required=False, widget=forms.TextInput({"type": "color"}))
    form = forms.ChoiceField(label="Window of the envelope (DIN 5008)", choices=tuple(WINDOWS.items()))
    logo = Drawing(label="Logo", required=False, help_text="SVG, at most 512 KB. It only draws: no scripts.")
    letterhead = Drawing(label="Letterhead", required=False, help_text="A whole page as SVG, behind page one.")
    sales_tax_rates = forms.CharField(
        label="Rates of sales tax", required=False, max_length=40_000, widget=forms.Textarea({"rows": 6}),
        help_text="One a line: a state, a province or the start of a ZIP code, and the percentage. 0 where none is "
        "collected. What is not here is not decided.",
    )  # fmt: skip
    atcud = forms.CharField(
        label="Validation codes of series (ATCUD)", required=False, max_length=4000,
        widget=forms.Textarea({"rows": 4}), help_text="One a line: type of document and year, and the code: 380/2026 "
        "JFSB4Q9G.",
    )  # fmt: skip
    no_logo = forms.BooleanField(label="Take the logo away", required=False)
    no_letterhead = forms.BooleanField(label="Take the letterhead away", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add one field for each particular that some country asks for."""
        super().__init__(*args, **kwargs)
        for name, label in PARTICULARS.items():
            self.fields[name] = forms.CharField(label=label, max_length=LONGEST, required=False)

    @property
    def particulars(self) -> list[forms.BoundField]:
        """The fields of the particulars."""
        return [self[name] for name in PARTICULARS]


def _picture(form: LawForm, name: str) -> str | None:
    """Return the text of an uploaded picture; empty takes it away, none leaves it."""
    given = form.cleaned_data[name]
    if given is None:
        return "" if form.cleaned_data[f"no_{name}"] else None
    return str(given.read().decode("utf-8", "replace"))


def _standing(form: LawForm) -> Standing:
    given = form.cleaned_data
    return Standing(
        given["scheme"], tuple(given["formats"]), given["delivery"], given["peppol"].strip(), given["accent"],
        given["form"], _picture(form, "logo"), _picture(form, "letterhead"),
        {name: given[name] for name in PARTICULARS},
        *(rows_of(given[name]) if name in form.data else None for name in RECORDED),
    )  # fmt: skip


def _initial(found: Position, legal: dict[str, Any]) -> dict[str, Any]:
    seller = found.seller
    return {
        "scheme": seller.scheme.value, "delivery": seller.settings.get("delivery", "email"),
        "peppol": seller.settings.get("peppol_id", ""), "formats": list(seller.formats),
        "accent": seller.look.accent or DEFAULT_ACCENT, "form": seller.look.form,
        **{name: str(legal.get(name) or "") for name in PARTICULARS},
        **{name: text_of(seller.settings.get(name) or {}) for name in RECORDED},
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def show(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Show what the law asks of a client with its articles, and set what its documents follow."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = _position(request, creditor)
    form = LawForm(request.POST or None, request.FILES or None, initial=_initial(found, found.legal))
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            services.set_standing(ctx, creditor=creditor, standing=_standing(form), today=_today(request))
        if not form.errors:
            messages.success(request, f"{found.seller.party.name}: kept. It holds for what is issued from now on.")
            return redirect("web:settings_law", creditor)
    tried = _tried(request)
    context = {
        "menu": menu(request), "form": form, "found": found, "creditor": creditor, "kinds": KINDS,
        "languages": languages()[0][1], "language": tried["language"],
        "page_url": f"{reverse('web:settings_law_page', args=[creditor])}?{urlencode(tried)}",
        "rated": found.seller.party.address.country in RATED, "coded": found.seller.party.address.country == "PT",
        "has": {name: bool(found.seller.settings.get(f"{name}_svg")) for name in ("logo", "letterhead")},
    }  # fmt: skip
    if request.headers.get("HX-Target") == "example":
        return render(request, "web/settings/law_example.html", context)
    return render(request, "web/settings/law.html", context, status=422 if form.errors else 200)


def _tried(request: HttpRequest) -> dict[str, str]:
    """Return language, colour and window that somebody tries; what is unknown falls away."""
    language = request.GET.get("language", "")
    accent, form = request.GET.get("accent", ""), request.GET.get("form", "")
    return {
        "language": language if language in DOCUMENTS else "en",
        **({"accent": accent} if HEX.match(accent) else {}),
        **({"form": form} if form in WINDOWS else {}),
    }


@require_safe
@needs(Permission.SETTINGS_EDIT)
def page(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Return an example invoice of a client in one language as a picture."""
    _position(request, creditor)
    drawn = example_page(request.ctx, creditor, _today(request), **_tried(request))  # type: ignore[attr-defined]
    if drawn is None:
        raise Http404("An example cannot be set for this client.")
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    return response


def _position(request: HttpRequest, creditor: UUID) -> Position:
    found = position(request.ctx, creditor, _today(request))  # type: ignore[attr-defined]
    if found is None:
        raise Http404("There is no such client.")
    return found


def _today(request: HttpRequest) -> date:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]
