"""Bank files for the wire tests, written in the layout of each version of camt.053."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from fairdue.cash.formats import Event, Line, StatementHead, StatementTail, read
from fairdue.core.findings import Finding

ACCOUNT = "DE02120300000000202051"


@dataclass(frozen=True)
class Detail:
    amount: str = ""
    currency: str = "EUR"
    name: str = "Muster GmbH"
    iban: str = "DE02500105170137075030"
    ultimate: str = ""
    text: tuple[str, ...] = ()
    structured: str = ""
    end_to_end: str = "NOTPROVIDED"
    extra_refs: str = ""
    instructed: tuple[str, str] | None = None
    charge: str = ""
    returned: str = ""
    place: str = "Amt"
    extra: str = ""
    role: str = "Dbtr"


@dataclass(frozen=True)
class Ntry:
    amount: str
    sign: str = "CRDT"
    details: tuple[Detail, ...] = ()
    status: str = "BOOK"
    reversal: bool = False
    booked: str = "2026-03-02"
    reference: str = ""
    currency: str = "EUR"
    charge: str = ""
    extra: str = ""


@dataclass(frozen=True)
class Stmt:
    entries: tuple[Ntry, ...]
    opening: str = "1000.00"
    closing: str | None = None
    name: str = "2026-03-02/1"
    account: str = ACCOUNT
    currency: str = "EUR"
    announced: int | None = None
    extra: str = field(default="")


def _party(version: int, role: str, name: str) -> str:
    inner = f"<Pty><Nm>{name}</Nm></Pty>" if version >= 8 else f"<Nm>{name}</Nm>"
    return f"<{role}>{inner}</{role}>"


def _charge(version: int, amount: str) -> str:
    if not amount:
        return ""
    plain = f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
    return f"<Chrgs><Rcrd>{plain}</Rcrd></Chrgs>" if version >= 4 else f"<Chrgs>{plain}</Chrgs>"


def _amounts(version: int, detail: Detail) -> str:
    own = f'<Amt Ccy="{detail.currency}">{detail.amount}</Amt>'
    direct = own if detail.amount and version >= 4 and detail.place == "Amt" else ""
    sign = "<CdtDbtInd>CRDT</CdtDbtInd>" if direct and not detail.returned else ""
    inside = f"<TxAmt>{own}</TxAmt>" if detail.amount and not direct else ""
    instructed = ""
    if detail.instructed:
        amount, currency = detail.instructed
        instructed = f'<InstdAmt><Amt Ccy="{currency}">{amount}</Amt></InstdAmt>'
    both = f"<AmtDtls>{instructed}{inside}</AmtDtls>" if instructed or inside else ""
    return direct + sign + both


def _detail(version: int, detail: Detail) -> str:
    ultimate = _party(version, f"Ultmt{detail.role}", detail.ultimate) if detail.ultimate else ""
    texts = "".join(f"<Ustrd>{text}</Ustrd>" for text in detail.text)
    returned = f"<RtrInf><Rsn><Cd>{detail.returned}</Cd></Rsn><AddtlInf>why</AddtlInf></RtrInf>"
    back = returned if detail.returned else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{detail.end_to_end}</EndToEndId>{detail.extra_refs}</Refs>"
        f"{_amounts(version, detail)}{_charge(version, detail.charge)}"
        f"<RltdPties>{_party(version, detail.role, detail.name)}"
        f"<{detail.role}Acct><Id><IBAN>{detail.iban}</IBAN></Id></{detail.role}Acct>{ultimate}</RltdPties>"
        f"<RmtInf>{texts}{detail.structured}</RmtInf>{back}{detail.extra}</TxDtls>"
    )


def _ntry(version: int, entry: Ntry) -> str:
    status = f"<Sts><Cd>{entry.status}</Cd></Sts>" if version >= 8 else f"<Sts>{entry.status}</Sts>"
    reference = f"<AcctSvcrRef>{entry.reference}</AcctSvcrRef>" if entry.reference else ""
    details = "".join(_detail(version, detail) for detail in entry.details)
    return (
        f'<Ntry><Amt Ccy="{entry.currency}">{entry.amount}</Amt><CdtDbtInd>{entry.sign}</CdtDbtInd>'
        f"{'<RvslInd>true</RvslInd>' if entry.reversal else ''}{status}"
        f"<BookgDt><Dt>{entry.booked}</Dt></BookgDt><ValDt><Dt>{entry.booked}</Dt></ValDt>{reference}"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"{_charge(version, entry.charge)}<NtryDtls>{details}</NtryDtls>{entry.extra}</Ntry>\n"
    )


def _balance(code: str, amount: str, currency: str) -> str:
    sign = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
        "<Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )


def _stmt(version: int, stmt: Stmt) -> str:
    closing = _balance("CLBD", stmt.closing, stmt.currency) if stmt.closing is not None else ""
    announced = stmt.announced
    summary = f"<TxsSummry><TtlNtries><NbOfNtries>{announced}</NbOfNtries></TtlNtries></TxsSummry>"
    return (
        f"<Stmt><Id>{stmt.name}</Id><ElctrncSeqNb>1</ElctrncSeqNb>"
        f"<Acct><Id><IBAN>{stmt.account}</IBAN></Id><Ccy>{stmt.currency}</Ccy></Acct>"
        f"{_balance('OPBD', stmt.opening, stmt.currency)}{closing}{summary if announced is not None else ''}"
        f"{stmt.extra}\n{''.join(_ntry(version, entry) for entry in stmt.entries)}</Stmt>"
    )


def camt(version: int, *stmts: Stmt) -> bytes:
    body = "".join(_stmt(version, stmt) for stmt in stmts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M</MsgId></GrpHdr>{body}</BkToCstmrStmt></Document>"
    ).encode()


_OTHERS = {
    "052": (("camt.053", "camt.052"), ("BkToCstmrStmt", "BkToCstmrAcctRpt"), ("Stmt>", "Rpt>")),
    "054": (("camt.053", "camt.054"), ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"), ("Stmt>", "Ntfctn>")),
}


def other_message(content: bytes, message: str) -> bytes:
    """Return a statement written as an intraday report (052) or a notification (054), without balances."""
    text = re.sub(r"<Bal>.*?</Bal>", "", content.decode())
    for old, new in _OTHERS[message]:
        text = text.replace(old, new)
    return text.encode()


def events(content: bytes) -> list[Event]:
    return list(read(io.BytesIO(content)))


def lines(content: bytes) -> list[Line]:
    return [event for event in events(content) if isinstance(event, Line)]


def findings(content: bytes) -> list[Finding]:
    return [event for event in events(content) if isinstance(event, Finding)]


def heads(content: bytes) -> list[StatementHead]:
    return [event for event in events(content) if isinstance(event, StatementHead)]


def tails(content: bytes) -> list[StatementTail]:
    return [event for event in events(content) if isinstance(event, StatementTail)]
