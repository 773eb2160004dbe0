"""The domain name system, against a resolver on this machine that answers what a test says."""

from __future__ import annotations

import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from fairdue.foundation.mail import names

ZONE = {
    ("fine.example.", "MX"): ["10 mail.fine.example."],
    ("null.example.", "MX"): ["0 ."],
    ("plain.example.", "A"): ["192.0.2.7"],
    ("fine.example.", "TXT"): ['"v=spf1 " "-all"'],
}


class Resolver(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        [question] = query.question
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        known = ZONE.get((name, kind))
        if known:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *known))
        elif not any(one == name for one, _ in ZONE):
            answer.set_rcode(dns.rcode.SERVFAIL if name.startswith("ill") else dns.rcode.NXDOMAIN)
        sock.sendto(answer.to_wire(), self.client_address)


@pytest.fixture
def resolver(monkeypatch):
    server = socketserver.UDPServer(("127.0.0.1", 0), Resolver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("FAIRDUE_RESOLVER", f"127.0.0.1:{server.server_address[1]}")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("domain", "answer", "words"),
    [
        ("fine.example", True, "MX mail.fine.example."),
        ("null.example", False, "null MX"),
        ("plain.example", True, "192.0.2.7"),
        ("gone.example", False, "no mail server"),
        ("ill.example", None, "no resolver"),
    ],
)
def test_a_domain_takes_mail_or_not_or_nobody_knows(resolver, monkeypatch, domain, answer, words):
    monkeypatch.setattr(names, "SECONDS", 1.0)
    taken, why = names.takes_mail(domain)
    assert (taken, words in why) == (answer, True)


def test_text_in_parts_is_one_text(resolver):
    assert names.lookup("fine.example", "TXT") == ("v=spf1 -all",)


def test_without_a_resolver_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("FAIRDUE_RESOLVER", raising=False)
    assert names.takes_mail("fine.example") == (None, "no resolver answered")
