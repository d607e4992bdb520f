"""A mail server for tests: it takes mail on loopback, or refuses as it is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.processes import free_port


class Mailbox:
    """refuse_recipient, refuse_message: the server's answers, such as "550 no such user"; None accepts."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse_recipient: str | None = None
        self.refuse_message: str | None = None
        self.url = ""

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.refuse_message:
            return self.refuse_message
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"


@contextmanager
def running_mailbox(**server: Any) -> Iterator[Mailbox]:
    """server: further arguments of aiosmtpd's server, such as a TLS context."""
    mailbox, port = Mailbox(), free_port()
    mailbox.url = f"smtp://127.0.0.1:{port}"
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **server)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
