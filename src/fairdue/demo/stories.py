"""The customers of whom the demo tells: a broken promise, a dispute, a loss, a plan, a kept word, a head office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.selectors import work_lines
from fairdue.collections.services import agree_plan, log_call, open_dispute, settle_promises, take_promise
from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.obligations import Duty
from fairdue.core.insurance.policy import Policy
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.core.ledger import AccountRole
from fairdue.demo.loaded import Loaded
from fairdue.insurance.services import (
    LimitDraft,
    PolicyDraft,
    decide_limits,
    declare_turnover,
    keep_duty,
    run,
    take_out_policy,
)
from fairdue.parties.services import DebtorDraft, change_debtor, create_debtors
from fairdue.receivables.services import (
    Applied,
    CreditDraft,
    HoldDraft,
    OpenItemDraft,
    allocate,
    open_items,
    place_holds,
    record_credits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody of whom a story is told."""

    creditor: UUID
    debtor: UUID
    currency: str
    code: str


class Teller:
    """Tells the stories of one loaded demo."""

    def __init__(self, loaded: Loaded) -> None:
        self.ctx, self.today = loaded.ctx, loaded.plan.today
        self.loaded = loaded
        self.serial = 0
        self.parts: list[tuple[int, Callable[[], object]]] = []

    def at(self, days: int, part: Callable[[], object]) -> None:
        """Keep a part of a story for its day, so many days before the demo's."""
        self.parts.append((days, part))

    def until(self, days: int) -> None:
        """Tell the parts up to a day, so many days before the demo's, each in its own transaction."""
        told = [one for one in self.parts if one[0] >= days]
        self.parts = [one for one in self.parts if one[0] < days]
        for _, part in sorted(told, key=lambda one: -one[0]):
            with self.ctx.open():
                part()

    def ago(self, days: int) -> date:
        """Return the day so many days before the demo's."""
        return self.today - timedelta(days=days)

    def customer(self, code: str, name: str, currency: str, **fields: str) -> Customer:
        """Create a customer of a creditor."""
        self.serial += 1
        creditor = self.loaded.creditors[code]
        draft = DebtorDraft(creditor, f"{code}-9{self.serial:03d}", name, currency=currency, source="demo", **fields)  # type: ignore[arg-type]
        create_debtors(self.ctx, debtors=[draft], today=self.ago(200))
        return Customer(creditor, draft.id, currency, code)

    def invoice(self, who: Customer, gross: int, *, issued: int, due: int, tax_percent: int = 0) -> UUID:
        """Open an invoice issued and due so many days ago."""
        self.serial += 1
        tax = gross * tax_percent // (100 + tax_percent)
        contra = ((AccountRole.REVENUE, gross - tax), (AccountRole.TAX, tax))
        draft = OpenItemDraft(
            who.creditor, who.debtor, "invoice", f"{who.code}-{self.ago(issued).year}-8{self.serial:04d}", who.currency,
            gross, gross - tax, self.ago(issued), self.ago(due), tuple(part for part in contra if part[1]),
            delivered_on=self.ago(issued),
        )  # fmt: skip
        return open_items(self.ctx, items=[draft], today=self.ago(issued))[0]

    def pays(self, who: Customer, item: UUID, amount: int, days_ago: int) -> None:
        """Record and allocate a payment."""
        self.serial += 1
        day = self.ago(days_ago)
        credit = CreditDraft(
            who.creditor, who.debtor, "payment", f"B-STORY-{self.serial}", who.currency, amount, day,
            ((AccountRole.BANK, amount),),
        )  # fmt: skip
        record_credits(self.ctx, credits_=[credit], today=day)
        allocate(self.ctx, lines=[Applied(item, amount, credit.id)], effective_on=day, today=day)

    def broken_promise(self) -> None:
        """Havelland promised on the phone and did not pay."""
        who = self.customer(
            "NORD", "Havelland Getränke GmbH", "EUR", country="DE", street="Uferweg 3", postcode="14770",
            city="Brandenburg an der Havel", language="de", email="buchhaltung@havelland-getraenke.example",
            phone="+493381123456",
        )  # fmt: skip
        late = self.invoice(who, 1_284_000, issued=68, due=38, tax_percent=19)
        self.invoice(who, 642_000, issued=29, due=-1, tax_percent=19)

        def promised() -> None:
            waiting = work_lines(self.ctx, today=self.ago(12), debtor=who.debtor)
            log_call(
                self.ctx, debtor=who.debtor, outcome="promise", spoke_with="Frau Kern", today=self.ago(12),
                task=next((row.id for row in waiting if row.kind == "call"), None),
                note="Waits for money from the brewery, pays all on the promised day.",
            )  # fmt: skip
            take_promise(
                self.ctx, items=[late], amount=1_284_000, promised_on=self.ago(7), today=self.ago(12),
                contact="Frau Kern",
            )  # fmt: skip

        self.at(12, promised)
        self.at(1, lambda: settle_promises(self.ctx, today=self.ago(1), debtors=[who.debtor]))

    def kept_promise(self) -> None:
        """Möbelhaus Lindau said it would pay, and did."""
        who = self.customer(
            "NORD", "Möbelhaus Lindau KG", "EUR", country="DE", street="Seestraße 9", postcode="88131", city="Lindau",
            language="de", email="rechnung@moebelhaus-lindau.example",
        )  # fmt: skip
        item = self.invoice(who, 420_000, issued=75, due=45, tax_percent=19)
        word = {"items": [item], "amount": 420_000, "promised_on": self.ago(12)}
        self.at(20, lambda: take_promise(self.ctx, **word, today=self.ago(20)))  # type: ignore[arg-type]
        self.at(13, lambda: self.pays(who, item, 420_000, 13))
        self.at(10, lambda: settle_promises(self.ctx, today=self.ago(10), debtors=[who.debtor]))

    def part_dispute(self) -> None:
        """Let the brasserie contest the broken lamps, not the others."""
        who = self.customer(
            "ATLF", "Brasserie du Canal SARL", "EUR", country="FR", street="21 quai de Valmy", postcode="75010",
            city="Paris", language="fr", email="compta@brasserie-du-canal.example",
        )  # fmt: skip
        item = self.invoice(who, 221_590, issued=78, due=48, tax_percent=20)
        self.at(6, lambda: open_dispute(
            self.ctx, item=item, reason="quality", amount=60_000, today=self.ago(6),
            note="Two of the Loire pendants arrived cracked; photographs by mail.",
        ))  # fmt: skip

    def plan(self) -> None:
        """Let the printer pay in four instalments."""
        who = self.customer(
            "ATLF", "Imprimerie Lefèvre & Fils SARL", "EUR", country="FR", street="4 rue Gutenberg", postcode="69007",
            city="Lyon", language="fr", email="direction@imprimerie-lefevre.example",
        )  # fmt: skip
        item = self.invoice(who, 480_000, issued=110, due=80, tax_percent=20)
        self.at(14, lambda: agree_plan(
            self.ctx, items=[item], count=4, first_on=self.ago(2), frequency="monthly", today=self.ago(14),
            note="Agreed with M. Lefèvre after the loss of a customer.",
        ))  # fmt: skip
        self.at(2, lambda: self.pays(who, item, 120_000, 2))

    def slow_and_large(self) -> None:
        """Oakfield is six weeks late; the formal notice with statutory interest is near."""
        who = self.customer(
            "HART", "Oakfield & Daughters Ltd", "GBP", country="GB", street="3 Mill Lane", postcode="LS1 1BA",
            city="Leeds", language="en", email="payables@oakfield.example",
        )  # fmt: skip
        self.invoice(who, 932_000, issued=73, due=43, tax_percent=20)
        self.invoice(who, 88_020, issued=47, due=17, tax_percent=20)

    def insured_loss(self) -> None:
        """Ravenstein became insolvent; its insured invoices are claimed and indemnified."""
        who = self.customer(
            "NORD", "Ravenstein Messebau AG", "EUR", country="DE", street="Messeplatz 1", postcode="40474",
            city="Düsseldorf", language="de", email="kreditoren@ravenstein-messebau.example", sector="trade fairs",
        )  # fmt: skip
        policy = self._policy()
        decide_limits(
            self.ctx, policy=policy, today=self.ago(300),
            limits=[LimitDraft(who.debtor, self.ago(300), LimitChange.GRANTED, 15_000_000)],
        )  # fmt: skip
        items = [
            self.invoice(who, gross, issued=issued, due=issued - 30, tax_percent=19)
            for gross, issued in ((4_150_000, 150), (3_400_000, 132), (2_300_000, 118))
        ]
        keep_duty(self.ctx, policy=policy, items=items, duty=Duty.NOTIFY, done_on=self.ago(40), today=self.ago(40))
        hold = HoldDraft(
            who.creditor, who.debtor, "insolvency", self.ago(25), note="Amtsgericht Düsseldorf, 502 IN 118/26"
        )
        place_holds(self.ctx, holds=[hold], today=self.ago(25))

    def _policy(self) -> UUID:
        year = self.today.year
        terms = Policy(
            "EUR", date(year - 1, 1, 1), date(year + 1, 12, 31), "TC-4711-26", insured_percentage=Decimal(90),
            threshold=50_000, discretionary_limit=1_500_000, maximum_credit_days=90,
        )  # fmt: skip
        premium = PremiumTerms(Decimal("0.18"), 400_000_000, tax_percent=Decimal(19))
        nord = self.loaded.creditors["NORD"]
        policy = take_out_policy(
            self.ctx, policy=PolicyDraft(nord, "Kreditschutz AG", terms, premium), today=date(year - 1, 1, 1)
        )
        largest = sorted((d for d in self.loaded.plan.debtors if d.creditor == "NORD"), key=lambda d: -d.size)[:24]
        limits = [
            LimitDraft(self.loaded.debtors[d.external_id], self.ago(400), LimitChange.GRANTED, d.credit_limit)
            for d in largest
        ]
        limits.append(LimitDraft(limits[5].debtor, self.ago(20), LimitChange.REDUCED, limits[5].amount // 2))
        limits.append(LimitDraft(limits[9].debtor, self.ago(12), LimitChange.WITHDRAWN))
        decide_limits(self.ctx, policy=policy, limits=limits, today=self.ago(12))
        quarter = (self.today.month - 1) // 3
        starts = date(year if quarter else year - 1, (quarter * 3 - 2) if quarter else 10, 1)
        ends = date(year, quarter * 3 + 1, 1) - timedelta(days=1) if quarter else date(year - 1, 12, 31)
        declare_turnover(self.ctx, policy=policy, starts_on=starts, ends_on=ends, today=self.today)
        return policy

    def parent_pays(self) -> None:
        """Hotelgruppe Ostsee pays for its three houses: one transfer, several customers' invoices."""
        office = self.customer(
            "NORD", "Hotelgruppe Ostsee AG", "EUR", country="DE", street="Am Strande 1", postcode="18055",
            city="Rostock", language="de", email="kreditoren@hotelgruppe-ostsee.example",
        )  # fmt: skip
        houses = [
            self.customer(
                "NORD", f"Hotel {place}", "EUR", country="DE", street=street, postcode=postcode, city=place,
                language="de", email=f"{place.lower()}@hotelgruppe-ostsee.example",
            )
            for place, street, postcode in (
                ("Warnemünde", "Seepromenade 4", "18119"), ("Binz", "Strandpromenade 21", "18609"),
                ("Ahlbeck", "Dünenstraße 8", "17419"),
            )
        ]  # fmt: skip
        for house in houses:
            changes = {"parent": office.debtor, "parent_pays": True}
            change_debtor(self.ctx, debtor=house.debtor, changes=changes, today=self.ago(190))
        paid = [(self.invoice(house, 238_000, issued=64, due=34, tax_percent=19), 238_000) for house in houses]
        self.pays_for(office, paid, 31)
        for house in houses[:2]:
            self.invoice(house, 297_500, issued=41, due=11, tax_percent=19)

    def pays_for(self, payer: Customer, items: Sequence[tuple[UUID, int]], days_ago: int) -> None:
        """Record one payment of a head office and allocate it to its houses' invoices."""
        self.serial += 1
        day, total = self.ago(days_ago), sum(amount for _, amount in items)
        credit = CreditDraft(
            payer.creditor, payer.debtor, "payment", f"B-STORY-{self.serial}", payer.currency, total, day,
            ((AccountRole.BANK, total),),
        )  # fmt: skip
        record_credits(self.ctx, credits_=[credit], today=day)
        lines = [Applied(item, amount, credit.id) for item, amount in items]
        allocate(self.ctx, lines=lines, effective_on=day, today=day)

    def nights_of_the_insurer(self) -> None:
        """Run the insurance night before and after the insolvency; call outside a transaction."""
        run(self.ctx, today=self.ago(20))
        run(self.ctx, today=self.today)


def tell(loaded: Loaded) -> Teller:
    """Tell how every story begins, each in its own transaction; return who tells the rest, day by day (`until`)."""
    teller = Teller(loaded)
    for story in (
        teller.broken_promise, teller.kept_promise, teller.part_dispute, teller.plan, teller.slow_and_large,
        teller.insured_loss, teller.parent_pays,
    ):  # fmt: skip
        with loaded.ctx.open():
            story()
    teller.nights_of_the_insurer()
    return teller
