"""One entry (Ntry) of a camt statement as lines: the entry itself, or the payments of its batch.

The rule of conservation: the payments of a batch, less stated charges, are the entry's amount. Where they
are not, the entry goes in whole, with every text of its payments, and a finding says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fairdue.cash.formats.camt_fields import (
    CREDIT,
    DEBIT,
    UnreadableError,
    charges_of,
    code_of,
    date_of,
    minor,
    party_of,
    signed,
    total,
    transaction_code,
)
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Document, Line, LineKind, LineStatus, Reference
from fairdue.cash.formats.xml import Amount, Node, all_of, amounts, part, text, texts
from fairdue.core.money import Money

if TYPE_CHECKING:
    import datetime as dt

_STATUS = {"BOOK": LineStatus.BOOKED, "PDNG": LineStatus.PENDING, "FUTR": LineStatus.PENDING}
_AMOUNT_PLACES = (
    ("Amt",),
    ("AmtDtls", "TxAmt", "Amt"),
    ("AmtDtls", "CntrValAmt", "Amt"),
    ("AmtDtls", "InstdAmt", "Amt"),
)
_DOCUMENT_AMOUNTS = ("RmtdAmt", "DuePyblAmt", "CdtNoteAmt")


class Entry(NamedTuple):
    """An entry before it has keys: its own line, the lines it stands for, and what does not add up."""

    whole: Line
    lines: tuple[Line, ...]
    trouble: str = ""


def read_entry(node: Node, account: str, ordinal: int, source_line: int, day: dt.date | None = None) -> Entry:
    """Return the lines of one Ntry; raise UnreadableError when a needed field cannot be read.

    `day` is the day of the message, taken for an entry that has no date of its own.
    """
    whole = _whole(node, account, ordinal, source_line, day)
    details = [item for item in all_of(node, "NtryDtls", "TxDtls") if isinstance(item, dict)]
    if not details:
        return Entry(whole, (whole._replace(information=_with_batch(whole, node)),))
    described = [_described(whole, detail) for detail in details]
    charges = charges_of(node)
    if len(details) == 1:
        same = _own_amount(details[0], ("Amt",), whole.currency) == amounts(node, "Amt")[0]
        if same and not charges and _detail_sign(details[0], whole) == text(node, "CdtDbtInd"):
            return Entry(whole, (described[0],))
        return _single(whole, described[0], details[0], charges)
    return _batch(whole, described, details, charges)


def _whole(node: Node, account: str, ordinal: int, source_line: int, day: dt.date | None) -> Line:
    stated = amounts(node, "Amt")
    if not stated:
        raise UnreadableError("Amt", "the entry has no amount with a currency")
    booked_on = date_of(node, "BookgDt") or date_of(node, "ValDt") or day
    if booked_on is None:
        raise UnreadableError("BookgDt", "the entry has no date")
    status = code_of(node, "Sts")
    if not status:
        raise UnreadableError("Sts", "the entry does not say whether it is booked")
    reference = given(text(node, "AcctSvcrRef")) or given(text(node, "NtryRef"))
    return Line(
        key="",
        account=account,
        amount=signed(minor(stated[0], "Amt"), text(node, "CdtDbtInd"), "CdtDbtInd"),
        currency=stated[0].currency,
        booked_on=booked_on,
        value_on=date_of(node, "ValDt") or booked_on,
        status=_STATUS.get(status, LineStatus.INFORMATION),
        entry=ordinal,
        source_line=source_line,
        reversal=text(node, "RvslInd") in {"true", "1"},
        bank_reference=reference,
        transaction_code=transaction_code(node),
        charges=total(charges_of(node), stated[0].currency),
        information=text(node, "AddtlNtryInf"),
        entry_reference=reference,
    )


def _with_batch(whole: Line, node: Node) -> str:
    """Return the information of an entry without details, with the size of the batch that it stands for."""
    count = text(node, "NtryDtls", "Btch", "NbOfTxs")
    told = (
        f"a batch of {count} payments without details"
        if count.isdecimal() and count.lstrip("0") not in {"", "1"}
        else ""
    )
    return " ".join(filter(None, (whole.information, told)))


def _described(whole: Line, detail: Node) -> Line:
    """Return the entry's line with everything that one payment says, but not yet its amount."""
    refs, remittance = part(detail, "Refs"), part(detail, "RmtInf")
    instructed = amounts(detail, "AmtDtls", "InstdAmt", "Amt")
    returned = part(detail, "RtrInf")
    payer_role = "Dbtr" if (whole.amount >= 0) != (whole.reversal or bool(returned)) else "Cdtr"
    parties, agents = part(detail, "RltdPties"), part(detail, "RltdAgts")
    return whole._replace(
        bank_reference=given(text(refs, "AcctSvcrRef")) or whole.bank_reference,
        transaction_code=transaction_code(detail) or whole.transaction_code,
        party=party_of(parties, payer_role, agents),
        on_behalf_of=party_of(parties, f"Ultmt{payer_role}", agents),
        remittance=texts(remittance, "Ustrd") + texts(remittance, "Strd", "AddtlRmtInf"),
        references=_references(remittance) if "Strd" in remittance else (),
        documents=_documents(remittance) if "Strd" in remittance else (),
        end_to_end_id=given(text(refs, "EndToEndId")),
        mandate_id=text(refs, "MndtId"),
        instructed_amount=minor(instructed[0], "InstdAmt") if instructed else None,
        instructed_currency=instructed[0].currency if instructed else "",
        charges=total(charges_of(detail), whole.currency) or whole.charges,
        return_code=code_of(returned, "Rsn") if returned else "",
        return_reason=" ".join(texts(returned, "AddtlInf")) if returned else "",
        information=" ".join(filter(None, (whole.information, text(detail, "AddtlTxInf")))),
    )


def _references(remittance: Node) -> tuple[Reference, ...]:
    found = (item for item in all_of(remittance, "Strd", "CdtrRefInf") if isinstance(item, dict))
    pairs = ((_reference_kind(item), "".join(text(item, "Ref").split())) for item in found)
    return tuple(Reference(kind, value) for kind, value in pairs if value)


def _reference_kind(reference: Node) -> str:
    return code_of(part(reference, "Tp"), "CdOrPrtry") or code_of(reference, "Tp")


def _documents(remittance: Node) -> tuple[Document, ...]:
    return tuple(
        document
        for structured in all_of(remittance, "Strd")
        if isinstance(structured, dict)
        for document in _documents_of(structured)
    )


def _documents_of(structured: Node) -> list[Document]:
    """Return the documents of one Strd; its amount belongs to a document only when there is just one.

    What a credit note takes off is negative.
    """
    named = [item for item in all_of(structured, "RfrdDocInf") if isinstance(item, dict) and text(item, "Nb")]
    found = ((name, amounts(structured, "RfrdDocAmt", name)) for name in _DOCUMENT_AMOUNTS)
    name, stated = next(((name, amount[0]) for name, amount in found if amount), ("", None))
    if stated is None or len(named) != 1:
        return [Document(text(item, "Nb"), _reference_kind(item)) for item in named]
    sign = -1 if name == "CdtNoteAmt" else 1
    return [
        Document(
            number=text(item, "Nb"),
            kind=_reference_kind(item),
            amount=sign * minor(stated, "RfrdDocAmt"),
            currency=stated.currency,
        )
        for item in named
    ]


def _own_amount(detail: Node, place: tuple[str, ...], currency: str) -> Amount | None:
    return next((amount for amount in amounts(detail, *place) if amount.currency == currency), None)


def _detail_sign(detail: Node, whole: Line) -> str:
    return text(detail, "CdtDbtInd") or (CREDIT if whole.amount >= 0 else DEBIT)


def _stated(whole: Line, details: list[Node], place: tuple[str, ...]) -> list[int] | None:
    """Return what every payment states in the account's currency at one place, or None if one does not."""
    found = [_own_amount(detail, place, whole.currency) for detail in details]
    present = [amount for amount in found if amount is not None]
    if len(present) < len(details):
        return None
    return [
        signed(minor(amount, place[-1]), _detail_sign(detail, whole), "TxDtls/CdtDbtInd")
        for amount, detail in zip(present, details, strict=True)
    ]


def _single(whole: Line, described: Line, detail: Node, charges: tuple[Amount, ...]) -> Entry:
    """One payment is the entry; what it states must agree with it, charges allowed either way."""
    charge = total(charges_of(detail) or charges, whole.currency)
    stated = [found[0] for place in _AMOUNT_PLACES[:2] if (found := _stated(whole, [detail], place))]
    if not stated or any(amount in {whole.amount, whole.amount + charge, whole.amount - charge} for amount in stated):
        return Entry(whole, (described,))
    sentence = f"its only payment states {_shown(stated[0], whole)} and the entry {_shown(whole.amount, whole)}"
    return Entry(whole, (described,), f"{sentence}; the entry's amount is taken")


def _batch(whole: Line, described: list[Line], details: list[Node], charges: tuple[Amount, ...]) -> Entry:
    entry_charge = total(charges, whole.currency)
    own = [total(charges_of(detail), whole.currency) for detail in details]
    for place in _AMOUNT_PLACES:
        stated = _stated(whole, details, place)
        if stated is None:
            continue
        net = [amount - charge for amount, charge in zip(stated, own, strict=True)]
        if sum(stated) == whole.amount:
            return Entry(whole, _numbered(described, stated))
        if sum(net) == whole.amount:
            return Entry(whole, _numbered(described, net))
        if entry_charge and sum(stated) - entry_charge == whole.amount:
            return Entry(whole, (*_numbered(described, stated), _charge_line(whole, entry_charge)))
    return Entry(whole, (_merged(whole, described),), _batch_trouble(whole, details))


def _batch_trouble(whole: Line, details: list[Node]) -> str:
    sums = [found for place in _AMOUNT_PLACES[:2] if (found := _stated(whole, details, place)) is not None]
    said = f"together {_shown(sum(sums[0]), whole)}" if sums else "not all in the account's currency"
    booked = _shown(whole.amount, whole)
    return f"its {len(details)} payments are {said} and the entry is {booked}; it is taken as one line"


def _shown(amount: int, line: Line) -> str:
    return str(Money(amount, line.currency))


def _numbered(described: list[Line], amounts_: list[int]) -> tuple[Line, ...]:
    return tuple(
        line._replace(kind=LineKind.DETAIL, detail=at, amount=amount)
        for at, (line, amount) in enumerate(zip(described, amounts_, strict=True), start=1)
    )


def _charge_line(whole: Line, charge: int) -> Line:
    return whole._replace(kind=LineKind.CHARGE, amount=-charge, detail=0, information="bank charge of the batch")


def _merged(whole: Line, described: list[Line]) -> Line:
    """Return one line for the entry that keeps every text and reference of its payments."""
    return whole._replace(
        remittance=tuple(text for line in described for text in line.remittance),
        references=tuple(reference for line in described for reference in line.references),
        documents=tuple(document for line in described for document in line.documents),
    )
