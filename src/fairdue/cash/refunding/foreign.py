"""The file for transfers outside SEPA: pain.001.001.09 with currency, both banks by their BIC and shared charges.

Source: ISO 20022 message definition pain.001.001.09; the file is checked against its schema. Element names and their
order are the schema's. Charges are shared (`SHAR`): each side pays its own bank, so that the customer's bank may take
its fee from what arrives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree
from sepaxml.validation import try_valid_xml  # type: ignore[import-untyped]
from text_unidecode import unidecode  # type: ignore[import-untyped]

from fairdue.cash.refunding.pain001 import SCHEMA
from fairdue.core.money import decimal_of
from fairdue.parties.validation import check_iban

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.cash.refunding.pain001 import Payer, Transfer

_SPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
CHARGES = "SHAR"


def write_foreign(payer: Payer, currency: str, transfers: Sequence[Transfer]) -> bytes:
    """Return the file; raises when it does not follow its schema."""
    names: dict[Any, str] = {None: _SPACE}
    root = etree.Element(f"{{{_SPACE}}}Document", nsmap=names)
    start = _add(root, "CstmrCdtTrfInitn")
    total = str(decimal_of(sum(one.amount for one in transfers), currency))
    head = _add(start, "GrpHdr")
    _texts(head, MsgId=payer.reference, CreDtTm=payer.made_at.strftime("%Y-%m-%dT%H:%M:%S"),
           NbOfTxs=str(len(transfers)), CtrlSum=total)  # fmt: skip
    _texts(_add(head, "InitgPty"), Nm=_plain(payer.name, 70))
    batch = _add(start, "PmtInf")
    _texts(batch, PmtInfId=f"{payer.reference}-1", PmtMtd="TRF", NbOfTxs=str(len(transfers)), CtrlSum=total)
    _texts(_add(batch, "ReqdExctnDt"), Dt=payer.pay_on.isoformat())
    _texts(_add(batch, "Dbtr"), Nm=_plain(payer.name, 70))
    account = _add(batch, "DbtrAcct")
    _number(account, payer.iban)
    _texts(account, Ccy=currency)
    _bank(batch, "DbtrAgt", payer.bic)
    _texts(batch, ChrgBr=CHARGES)
    for one in transfers:
        _transfer(_add(batch, "CdtTrfTxInf"), one, currency)
    content = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    try_valid_xml(content, SCHEMA)
    return content


def _transfer(node: etree._Element, one: Transfer, currency: str) -> None:
    _texts(_add(node, "PmtId"), EndToEndId=one.end_to_end_id)
    amount = _add(_add(node, "Amt"), "InstdAmt")
    amount.set("Ccy", currency)
    amount.text = str(decimal_of(one.amount, currency))
    _bank(node, "CdtrAgt", one.agent)
    owner = _add(node, "Cdtr")
    _texts(owner, Nm=_plain(one.name, 70))
    if one.city and one.country:
        place = {"StrtNm": _plain(one.street, 70), "PstCd": _plain(one.postcode, 16), "TwnNm": _plain(one.city, 35)}
        _texts(_add(owner, "PstlAdr"), **place, Ctry=one.country)
    _number(_add(node, "CdtrAcct"), one.iban)
    _texts(_add(node, "RmtInf"), Ustrd=_plain(one.text, 140))


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_SPACE}}}{name}")


def _texts(parent: etree._Element, **values: str) -> None:
    """Add an element for each value that says something, in the order given."""
    for name, value in values.items():
        if value:
            _add(parent, name).text = value


def _number(parent: etree._Element, number: str) -> None:
    """Add an account: as IBAN where it is one, else as the number that its bank knows."""
    owner = _add(parent, "Id")
    if check_iban(number).findings:
        _texts(_add(owner, "Othr"), Id=number)
    else:
        _texts(owner, IBAN=number)


def _bank(parent: etree._Element, name: str, bic: str) -> None:
    _texts(_add(_add(parent, name), "FinInstnId"), BICFI=bic)


def _plain(text: str, most: int) -> str:
    """Return a text in letters that every bank takes, cut to what fits."""
    return " ".join(unidecode(text).split())[:most]
