"""English wordings."""

# ruff: noqa: E501 - wordings are prose, broken where a paragraph ends
from __future__ import annotations

_PAY = """Please transfer the amount to {account}, naming the invoice number.

Questions, or already paid? Write to {contact} and we will sort it out.

Kind regards
{creditor}"""

WORDINGS = {
    "reminder": (
        "{creditor}: upcoming payment",
        f"Dear Sir or Madam,\n\nthis is a courtesy note that the following will soon be due:\n\n{{items}}\n\n{_PAY}",
    ),
    "due_today": (
        "{creditor}: payment due",
        f"Dear Sir or Madam,\n\nthe following is due for payment:\n\n{{items}}\n\n{_PAY}",
    ),
    "notice": (
        "{creditor}: payment reminder over {total}",
        (
            "Dear Sir or Madam,\n\nit may have slipped your attention: we have not yet received payment of\n\n{items}\n\n"
            f"We would be glad to receive {{total}} within the next days.\n\n{_PAY}"
        ),
    ),
    "firm_notice": (
        "{creditor}: overdue, please pay {total}",
        (
            "{customer}\n\nDear Sir or Madam,\n\nin spite of our reminder the following is still open:\n\n{items}\n\n"
            f"Please pay {{total}} by {{reply_by}}. If something speaks against it, tell us now.\n\n{_PAY}"
        ),
    ),
    "formal_notice": (
        "Formal notice of {creditor} over {total_claim}",
        (
            "{customer}\n{customer_address}\n\n{today}\n\nFORMAL NOTICE\n\nDear Sir or Madam,\n\nyou owe {creditor}, "
            "{creditor_address}, for goods and services delivered:\n\n{items}\n\n"
            "By law you also owe late interest and compensation for recovery costs:\n\n{claims}\n\n{rates}\n\n"
            "Legal basis: {articles}. From today interest grows by {daily_interest} a day.\n\n"
            "Total claim: {total_claim}. Payment must reach {account} by {reply_by}, naming the invoice number.\n\n"
            "If neither payment nor an objection arrives by then, we may without further notice take legal "
            "proceedings, instruct a collection agency or our credit insurer, and stop deliveries.\n\n"
            "If you contest the claim, write to {contact} and say which invoice and why.\n\nYours faithfully\n{creditor}"
        ),
    ),
}

HEADINGS = {
    "number": "Invoice",
    "issued": "Date",
    "due": "Due",
    "gross": "Amount",
    "paid": "Paid",
    "open": "Open",
    "interest": "Interest",
    "compensation": "Compensation",
    "period": "Period",
    "days": "Days",
    "principal": "On",
    "rate": "Rate a year",
    "partly": "(contested part of {amount} not included)",
    "account": "the account named on the invoice",
    "none": "none",
    "title": "Statement of account",
    "document": "Number",
    "late": "Days late",
    "contested": "Contested",
    "on_account": "{number} (to your credit)",
    "nothing": "nothing is open",
}

STATEMENT = (
    "Statement of account, {creditor}",
    (
        "{customer}\n{customer_address}\n\nStatement of account of {today}\n\nWhat is open between you and {creditor} on this day:\n\n{items}\n\n"
        "Balance: {total}\n\nFor payments: {account}. Please name the number.\n\nDoes something look wrong? Write to {contact}.\n\n{creditor}\n{creditor_address}"
    ),
)
"""Subject and body of a statement of account; it demands nothing."""
