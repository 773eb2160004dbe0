"""A mail server for tests that can refuse, hesitate, and die between taking a message and answering."""

from __future__ import annotations

import email
import email.policy
import socket
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Sink:
    """Keeps what it takes; `answers` gives recipients, data and whether to hang up by address."""

    def __init__(self):
        self.messages = []
        self.refused: dict[str, str] = {}
        self.data_answer = "250 taken"
        self.hang_up = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.data_answer.startswith("250"):
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.hang_up:
            server.transport.close()
        return self.data_answer

    @property
    def ids(self):
        return [message["Message-ID"] for message in self.messages]


@contextmanager
def sink():
    """Run a sink on a free port of this machine; yields (sink, port)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler, port
    finally:
        controller.stop()
