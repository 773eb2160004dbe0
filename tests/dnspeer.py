"""A name server on this machine that answers what a test says, over the real wire format."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


def quoted(text):
    """Return a text as records carry it: in parts of at most 255 characters."""
    return " ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255))


def _handler(zone):
    class Answering(socketserver.BaseRequestHandler):
        def handle(self):
            data, sock = self.request
            query = dns.message.from_wire(data)
            answer = dns.message.make_response(query)
            [question] = query.question
            name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
            known = zone.get((name, kind))
            if known:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *known))
            elif not any(one == name for one, _ in zone):
                answer.set_rcode(dns.rcode.SERVFAIL if name.startswith("ill") else dns.rcode.NXDOMAIN)
            sock.sendto(answer.to_wire(), self.client_address)

    return Answering


@contextmanager
def serving(zone):
    """Answer from `zone`, (name with its dot, kind) → records; it may change meanwhile. Yields the address."""
    server = socketserver.UDPServer(("127.0.0.1", 0), _handler(zone))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
