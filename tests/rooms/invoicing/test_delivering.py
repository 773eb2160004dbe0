"""Delivery: channel with its reason, hand-over, answers, bounces, print batches; every end is a fact."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from tests import make
from tests.make import LINE

from fairdue.collections.models import Dispute, Task
from fairdue.collections.services import open_dispute
from fairdue.core.findings import RefusedError
from fairdue.foundation.files import load
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact, OutgoingMail
from fairdue.invoicing import masterdata, services
from fairdue.invoicing.channels import access_point, folder
from fairdue.invoicing.models import Delivery, Invoice, InvoiceEvent
from fairdue.invoicing.reaching import choice_for
from fairdue.invoicing.services import documents
from fairdue.parties.models import Creditor, Debtor
from fairdue.parties.services import set_identifier
from fairdue.receivables import selectors as books_of

TODAY = date(2026, 3, 2)


class Peer(BaseHTTPRequestHandler):
    """An access point as the interface describes it; written here, no provider's own."""

    taken: dict[str, tuple[str, bytes]] = {}
    states: dict[str, dict[str, str]] = {}
    answer = 202
    calls: list[str] = []
    """The idempotency key of each call: jobs that other tests left may call, too."""

    def do_POST(self):
        key = self.headers["Idempotency-Key"]
        self.calls.append(key)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.answer >= 400:
            self._say(self.answer, {"error": "no such receiver"})
            return
        self.taken.setdefault(key, (self.headers["Peppol-Receiver"], body))
        self._say(202, {"id": f"m-{key}", "status": "accepted"})

    def do_GET(self):
        message = self.path.rpartition("/")[2]
        self._say(200, {"id": message, **self.states.get(message, {"status": "accepted"})})

    def _say(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def peer(monkeypatch):
    Peer.taken, Peer.states, Peer.answer, Peer.calls = {}, {}, 202, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Peer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_URL", f"http://127.0.0.1:{server.server_address[1]}")
    yield Peer
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def handover(monkeypatch, tmp_path):
    monkeypatch.setenv("FAIRDUE_HANDOVER", str(tmp_path))
    return tmp_path


def shop(ctx, books, country="DE", **settings):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
            iban="DE75512108001245126199", bic="SOGEDEFF", settings={"formats": ["ubl", "factur-x"], **settings},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(
            street="Platz 2", postcode="20095", city="Hamburg", country=country
        )
    return books


def issued(ctx, books):
    content = {"lines": [LINE], "delivery": {"day": "2026-03-01"}, "references": {"buyer": "KST 300"}}
    with ctx.open():
        draft = services.write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, content=content, currency="EUR", today=TODAY
        )
        return services.issue_invoice(ctx, draft=draft, today=TODAY)


def deliveries(ctx, invoice):
    return list(Delivery.objects.filter(invoice_id=invoice).order_by("attempt"))


def test_without_a_wish_it_goes_by_mail_with_its_own_bounce_address(ctx, books):
    shop(ctx, books, delivery="auto", bounce_address="bounce@mail.example", mail_from="Nordwind <ar@nordwind.example>")
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        assert (row.channel, row.why) == ("email", "No network is prescribed; email reaches the buyer.")
        mail = OutgoingMail.objects.get(subject_id=invoice)
        assert mail.sender == "Nordwind <ar@nordwind.example>"
        assert mail.context["envelope"] == f"bounce+{row.id.hex}@mail.example"


def bounce_of(row, status="5.1.1", action="failed"):
    return (
        f"To: bounce+{row.id.hex}@mail.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {row.recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\n\n--B--\n"
    ).encode()


def test_a_bounce_ends_the_delivery_and_unverifies_the_address_and_asks_a_person(ctx, books):
    shop(ctx, books, bounce_address="bounce@mail.example")
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        services.end_delivery(ctx, delivery=row.id, reason="", today=TODAY)
        assert services.take_bounce(ctx, content=bounce_of(row, "4.2.2", "delayed"), today=TODAY) is None
        assert services.take_bounce(ctx, content=bounce_of(row), today=TODAY) == row.id
        row.refresh_from_db()
        assert (row.state, "5.1.1" in row.reason) == ("failed", True)
        assert Invoice.objects.get(id=invoice).delivery == "failed"
        assert Debtor.objects.get(id=books.debtor).email_state == "returned"
        services.take_bounce(ctx, content=bounce_of(row), today=TODAY)
        assert Fact.objects.filter(type="delivery.failed", subject_id=invoice).count() == 1
        with pytest.raises(RefusedError, match="no delivery report"):
            services.take_bounce(ctx, content=b"Subject: away\n\nI am away.", today=TODAY)
    drain()
    with ctx.open():
        assert Task.objects.filter(debtor_id=books.debtor, kind="master_data").count() == 1


def test_print_waits_for_a_batch_and_is_delivered_when_the_batch_is_in_the_post(ctx, books):
    shop(ctx, books, delivery="print")
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(name="=Kaufmann KG")
    one, two = issued(ctx, books), issued(ctx, books)
    drain()
    with ctx.open():
        batch = services.make_print_batch(ctx, creditor=books.creditor, today=TODAY)
        _, content = load(ctx, batch)
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            names = pack.namelist()
            assert names == ["0001-RE-2026-00001.pdf", "0002-RE-2026-00002.pdf", "index.csv"]
            assert pack.read(names[0]).startswith(b"%PDF")
            index = pack.read("index.csv").decode()
        assert "'=Kaufmann KG" in index
        assert "119.00,EUR" in index
        assert [Invoice.objects.get(id=each).delivery for each in (one, two)] == ["sent", "sent"]
        with pytest.raises(RefusedError, match="Nothing waits"), transaction.atomic():
            services.make_print_batch(ctx, creditor=books.creditor, today=TODAY)
        services.confirm_print_batch(ctx, batch=batch, today=TODAY)
        assert [Invoice.objects.get(id=each).delivery for each in (one, two)] == ["delivered", "delivered"]
        with pytest.raises(RefusedError, match="in the post already"), transaction.atomic():
            services.confirm_print_batch(ctx, batch=batch, today=TODAY)
        services.note_returned_letter(ctx, invoice=one, reason="moved away", today=TODAY)
        assert Invoice.objects.get(id=one).delivery == "failed"
        assert Debtor.objects.get(id=books.debtor).address_state == "returned"


def peppol(ctx, books):
    with ctx.open():
        set_identifier(ctx, debtor=books.debtor, scheme="peppol", value="0088:4012345000009", today=TODAY)


def test_peppol_is_handed_over_once_and_its_end_is_asked_for(ctx, books, peer):
    shop(ctx, books, delivery="auto", peppol_id="9930:de129273398", formats=["factur-x", "ubl"])
    peppol(ctx, books)
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        assert (row.channel, row.state) == ("peppol", "sent"), row.reason
        assert row.reference == f"m-{row.id}"
    services.hand_over(ctx, row.id, TODAY)  # the job ran twice
    assert peer.calls.count(str(row.id)) == 1
    receiver, document = peer.taken[str(row.id)]
    assert receiver == "0088:4012345000009"
    assert b"<Invoice" in document
    assert services.poll(ctx, TODAY) == 0
    peer.states[row.reference] = {"status": "delivered"}
    assert services.poll(ctx, TODAY) == 1
    assert services.poll(ctx, TODAY) == 0
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "delivered"


def test_a_job_that_died_after_the_access_point_took_it_hands_over_the_same_message(ctx, books, peer):
    shop(ctx, books, delivery="auto", peppol_id="9930:de129273398")
    peppol(ctx, books)
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        Delivery.objects.filter(id=row.id).update(state="queued", reference="")
    first = peer.taken[str(row.id)]
    services.hand_over(ctx, row.id, TODAY)
    assert (peer.calls.count(str(row.id)), peer.taken[str(row.id)]) == (2, first)


def test_what_the_access_point_refuses_fails_and_what_is_away_is_tried_again(ctx, books, peer):
    shop(ctx, books, delivery="auto", peppol_id="9930:de129273398")
    peppol(ctx, books)
    peer.answer = 503
    invoice = issued(ctx, books)
    drain()  # the job fails and waits for its next turn
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        assert row.state == "queued"
    with pytest.raises(access_point.AwayError, match="status 503"):
        services.hand_over(ctx, row.id, TODAY)
    peer.answer = 422
    services.hand_over(ctx, row.id, TODAY)
    with ctx.open():
        row.refresh_from_db()
        assert (row.state, "no such receiver" in row.reason) == ("failed", True)
        peer.answer = 202
        services.retry_deliveries(ctx, invoices=[invoice], today=TODAY)
        assert [one.state for one in deliveries(ctx, invoice)] == ["failed", "queued"]


def test_a_file_for_a_channel_that_fails_each_time_is_told_and_written_when_it_is_delivered_again(
    ctx, books, peer, monkeypatch
):
    shop(ctx, books, delivery="auto", peppol_id="9930:de129273398")
    peppol(ctx, books)
    real = documents.write

    def faulty(code, content, look):
        if code == "peppol-bis" and content.number.endswith("00001"):
            raise OSError("no space left on device")
        return real(code, content, look)

    with monkeypatch.context() as patched:
        patched.setattr(documents, "write", faulty)
        first, second = issued(ctx, books), issued(ctx, books)
        assert drain(120)
    with ctx.open():
        [failed], [sound] = deliveries(ctx, first), deliveries(ctx, second)
        assert (failed.channel, failed.state, failed.recipient) == ("peppol", "failed", "")
        assert failed.reason == (
            "Its file for this channel (peppol-bis) could not be written: "
            "it was tried 6 times, at last: OSError: no space left on device"
        )
        assert sound.state == "sent", sound.reason  # the same job; one holds no other back
        assert Fact.objects.filter(type="delivery.failed", subject_id=first).count() == 1
        assert services.retry_deliveries(ctx, invoices=[first, second], today=TODAY) == []
        assert Invoice.objects.get(id=first).delivery == "none"
    assert drain(120)
    with ctx.open():
        assert [one.state for one in deliveries(ctx, first)] == ["failed", "sent"]
        assert len(deliveries(ctx, second)) == 1


def test_a_prescribed_network_without_transmitter_delivers_nothing_and_names_the_law(ctx, books):
    shop(ctx, books, country="IT", delivery="auto")
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(country="IT", vat_id="IT00743110157")
        choice = choice_for(*masterdata.pair(ctx, books.creditor, books.debtor), TODAY)
    assert choice.way is None
    assert "SdI is compulsory since 2019-01-01" in choice.why
    assert "no transmitter for SdI is set up" in choice.why


def test_a_file_is_handed_to_the_transmitter_whole_and_its_answers_are_taken_once(ctx, books, handover):
    shop(ctx, books, delivery="folder")
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        assert row.state == "sent", row.reason
        [file] = handover.rglob("*.xml")
        assert file.name == row.reference
        assert file.parent.name == "out"
        table = f"reference,code,reason,date,id\n{row.reference},delivered,,2026-03-02,a1\n"
        assert len(services.take_answers(ctx, channel="folder", name="a.csv", content=table.encode(), today=TODAY)) == 1
        assert services.take_answers(ctx, channel="folder", name="a.csv", content=table.encode(), today=TODAY) == []
        assert Invoice.objects.get(id=invoice).delivery == "delivered"
        for content, words in ((b"reference,code\nx.xml,AP\n", "as x.xml"), (b"\x00\x01", "no answer that can be read"),
                               (b"<broken", "no answer that can be read")):  # fmt: skip
            with pytest.raises(RefusedError, match=words), transaction.atomic():
                services.take_answers(ctx, channel="folder", name="b", content=content, today=TODAY)


@pytest.mark.parametrize(
    "content",
    [
        b"reference,code\n" + b"x" * 200_000,  # one cell without an end
        b'reference,code\n"x.xml,AP\n',  # a quote that nothing ends: cut off
        b"reference,code\nx.xml",  # cut off before the code
        b"reference,code,date\nx.xml,AP,2026-13-45\n",
        b"[" * 100_000,
        b"<a>" * 100_000,
        b"",
    ],
    ids=["long", "open quote", "cut", "no day", "deep list", "deep page", "empty"],
)
def test_a_damaged_file_of_answers_is_refused_in_words(ctx, content):
    with ctx.open(), pytest.raises(RefusedError, match="no answer that can be read"), transaction.atomic():
        services.take_answers(ctx, channel="folder", name="b", content=content, today=TODAY)


def test_a_rejection_by_sdi_is_read_with_its_errors(ctx, books, handover):
    shop(ctx, books, delivery="folder")
    invoice = issued(ctx, books)
    drain()
    with ctx.open():
        [row] = deliveries(ctx, invoice)
        Delivery.objects.filter(id=row.id).update(state="sent")
        message = (
            '<ns:NotificaScarto xmlns:ns="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0">'
            f"<IdentificativoSdI>111</IdentificativoSdI><NomeFile>{row.reference}</NomeFile><ListaErrori><Errore>"
            "<Codice>00404</Codice><Descrizione>Fattura duplicata</Descrizione></Errore></ListaErrori>"
            "</ns:NotificaScarto>"
        )
        services.take_answers(ctx, channel="folder", name="x_NS_001.xml", content=message.encode(), today=TODAY)
        row.refresh_from_db()
        assert (row.state, row.reason) == ("failed", "00404 Fattura duplicata")
        assert InvoiceEvent.objects.get(invoice_id=invoice).kind == "rejected"


@pytest.mark.parametrize(("code", "disputes"), [("RE", 1), ("rejected", 1), ("AP", 0), ("opened", 0), ("PD", 0)])
def test_refusals_become_disputes_and_approvals_are_shown(ctx, books, code, disputes):
    shop(ctx, books, delivery="none")
    invoice = issued(ctx, books)
    with ctx.open():
        for _ in range(2):  # told twice
            services.note_event(ctx, invoice=invoice, code=code, source="peppol", reference="r1", happened_on=TODAY,
                                reason="wrong order number", today=TODAY)  # fmt: skip
    drain()
    with ctx.open():
        found = Dispute.objects.filter(item_id=invoice)
        assert found.count() == disputes
        assert all("wrong order number" in one.note for one in found)
        assert make.residual(invoice) == 11900  # what a buyer says about paying books no money
        told = Fact.objects.filter(subject_id=invoice, type__in=[
            "invoice.refused", "invoice.rejected", "invoice.approved", "invoice.opened", "invoice.payment_announced"
        ])  # fmt: skip
        assert told.count() == 1


def told(ctx, invoice, code, reference, on=TODAY):
    with ctx.open():
        services.note_event(ctx, invoice=invoice, code=code, source="peppol", reference=reference, happened_on=on,
                            reason="wrong order number", today=on)  # fmt: skip
    drain()


def test_an_approval_ends_the_dispute_of_a_refusal_and_no_other(ctx, books):
    shop(ctx, books, delivery="none")
    refused, contested = issued(ctx, books), issued(ctx, books)
    with ctx.open():
        open_dispute(ctx, item=contested, reason="price", today=TODAY)
    told(ctx, refused, "RE", "r1")
    told(ctx, refused, "AP", "r2")
    told(ctx, contested, "AP", "r3")
    with ctx.open():
        ended = Dispute.objects.get(item_id=refused)
        assert (ended.outcome, ended.resolved_on) == ("withdrawn", TODAY)
        assert "approved after all" in ended.resolution
        assert Dispute.objects.get(item_id=contested).resolved_on is None


def test_an_announced_payment_waits_five_bank_days_once_and_books_nothing(ctx, books):
    shop(ctx, books, delivery="none")
    invoice = issued(ctx, books)
    told(ctx, invoice, "PD", "r1")
    told(ctx, invoice, "211", "r2")
    with ctx.open():
        [hold] = books_of.holds(ctx, debtors=[books.debtor])
        assert (hold.item_id, hold.reason, hold.until_on) == (invoice, "plausible_payment", date(2026, 3, 9))
        assert "the customer says it is paid (peppol)" in hold.note
        assert make.residual(invoice) == 11900


@pytest.mark.parametrize(
    ("change", "code"),
    [({"code": "??"}, "event.code"), ({"code": "RE", "reason": " "}, "event.reason"),
     ({"happened_on": date(2026, 3, 3)}, "event.day")],
)  # fmt: skip
def test_an_answer_that_says_nothing_is_refused(ctx, books, change, code):
    shop(ctx, books, delivery="none")
    invoice = issued(ctx, books)
    values = {"code": "AP", "reason": "", "happened_on": TODAY} | change
    with ctx.open(), pytest.raises(RefusedError) as refused:
        services.note_event(ctx, invoice=invoice, source="peppol", reference="r1", today=TODAY, **values)
    assert refused.value.findings[0].code == code


def test_file_names_and_folders_lead_nowhere_else(handover):
    assert (
        folder.name_for("IT/../00743110157", "0" * 32, "RE/2026/1", ".xml") == "IT-00743110157-RE-2026-1_00000000.xml"
    )
    for tenant, way in (("..", "sdi"), ("a/b", "sdi"), ("ok", "email"), ("ok", "../x")):
        with pytest.raises(ValueError, match="no transmitter folder"):
            folder.place(tenant, way, "out")


def test_an_access_point_over_plain_http_elsewhere_is_not_spoken_to(monkeypatch):
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_URL", "http://ap.example")
    assert access_point.address() == ""
    monkeypatch.setenv("FAIRDUE_ACCESS_POINT_URL", "https://ap.example/v1/")
    assert access_point.address() == "https://ap.example/v1"
