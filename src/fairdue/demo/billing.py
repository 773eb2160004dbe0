"""The billing desk of the demo: drafts that lack something, plans that repeat, letters, answers, prepayments."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.delivery import Way
from fairdue.demo.stories import Customer, Teller
from fairdue.invoicing.services import (
    OrderDraft,
    OrderLineDraft,
    PlanDraft,
    accept_orders,
    draft_final,
    draft_prepayment,
    issue_invoices,
    note_event,
    set_plan_state,
    start_plan,
    write_draft,
)
from fairdue.invoicing.services.dispatch import Dispatch, set_dispatch
from fairdue.parties import selectors as parties
from fairdue.parties.services import change_creditor, set_delivery_wish

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.demo.loaded import Loaded

PREPAID = {"paid": "PO-7801", "open": "PO-7802"}
"""Orders with a prepayment invoice: one that was paid and is deducted, one that waits for its money."""


def line(name: str, price: str, quantity: str = "1", **more: str) -> dict[str, str]:
    """Return a domestic line of a German client in the JSON form of a draft."""
    return {"id": "1", "name": name, "quantity": quantity, "unit": "C62", "price": price, "nature": "services"} | more


class Billing:
    """What an invoicing clerk finds: each screen of hers with something on it."""

    def __init__(self, loaded: Loaded) -> None:
        self.teller = Teller(loaded)
        self.teller.serial = 700
        self.ctx, self.creditors, self.today = loaded.ctx, loaded.creditors, loaded.plan.today

    def keep(self) -> None:
        """Do all of it; call inside a transaction."""
        self._looks()
        self._lacking()
        self._repeated()
        self._posted()
        self._answered()
        self._prepaid()

    def _customer(self, code: str, name: str, **fields: str) -> Customer:
        home = {"NORD": ("EUR", "DE", "Industrieweg 7", "21079", "Hamburg", "de"),
                "HART": ("GBP", "GB", "12 Mill Lane", "LS1 4AP", "Leeds", "en")}[code]  # fmt: skip
        currency, country, street, postcode, city, language = home
        place = {"country": country, "street": street, "postcode": postcode, "city": city, "language": language}
        return self.teller.customer(code, name, currency, **{**place, **fields})

    def _draft(self, who: Customer, lines: list[dict[str, str]], **content: Any) -> UUID:
        numbered = [{**one, "id": str(place)} for place, one in enumerate(lines, 1)]
        day = {"delivery": {"day": (self.today - timedelta(days=1)).isoformat()}}
        return write_draft(
            self.ctx, creditor=who.creditor, debtor=who.debtor, content={"lines": numbered, **day, **content},
            currency=who.currency, today=self.today,
        )  # fmt: skip

    def _looks(self) -> None:
        """Give a client its colour."""
        row = parties.creditor(self.ctx, self.creditors["HART"])
        settings = {**(row.settings if row else {}), "colour": "#2f5d50"}
        change_creditor(self.ctx, creditor=self.creditors["HART"], changes={"settings": settings}, today=self.today)

    def _lacking(self) -> None:
        """Leave drafts that cannot be issued yet: a VAT number that is missing, a day and a price that are."""
        abroad = self._customer(
            "NORD", "Officina Ferri S.r.l.", country="IT", street="Via Emilia 22", postcode="40121", city="Bologna",
            language="en", email="amministrazione@officina-ferri.example",
        )  # fmt: skip
        self._draft(abroad, [line("Milling head FK 40", "1840.00", "2", nature="goods", category="K", rate="0")])
        late = self._customer("NORD", "Werkstatt Ahrens OHG", email="buero@werkstatt-ahrens.example")
        self._draft(late, [line("Service on site", "95.00", "6"), line("", "40.00")], delivery={})

    def _repeated(self) -> None:
        """Let a maintenance contract run each month and another one pause."""
        for name, price, state in (
            ("Maintenance {period}", "480.00", ""),
            ("Rent of a lathe {period}", "1250.00", "paused"),
        ):
            who = self._customer(
                "NORD", f"{name.split(maxsplit=1)[0]} Kunde Petersen GmbH", email="rechnung@petersen.example"
            )
            plan = PlanDraft(
                who.creditor, who.debtor, name.partition(" {")[0], {"lines": [line(name, price)]},
                "EUR", "month", (self.today + timedelta(days=9)).replace(day=1),
            )  # fmt: skip
            made = start_plan(self.ctx, plan=plan, today=self.today)
            if state:
                set_plan_state(
                    self.ctx, plan=made, state=state, reason="The machine is being repaired", today=self.today
                )

    def _posted(self) -> None:
        """Issue invoices to customers who want letters, and one to a customer of whom no e-mail is known."""
        set_dispatch(self.ctx, creditor=self.creditors["HART"], dispatch=Dispatch(delivery="auto"), today=self.today)
        drafts = []
        for name in ("Ashworth & Sons", "Bramley Parish Hall"):
            who = self._customer("HART", name)
            set_delivery_wish(self.ctx, debtor=who.debtor, channel=Way.PRINT.value, today=self.today)
            drafts.append(self._draft(who, [line("Oak worktop", "310.00", nature="goods", category="S", rate="20")]))
        unknown = self._customer("NORD", "Tischlerei Vogt")
        drafts.append(self._draft(unknown, [line("Drill set HSS", "129.00", nature="goods")]))
        issue_invoices(self.ctx, drafts=drafts, today=self.today)

    def _answered(self) -> None:
        """Let customers answer: one refuses and says why, one approves."""
        for name, code, reason in (
            ("Kontor Lindemann GmbH", "refused", "The order number 4711 is missing on the invoice."),
            ("Stahlbau Reuter AG", "approved", ""),
        ):
            who = self._customer("NORD", name, email=f"eingang@{name.split()[1].lower()}.example")
            draft = self._draft(who, [line("Clamping chuck", "268.00", "3", nature="goods")])
            [invoice] = issue_invoices(self.ctx, drafts=[draft], today=self.today)
            note_event(
                self.ctx, invoice=invoice, code=code, source="portal", reference=f"demo:{code}", reason=reason,
                happened_on=self.today, today=self.today,
            )  # fmt: skip

    def _prepaid(self) -> None:
        """Ask for a share of two orders; the one that is paid has its final invoice drafted."""
        for state, number in PREPAID.items():
            who = self._customer("NORD", f"Maschinenbau {'Thoma' if state == 'paid' else 'Wessel'} GmbH",
                                 email="einkauf@maschinenbau.example")  # fmt: skip
            lines = tuple(
                OrderLineDraft(name, Decimal(count), Decimal(price), Decimal(19), delivered_on=self.today)
                for name, count, price in (("Machining centre, used", 1, 18_400), ("Commissioning", 8, 115))
            )
            order = OrderDraft(who.creditor, who.debtor, number, self.today - timedelta(days=20), "EUR", lines)
            [accepted] = accept_orders(self.ctx, orders=[order], today=self.teller.ago(20))
            draft = draft_prepayment(self.ctx, order=accepted, percent="30", today=self.teller.ago(15))
            [invoice] = issue_invoices(self.ctx, drafts=[draft], today=self.teller.ago(15))
            if state == "paid":
                self.teller.pays(who, invoice, 689_724, 3)
                draft_final(self.ctx, order=accepted, today=self.today)


def keep_billing(loaded: Loaded) -> None:
    """Keep the billing desk in one transaction."""
    billing = Billing(loaded)
    with loaded.ctx.open():
        billing.keep()
