"""Settings of posting, codes, money on account, refunds, recalls, parts of payments: on screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairdue.cash.account.uses import propose_uses
from fairdue.cash.models import CashReturn, CreditUse, Recall, Refund
from fairdue.cash.posting.codes import codes
from fairdue.cash.posting.policies import policy_settings
from fairdue.cash.refunding.tasks import open_refund
from fairdue.cash.services import Chosen, change
from fairdue.foundation.models import Approval
from tests import make
from tests.rooms.cash.conftest import account_of, bank, entry, lines, matched  # noqa: F401 - a fixture among them
from tests.rooms.cash.test_banks_ask_back import request
from tests.rooms.cash.test_posting import on_account
from tests.rooms.cash.test_refund_files import approved
from tests.rooms.cash.test_returned_money import back, bring

pytestmark = pytest.mark.usefixtures("ctx")


def test_the_lead_sets_what_may_be_posted_for_a_client(bank, sign_in):  # noqa: F811
    admin = sign_in("admin")
    url = reverse("web:settings_posting", args=[bank.creditor])
    page = admin.get(url)
    assert page.status_code == 200
    given = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial is not None}
    given |= {name: value for name, value in page.context["form"].initial.items() if value is not None}
    given |= {"late_discount_posted_days": "7", "limit-cash_clerk": "8,50", "small-SEK": "3.00"}
    for unticked in ("charge_return_fees", "shadow"):
        given.pop(unticked)
    assert admin.post(url, given).status_code == 302
    with bank.ctx.open():
        kept = policy_settings(bank.ctx, bank.creditor)
        assert (kept.late_discount_posted_days, kept.limits["cash_clerk"]) == (7, 850)
        assert [(code, one.small_difference) for code, one in kept.tolerances.items()] == [("SEK", 300)]
    wrong = admin.post(url, given | {"small-EUR": "much", "late_discount_posted_days": "99"})
    assert wrong.status_code == 422
    refused = admin.post(url, given | {"late_discount_posted_days": "99"})
    assert (refused.status_code, "From 0 to 90" in refused.content.decode()) == (422, True)
    assert sign_in("collector").get(url).status_code == 403


def test_codes_of_customers_are_kept_and_removed(bank, sign_in):  # noqa: F811
    from fairdue.parties import selectors as parties

    admin = sign_in("admin")
    url = reverse("web:settings_posting_code", args=[bank.creditor])
    with bank.ctx.open():
        number = parties.debtor(bank.ctx, bank.debtor).external_id
    draft = {
        "code": "D-07",
        "customer": number,
        "reason": "freight",
        "treatment": "fee",
        "most": "12,00",
        "currency": "EUR",
    }
    assert "Kept." in admin.post(url, draft, follow=True).content.decode()
    assert "There is no customer" in admin.post(url, draft | {"customer": "?"}, follow=True).content.decode()
    assert "up to which amount" in admin.post(url, draft | {"most": "x"}, follow=True).content.decode()
    with bank.ctx.open():
        (row,) = codes(bank.ctx)
    assert "Kaufmann KG" in admin.get(reverse("web:settings_posting", args=[bank.creditor])).content.decode()
    assert admin.post(url, {"do": "remove", "id": "x"}).status_code == 404
    admin.post(url, {"do": "remove", "id": str(row.id)})
    with bank.ctx.open():
        assert codes(bank.ctx) == []


def test_money_on_account_is_applied_left_and_taken_back(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    index = reverse("web:cash_account")
    assert "Nothing on account" in clerk.get(index).content.decode()
    with bank.ctx.open():
        line = on_account(bank)
        item = make.item(bank.ctx, bank.books, 10000, number="A-1")
        (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=make.TODAY)
    assert "A-1" in clerk.get(index).content.decode()
    url = reverse("web:cash_use", args=[use])
    assert "Applied." in clerk.post(url, {"do": "accept"}, follow=True).content.decode()
    assert "decided already" in clerk.post(url, {"do": "refuse"}, follow=True).content.decode()
    assert "Taken back" in clerk.post(url, {"do": "reverse", "reason": "wrong"}, follow=True).content.decode()
    assert clerk.post(url, {"do": "?"}).status_code == 404
    with bank.ctx.open():
        assert (make.residual(item), make.unapplied(line.credit_id)) == (10000, 10000)
        assert CreditUse.objects.get().state == "reversed"


def test_a_refund_says_why_it_is_blocked_and_is_proposed_when_it_is_not(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    with bank.ctx.open():
        line = on_account(bank)
    start = reverse("web:cash_refund_new", args=[line.credit_id])
    assert 'inputmode="decimal" value="100.00" required' in clerk.get(reverse("web:cash_account")).content.decode()
    assert (
        "Only 100.00"
        in clerk.post(start, {"amount": "200", "currency": "EUR", "reason": "x"}, follow=True).content.decode()
    )
    page = clerk.post(start, {"amount": "100.00", "currency": "EUR", "reason": "too much"}, follow=True)
    assert "No account is chosen" in page.content.decode()
    with bank.ctx.open():
        account = account_of(bank)
        task = Refund.objects.get().id
    url = reverse("web:cash_refund", args=[task])
    assert "May be paid" in clerk.get(url).content.decode()
    assert clerk.post(url, {"do": "propose", "account": "x"}).status_code == 404
    assert (
        "A second person decides"
        in clerk.post(url, {"do": "propose", "account": str(account)}, follow=True).content.decode()
    )
    assert "Waits for approval" in clerk.get(reverse("web:cash_refunds")).content.decode()
    with bank.ctx.open():
        assert Approval.objects.get(kind="refund").payload["account"] == str(account)
    assert "The money stays" in clerk.post(url, {"do": "dismiss", "reason": "it is owed"}, follow=True).content.decode()
    assert clerk.get(reverse("web:cash_refund", args=[line.id])).status_code == 404


def test_what_is_approved_is_ordered_from_the_bank_by_one_file(bank, sign_in):  # noqa: F811
    clerk, url = sign_in("cash_clerk"), reverse("web:cash_refund_file")
    page = clerk.get(reverse("web:cash_refunds")).content.decode()
    assert "Make the bank file" not in page
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000)
    assert "No refund is in this state" in clerk.get(reverse("web:cash_refunds") + "?state=open").content.decode()
    assert "Paid back" in clerk.get(reverse("web:cash_refunds") + "?state=paid&after=nonsense").content.decode()
    assert "1 approved for Nordwind GmbH" in clerk.get(reverse("web:cash_refunds")).content.decode()
    done = clerk.post(url, {"creditor": str(bank.creditor)}, follow=True).content.decode()
    assert "1 refund over 40.00 EUR ordered." in done.replace("\xa0", " ")
    assert "Make the bank file" not in done
    with bank.ctx.open():
        ordered = Refund.objects.get(file_id__isnull=False)
    there = reverse("web:cash_refund_order", args=[ordered.id])
    assert f'href="{there}" download' in done
    assert f'href="{there}" download' in clerk.get(reverse("web:cash_refund", args=[ordered.id])).content.decode()
    assert sign_in("collector").get(there).status_code == 403
    answer = clerk.get(there)
    assert answer.content == clerk.get(there).content
    assert answer["Content-Disposition"].startswith('attachment; filename="RF')
    assert b'<InstdAmt Ccy="EUR">40.00</InstdAmt>' in answer.content
    again = clerk.post(url, {"creditor": str(bank.creditor)}, follow=True).content.decode()
    assert "No approved refund waits" in again
    assert "Make the bank file" not in again
    assert clerk.post(url, {"creditor": "x"}).status_code == 404
    assert sign_in("collector").post(url, {"creditor": str(bank.creditor)}).status_code == 403


def test_a_recall_is_read_refused_and_answered(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(bank, entry("119.00", "Rechnung RE-2026-04711", end_to_end="E2E-7"))
    admin = sign_in("admin")
    read = reverse("web:cash_recalls_read")
    assert "Choose the bank" in admin.post(read, follow=True).content.decode()
    wrong = SimpleUploadedFile("x.xml", request().replace(b"camt.056.", b"camt.053."))
    assert "no camt.056" in admin.post(read, {"upload": wrong}, follow=True).content.decode()
    content = request("118.00", account="DE00")
    upload = SimpleUploadedFile("camt056.xml", content, content_type="application/xml")
    assert "1 new request." in admin.post(read, {"upload": upload}, follow=True).content.decode()
    with bank.ctx.open():
        recall = Recall.objects.get().id
        line = lines(bank.creditor)[0].id
    link = reverse("web:cash_recall_link", args=[recall])
    assert admin.post(link, {"line": "here"}).status_code == 404
    assert "No payment of this creditor" in admin.post(link, {"line": line}, follow=True).content.decode()
    request_page = reverse("web:cash_recall_request", args=[recall])
    assert "We hold no payment over this amount" in admin.get(request_page).content.decode()
    assert admin.get(reverse("web:cash_recall_request", args=[line])).status_code == 404
    answer = reverse("web:cash_recall_answer", args=[recall])
    assert admin.get(answer).status_code == 404
    refuse = reverse("web:cash_recall_refuse", args=[recall])
    assert "An answer is one of" in admin.post(refuse, {"code": "?"}, follow=True).content.decode()
    assert "Refused." in admin.post(refuse, {"code": "NOOR"}, follow=True).content.decode()
    assert b"<Cd>NOOR</Cd>" in admin.get(answer).content
    assert "Answer for the bank" in admin.get(request_page).content.decode()


def test_the_payment_that_a_recall_means_is_chosen_from_those_over_its_amount(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11800, number="RE-2026-04711")
        matched(bank, entry("118.00", "Rechnung RE-2026-04711"), entry("118.00", "Danke", reference="two"))
        matched(bank, entry("117.00", "Rechnung RE-2026-04711", reference="three"))
    clerk = sign_in("cash_clerk")
    upload = SimpleUploadedFile("camt056.xml", request("118.00", account="DE00"), content_type="application/xml")
    clerk.post(reverse("web:cash_recalls_read"), {"upload": upload})
    with bank.ctx.open():
        recall = Recall.objects.get()
        assert recall.state == "unknown"
    url = reverse("web:cash_recall_request", args=[recall.id])
    text = clerk.get(url).content.decode()
    assert (text.count("It means this one"), url in clerk.get(reverse("web:cash_recalls")).content.decode()) == (
        2,
        True,
    )
    assert "fits these words" in clerk.get(url, {"q": "nobody"}).content.decode()
    (one,) = clerk.get(url, {"q": "danke"}).context["choices"]
    answer = clerk.post(reverse("web:cash_recall_link", args=[recall.id]), {"line": one.id}, follow=True)
    assert "A second person decides" in answer.content.decode()
    assert "It means this one" not in answer.content.decode()
    assert "Refuse it" not in answer.content.decode()
    assert "Refuse it" in sign_in("admin").get(url).content.decode()


def test_a_part_of_a_payment_goes_back_from_the_panel(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        first = make.item(bank.ctx, bank.books, 10000, number="A-1001")
        second = make.item(bank.ctx, bank.books, 5000, number="A-1002")
        (line,) = matched(bank, entry("150.00", "collection"))
        if line.state != "applied":
            change(bank.ctx, line=line.id, chosen=[Chosen(first, 10000), Chosen(second, 5000)], today=make.TODAY)
        (out,) = bring(bank, back("53.00", "AC06", iban="DE02500105170137075030"))
    clerk = sign_in("cash_clerk")
    page = clerk.get(reverse("web:cash_line", args=[out.id])).content.decode()
    assert "It was a part of a payment" in page
    assert "A-1002" in page
    data = {"original": str(line.id), "item": [str(second)]}
    clerk.post(reverse("web:cash_return", args=[out.id]), data)
    with bank.ctx.open():
        assert (make.residual(first), make.residual(second), CashReturn.objects.get().fee) == (0, 5000, 300)


def test_what_a_payment_lacks_is_contested_or_a_colleague_is_asked(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("100.00", "unknown words"))
    url = reverse("web:cash_find", args=[line.id])
    assert "is contested: freight" in clerk.get(url).content.decode()
    chosen = {"item": [str(item)], f"amount-{item}": "100.00", f"residual-{item}": "119.00"}
    refused = clerk.post(url, chosen | {"difference": "small_difference"}, follow=True)
    assert "Above 5.00 EUR of an item a second person must approve" in refused.content.decode()
    asked = clerk.post(url, chosen | {"difference": "ask"}, follow=True)
    assert "A second person decides about the write-off" in asked.content.decode()
    with bank.ctx.open():
        assert make.residual(item) == 1900
        assert Approval.objects.get(kind="write_off").payload["amount"] == 1900


def test_a_refund_of_another_tenant_is_not_found(bank, sign_in, other_ctx):  # noqa: F811
    with other_ctx.open():
        books = make.books(other_ctx)
        credit = make.payment(other_ctx, books, 10000)
        theirs = open_refund(other_ctx, credit=credit, amount=1, reason="x", today=make.TODAY - timedelta(days=1))
    admin = sign_in("admin")
    assert admin.get(reverse("web:cash_refund", args=[theirs])).status_code == 404
    assert admin.get(reverse("web:settings_posting", args=[books.creditor])).status_code == 404


def test_what_the_bank_refused_stands_first_with_its_reason(bank, sign_in):  # noqa: F811
    from fairdue.cash.refunding.ordering import order_refunds
    from tests.rooms.cash.conftest import TODAY
    from tests.rooms.cash.test_refund_answers import answer

    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000)
        made = order_refunds(bank.ctx, creditor=bank.creditor, today=TODAY)
        row = Refund.objects.get()
    clerk, url = sign_in("cash_clerk"), reverse("web:cash_refund_answers")
    assert "Ordered" in clerk.get(reverse("web:cash_refunds")).content.decode()
    assert "Choose the bank" in clerk.post(url, follow=True).content.decode()
    file = SimpleUploadedFile("a.xml", answer(made.reference, (1, "RJCT", "AC04", "Konto erloschen")))
    page = clerk.post(url, {"upload": file}, follow=True).content.decode()
    assert "1 refused" in page
    assert "The bank refused it" in page
    page = clerk.get(reverse("web:cash_refund", args=[row.id])).content.decode()
    assert "Account closed (Konto erloschen)" in page
    assert "Propose to a second person" in page
    again = SimpleUploadedFile("a.xml", answer(made.reference, (1, "RJCT", "AC04", "Konto erloschen")))
    assert "known already" in clerk.post(url, {"upload": again}, follow=True).content.decode()
    other = SimpleUploadedFile("b.xml", answer("RF999", (1, "RJCT", "AC04", "")))
    assert "none of our files" in clerk.post(url, {"upload": other}, follow=True).content.decode()
    assert sign_in("collector").post(url).status_code == 403


def test_a_refund_in_another_currency_asks_for_the_bank_of_the_account(bank, sign_in):  # noqa: F811
    from tests.rooms.cash.test_refund_answers import in_francs

    with bank.ctx.open():
        swiss = in_francs(bank)
        row = Refund.objects.get(creditor_id=swiss.creditor)
    clerk, url = sign_in("cash_clerk"), reverse("web:cash_refund", args=[row.id])
    assert "BIC of the bank of the account" in clerk.get(url).content.decode()
    order = {"creditor": str(swiss.creditor), "currency": "CHF"}
    assert "is not named" in clerk.post(reverse("web:cash_refund_file"), order, follow=True).content.decode()
    assert "another country" in clerk.post(url, {"do": "agent", "agent": "BLKBCH22"}, follow=True).content.decode()
    assert "can be ordered" in clerk.post(url, {"do": "agent", "agent": "INGDDEFF"}, follow=True).content.decode()
    assert clerk.get(reverse("web:cash_refund_order", args=[row.id])).status_code == 404
    assert clerk.post(reverse("web:cash_refund_file"), order).status_code == 302
    made = clerk.get(reverse("web:cash_refund_order", args=[row.id]))
    assert (made["Content-Type"], b"SHAR" in made.content) == ("application/xml", True)
