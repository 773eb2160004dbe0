"""What a document is: the codes of UNTDID 1001 that EN 16931 accepts for invoices and credit notes (BT-3, BR-CL-01).

Five of them are issued here; the others are read, checked and written back as they are.
"""

from __future__ import annotations

from enum import StrEnum


class DocumentType(StrEnum):
    """What the document is (BT-3, UNTDID 1001)."""

    INVOICE = "380"
    CREDIT_NOTE = "381"
    CORRECTED = "384"
    PREPAYMENT = "386"
    SELF_BILLED = "389"

    PAYMENT_REQUEST = "71"
    DEBIT_NOTE_GOODS = "80"
    METERED = "82"
    DEBIT_NOTE_FINANCIAL = "84"
    TAX_NOTIFICATION = "102"
    PAYMENT_DATA_REQUEST = "130"
    DIRECT_PAYMENT_VALUATION = "202"
    PROVISIONAL_VALUATION = "203"
    PAYMENT_VALUATION = "204"
    INTERIM_APPLICATION = "211"
    FINAL_REQUEST = "218"
    UNITS_REQUEST = "219"
    PRICE_VARIATION = "295"
    PRO_FORMA = "325"
    PARTIAL = "326"
    PACKING_LIST = "331"
    COMMISSION_NOTE = "382"
    DEBIT_NOTE = "383"
    CONSOLIDATED = "385"
    HIRE = "387"
    TAX = "388"
    DELCREDERE = "390"
    FACTORED = "393"
    LEASE = "394"
    CONSIGNMENT = "395"
    DEBIT_ADVICE = "456"
    DEBIT_REVERSAL = "457"
    SELF_BILLED_CORRECTED = "471"
    FACTORED_CORRECTED = "472"
    SELF_BILLED_FACTORED_CORRECTED = "473"
    SELF_PREPAYMENT = "500"
    SELF_BILLED_FACTORED = "501"
    SELF_BILLED_DEBIT = "527"
    FORWARDER_DISCREPANCY = "553"
    INSURER = "575"
    FORWARDER = "623"
    PORT_CHARGES = "633"
    INFORMATION = "751"
    FREIGHT = "780"
    CLAIM = "817"
    CONSULAR = "870"
    PARTIAL_CONSTRUCTION = "875"
    PARTIAL_FINAL_CONSTRUCTION = "876"
    FINAL_CONSTRUCTION = "877"
    CUSTOMS = "935"

    CREDIT_GOODS = "81"
    CREDIT_FINANCIAL = "83"
    SELF_BILLED_CREDIT = "261"
    CONSOLIDATED_CREDIT = "262"
    CREDIT_PRICE_VARIATION = "296"
    DELCREDERE_CREDIT = "308"
    FACTORED_CREDIT = "396"
    OCR_CREDIT = "420"
    CREDIT_REVERSAL = "458"
    SELF_BILLED_FACTORED_CREDIT = "502"
    PREPAYMENT_CREDIT = "503"
    FORWARDER_CREDIT = "532"

    @property
    def amends(self) -> bool:
        """Whether it amends an earlier document, which it must name (Art. 219)."""
        return self in AMENDING

    @property
    def is_credit(self) -> bool:
        """Whether the amounts reduce what the buyer owes."""
        return self in CREDITS

    @property
    def usual(self) -> DocumentType:
        """The type of those issued here that comes nearest: where a format or a language knows no more of them."""
        if self in ISSUED:
            return self
        return DocumentType.CREDIT_NOTE if self.is_credit else DocumentType.INVOICE


AMENDING = frozenset({DocumentType.CREDIT_NOTE, DocumentType.CORRECTED})
CREDITS = frozenset(
    DocumentType(code) for code in "381 81 83 261 262 296 308 396 420 458 502 503 532".split()
)  # fmt: skip
ISSUED = frozenset(
    {
        DocumentType.INVOICE, DocumentType.CREDIT_NOTE, DocumentType.CORRECTED, DocumentType.PREPAYMENT,
        DocumentType.SELF_BILLED,
    }
)  # fmt: skip
"""Types that are issued here."""
