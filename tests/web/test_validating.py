"""Invoice files of anybody are judged on a page: a verdict each, the rules asked, three classes of findings."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.validation.sample import sample
from fairdue.web.invoicing import validating

PATH = "/invoices/validate"


def file(content, name="invoice.xml"):
    return SimpleUploadedFile(name, content, content_type="application/xml")


def sent(client, *files):
    answer = client.post(PATH, {"upload": list(files)})
    return answer.status_code, answer.content.decode()


def test_each_file_has_its_verdict_and_the_rules_that_were_asked(sign_in):
    invoice = sample()
    good = cii.write(invoice, totals(invoice))
    broken = ubl.write(invoice, totals(invoice)).replace(b"TEST-1", b"")
    status, page = sent(sign_in("invoicing_clerk"), file(good, "good.xml"), file(broken, "../bad.xml"))
    one, two = page.split('<section class="panel" aria-label=')[1:]
    assert status == 200
    assert ("good.xml" in one, "Valid" in one, "EN 16931" in one, "Format" in one) == (True, True, True, False)
    assert ("bad.xml" in two, "Not valid" in two, "BR-02" in two) == (True, True, True)
    assert "../" not in two


def test_what_tax_law_asks_of_the_contents_is_told_beside_the_official_rules(sign_in):
    invoice = replace(sample(), seller=replace(sample().seller, vat_id=""))
    _, page = sent(sign_in("invoicing_clerk"), file(cii.write(invoice, totals(invoice))))
    assert ">Content" in page


def test_what_no_rules_judge_is_not_checked_with_the_reason_and_never_valid(sign_in):
    invoice = sample()
    ours, theirs = (
        b"urn:cen.eu:en16931:2017<",
        b"urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0<",
    )
    peppol = ubl.write(invoice, totals(invoice)).replace(ours, theirs)
    _, page = sent(sign_in("auditor"), file(peppol), file(b"hello", "letter.txt"))
    one, two = page.split('<section class="panel" aria-label=')[1:]
    assert "Not checked" in one
    assert "The rules are not installed: peppol" in one
    assert 'class="badge done"' not in one
    assert "a hint, not a fault" in one  # no account to pay into
    assert "Not valid" in two


def test_the_form_is_refused_in_words(sign_in, monkeypatch):
    client = sign_in("invoicing_clerk")
    assert sent(client)[0] == 422
    assert "Choose the files first." in sent(client)[1]
    many = [file(b"<a/>", f"{at}.xml") for at in range(validating.MOST + 1)]
    assert "At most 10 files at once; these are 11." in sent(client, *many)[1]
    monkeypatch.setattr(validating, "LARGEST", 3)
    assert "Larger than" in sent(client, file(b"<long/>", "long.xml"))[1]


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("client_user", 403)])
def test_who_sees_invoices_may_check_files(sign_in, role, status):
    assert sign_in(role).get(PATH).status_code == status
