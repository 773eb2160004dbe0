"""The cash desk of the demo: direct debits, money the bank took back, an advice, a payment made twice, a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bankrules.making import RuleDraft, add_bank_rule
from fairdue.cash.directdebit import selectors as debiting
from fairdue.cash.directdebit.answering import read_debit_answers
from fairdue.cash.directdebit.making import first_day, make_debit_run
from fairdue.cash.directdebit.mandates import add_mandate
from fairdue.cash.refunding.tasks import open_refund
from fairdue.cash.remittances.importing import import_remittances
from fairdue.cash.returns.settling import settle_returns
from fairdue.cash.selectors import statement_lines
from fairdue.cash.services import add_bank_account, import_statements, put_on_account, run_matching
from fairdue.core.bankrules import Nature, RuleAction
from fairdue.demo.bank import OPENING, BankEntry, camt053
from fairdue.demo.stories import Customer, Teller
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.files import store
from fairdue.parties import selectors as parties
from fairdue.parties.services import change_creditor
from fairdue.parties.services.accounts import propose_account
from fairdue.receivables import selectors as books

if TYPE_CHECKING:
    from datetime import date

    from fairdue.demo.loaded import Loaded

ACCOUNT = "DE75512108001245126199"
IDENTIFIER = "DE98ZZZ09999999999"
SECOND = "system:demo-approver"
"""Who approves what the demo proposes: an account needs two."""
RUN, PAID, BACK = 30, 9, 6
"""Days ago: a run was made, the bank paid, the bank took a collection back."""
TWICE = 88_060
"""What a customer paid two times, in minor units."""


class Desk:
    """The cash desk of one creditor, as its clerk kept it in the last weeks."""

    def __init__(self, loaded: Loaded) -> None:
        self.teller = Teller(loaded)
        self.teller.serial = 500
        self.ctx, self.creditor = loaded.ctx, loaded.creditors["NORD"]

    def ago(self, days: int) -> date:
        """Return the day so many days before the demo's."""
        return self.teller.ago(days)

    def keep(self) -> None:
        """Do all of it; call inside a transaction."""
        self._open()
        roaster = self._payer("Rösterei Holm GmbH", "Flensburg", "24937", "DE02500105170137075030")
        dealer = self._payer("Elektro Sander KG", "Soltau", "29614", "DE89370400440532013000")
        self._collect(roaster, dealer)
        self._advice()
        self._rule()

    def _open(self) -> None:
        day = self.ago(90)
        add_bank_account(self.ctx, creditor=self.creditor, number=ACCOUNT, currency="EUR", today=day)
        row = parties.creditor(self.ctx, self.creditor)
        settings = {**(row.settings if row else {}), "creditor_identifier": IDENTIFIER}
        change_creditor(self.ctx, creditor=self.creditor, changes={"settings": settings}, today=day)

    def _customer(self, name: str, city: str, postcode: str) -> Customer:
        mailbox = "".join(letter for letter in name.lower() if letter in "abcdefghijklmnopqrstuvwxyz")
        return self.teller.customer(
            "NORD", name, "EUR", country="DE", street="Marktplatz 5", postcode=postcode, city=city, language="de",
            email=f"buchhaltung@{mailbox}.example",
        )  # fmt: skip

    def _payer(self, name: str, city: str, postcode: str, iban: str) -> Customer:
        """Create a customer who signed a mandate for an account that two approved."""
        who, day = self._customer(name, city, postcode), self.ago(80)
        account = propose_account(self.ctx, debtor=who.debtor, iban=iban, holder=name, today=day)
        (asked,) = (row.id for row in pending(self.ctx) if row.subject_id == account)
        decide(replace(self.ctx, actor=SECOND), approval=asked, approve=True, today=day)
        add_mandate(self.ctx, debtor=who.debtor, account=account, signed_on=self.ago(85), today=day)
        return who

    def _collect(self, roaster: Customer, dealer: Customer) -> None:
        """Make a run; the bank refuses one collection, pays two and takes one of them back; other items wait."""
        for gross in (53_550, 71_400):
            self.teller.invoice(roaster, gross, issued=50, due=20, tax_percent=19)
        self.teller.invoice(dealer, 124_950, issued=49, due=19, tax_percent=19)
        made = self.ago(RUN)
        day = first_day(self.ctx, made, self.creditor)
        run = make_debit_run(self.ctx, creditor=self.creditor, collect_on=day, today=made)
        debits = {row.amount: row for row in debiting.debits(self.ctx, run=run)}
        (sent,) = debiting.runs(self.ctx, run=run)
        self._refused(sent.reference, debits[124_950].end_to_end_id)
        first, second = debits[53_550], debits[71_400]
        twice = self._customer("Fahrrad Nolte e.K.", "Celle", "29221")
        self.teller.invoice(twice, TWICE, issued=40, due=10, tax_percent=19)
        (number,) = (row.number for row in books.items(self.ctx, debtors=[twice.debtor]))
        paid = BankEntry(TWICE, "Fahrrad Nolte e.K.", f"Rechnung {number}", iban="DE62500105176483948279")
        collected = [
            BankEntry(row.amount, row.debtor_name, row.number, end_to_end=row.end_to_end_id) for row in (first, second)
        ]
        again = [
            replace(paid, text=f"Rechnung {number} (Dauerauftrag)"),
            BankEntry(second.amount, second.debtor_name, second.number, end_to_end=second.end_to_end_id,
                      taken_back="AM04"),
        ]  # fmt: skip
        self._statement(PAID, [*collected, paid], OPENING - sum(row.signed for row in (*collected, paid, *again)))
        known = self._statement(BACK, again, OPENING - sum(row.signed for row in again))
        settle_returns(self.ctx, today=self.ago(BACK), creditor=self.creditor)
        self._paid_twice(known, twice, number)
        self.teller.invoice(roaster, 47_600, issued=20, due=-10, tax_percent=19)

    def _refused(self, reference: str, end_to_end: str) -> None:
        content = (
            '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
            f"<GrpHdr><MsgId>{reference}-A</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{reference}</OrgnlMsgId>"
            "<OrgnlMsgNmId>pain.008</OrgnlMsgNmId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
            f"<OrgnlPmtInfId>{reference}-1</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>"
            "<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>"
            "</CstmrPmtStsRpt></Document>"
        )
        file = store(self.ctx, content=content.encode(), name="pain.002.xml", media_type="application/xml")
        read_debit_answers(self.ctx, file=file.id, today=self.ago(RUN - 2))

    def _statement(self, days: int, rows: list[BankEntry], opening: int) -> UUID:
        day = self.ago(days)
        content = camt053(ACCOUNT, "EUR", day, rows, f"NORD-{day:%Y%m%d}", opening)
        name = f"camt053-NORD-{day}.xml"
        file = store(self.ctx, content=content, name=name, media_type="application/xml", creditor=self.creditor)
        (statement,) = import_statements(self.ctx, file=file.id, today=day, creditor=self.creditor)
        run_matching(self.ctx, creditor=self.creditor, today=day)
        return statement

    def _paid_twice(self, statement: UUID, who: Customer, number: str) -> None:
        """Put the second payment on account, where matching has not done so, and open the task to pay it back."""
        day = self.ago(BACK)
        for line in statement_lines(self.ctx, statement):
            if line.amount == TWICE and line.state in {"received", "proposed"}:
                put_on_account(self.ctx, line=line.id, debtor=who.debtor, today=day)
        (credit,) = books.credits_(self.ctx, debtors=[who.debtor])
        why = f"{number} was paid before"
        open_refund(self.ctx, credit=credit.id, amount=TWICE, reason=why, today=day, kind="duplicate")

    def _advice(self) -> None:
        """Store what a customer says it is about to pay."""
        who = self._customer("Metallbau Brandis GmbH", "Uelzen", "29525")
        for gross in (238_000, 95_200):
            self.teller.invoice(who, gross, issued=33, due=3, tax_percent=19)
        rows = [(row.number, f"{row.residual // 100},{row.residual % 100:02d}")
                for row in books.items(self.ctx, debtors=[who.debtor])]  # fmt: skip
        table = "Invoice;Gross;Discount;Net\n" + "".join(f"{number};{sum_};0,00;{sum_}\n" for number, sum_ in rows)
        file = store(self.ctx, content=table.encode(), name="Zahlungsavis Brandis.csv", media_type="text/csv")
        import_remittances(self.ctx, file=file.id, creditor=self.creditor, today=self.ago(1))

    def _rule(self) -> None:
        draft = RuleDraft(
            "Tax refunds of the city", RuleAction.NOT_RECEIVABLE, text="Gewerbesteuer", payer="Stadtkasse",
            nature=Nature.TAX, posts=False,
        )  # fmt: skip
        add_bank_rule(self.ctx, creditor=self.creditor, draft=draft, today=self.ago(1))


def keep_desk(loaded: Loaded) -> None:
    """Keep the cash desk in one transaction."""
    desk = Desk(loaded)
    with loaded.ctx.open():
        desk.keep()
