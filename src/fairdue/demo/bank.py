"""This week's bank statement of the demo: a camt.053 file with clear and unclear payments."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from fairdue.core.money import decimal_of


@dataclass(frozen=True, slots=True)
class BankEntry:
    """One credited amount with what the payer wrote."""

    amount: int
    payer: str
    text: str
    reference: str = ""
    iban: str = ""
    end_to_end: str = ""
    taken_back: str = ""
    """The bank's code when it takes this money back; then the amount is debited."""

    @property
    def signed(self) -> int:
        """The amount as it moves the balance."""
        return -self.amount if self.taken_back else self.amount


@dataclass(frozen=True, slots=True)
class Paid:
    """An open invoice as the payer knows it."""

    number: str
    residual: int
    payer: str
    reference: str


DEDUCTIONS = (
    (412, "damaged goods"), (1_137, "missing boxes"), (268, "freight"), (785, "wrong price"), (190, "bonus"),
    (1_520, "returned goods"),
)  # fmt: skip
"""What payers keep back, in hundredths of a percent of the invoice, and their word for it."""


STRANGERS = {
    "NORD": (BankEntry(24_990, "Unbekannt & Partner", "Danke"),
             BankEntry(150_000, "Stadtkasse", "Erstattung Gewerbesteuer 2025")),
    "ATLF": (BankEntry(61_240, "SARL Beauvoir Négoce", "solde facture octobre"),
             BankEntry(18_300, "DRFIP Bretagne", "remboursement CFE 2025")),
    "HART": (BankEntry(33_875, "Marlow Freight Ltd", "as agreed on the phone"),
             BankEntry(42_000, "HMRC", "VAT repayment 10/26")),
}  # fmt: skip
"""Who pays each creditor this week without being its customer, or without saying for what."""


def entries(open_invoices: Sequence[Paid], strangers: Sequence[BankEntry], seed: int = 5) -> list[BankEntry]:
    """Return payments of some open invoices (by reference, number, mangled, short, joined, silent), then strangers."""
    rng = random.Random(seed)  # noqa: S311 - invention, not secrets
    found: list[BankEntry] = []
    for n, paid in enumerate(open_invoices):
        digits = paid.number.split("-")[-1].lstrip("0")
        texts = (
            paid.number, f"Rechnung {paid.number.replace('-', ' ')}", f"Invoice no {paid.number.lower()}", paid.number,
            f"RG {digits} v. {paid.number[5:9]}", "",
        )  # fmt: skip
        kind = n % 9
        if kind in {0, 1, 2}:
            found.append(BankEntry(paid.residual, paid.payer, "", paid.reference))
        elif kind == 7 and paid.residual > 60_000:  # noqa: PLR2004 - a deduction of a plausible size
            cut, why = DEDUCTIONS[n // 9 % len(DEDUCTIONS)]
            kept_back = paid.residual * cut // 10_000 // 5 * 5
            found.append(BankEntry(paid.residual - kept_back, paid.payer, f"{paid.number} less {why}"))
        elif kind == 8:  # noqa: PLR2004 - every ninth pays too much
            found.append(BankEntry(paid.residual + 10_000, paid.payer, f"Zahlung {paid.number}"))
        else:
            found.append(BankEntry(paid.residual, paid.payer, texts[rng.randrange(len(texts))]))
    return [*found, *strangers]


OPENING = 4_812_000
"""The balance in minor units with which this week's statement begins."""


def camt053(
    account: str, currency: str, day: date, rows: Sequence[BankEntry], statement: str, opening: int = OPENING
) -> bytes:
    """Write a camt.053.001.08 statement whose balances add up."""

    def amount(minor: int) -> str:
        return f"{decimal_of(minor, currency)}"

    def balance(code: str, minor: int) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{amount(minor)}</Amt>"
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    closing = opening + sum(row.signed for row in rows)
    body = "".join(_entry(row, currency, day, f"{statement}-{n:04d}") for n, row in enumerate(rows, 1))
    text = (
        "<?xml version='1.0' encoding='UTF-8'?><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'>"
        f"<BkToCstmrStmt><GrpHdr><MsgId>{statement}</MsgId><CreDtTm>{day}T06:00:00Z</CreDtTm></GrpHdr><Stmt>"
        f"<Id>{statement}</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>{day}T06:00:00Z</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{body}</Stmt></BkToCstmrStmt></Document>"
    )
    return text.encode()


def _entry(row: BankEntry, currency: str, day: date, bank_reference: str) -> str:
    structured = (
        f"<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{escape(row.reference)}</Ref></CdtrRefInf></Strd>"
        if row.reference
        else f"<Ustrd>{escape(row.text)}</Ustrd>"
        if row.text
        else ""
    )
    value: Decimal = decimal_of(row.amount, currency)
    remittance = f"<RmtInf>{structured}</RmtInf>" if structured else ""
    account = f"<DbtrAcct><Id><IBAN>{row.iban}</IBAN></Id></DbtrAcct>" if row.iban else ""
    sign = "DBIT" if row.taken_back else "CRDT"
    given = f"<EndToEndId>{row.end_to_end}</EndToEndId>" if row.end_to_end else ""
    back = f"<RtrInf><Rsn><Cd>{row.taken_back}</Cd></Rsn></RtrInf>" if row.taken_back else ""
    return (
        f"<Ntry><Amt Ccy='{currency}'>{value}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{bank_reference}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{bank_reference}</AcctSvcrRef>{given}</Refs>"
        f"<Amt Ccy='{currency}'>{value}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>{escape(row.payer)}</Nm></Pty></Dbtr>{account}</RltdPties>"
        f"{remittance}{back}</TxDtls></NtryDtls></Ntry>"
    )
