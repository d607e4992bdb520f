"""Hand a message over: to a mail server, or, where none is set, to a folder of files."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 30


class MailNotSent(Exception):
    """for_good: the server says that no repeat will help."""

    def __init__(self, error: str, *, for_good: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.for_good = for_good


class Transport(Protocol):
    def send(self, message: EmailMessage) -> None:
        """Returns when somebody else is responsible for the message. Raises MailNotSent."""
        ...


def transport_to(url: str) -> Transport:
    """url: `file:///folder`, `smtp://[user:password@]host[:port]` or `smtps://…`, as the settings checked it."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileTransport(Path(unquote(parts.path)))
    return SmtpTransport(
        host=parts.hostname or "",
        port=parts.port or (465 if parts.scheme == "smtps" else 587),
        tls_from_the_start=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@dataclass(frozen=True)
class FileTransport:
    """Each mail is a file that a mail program can open; a repeat writes the same file."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name}.eml").write_bytes(message.as_bytes(policy=SMTP))
        except OSError as error:
            raise MailNotSent(_words(error)) from error


@dataclass(frozen=True)
class SmtpTransport:
    """Encrypted from the start, or by STARTTLS where the server offers it; a password never goes in clear."""

    host: str
    port: int
    tls_from_the_start: bool
    user: str
    password: str

    def send(self, message: EmailMessage) -> None:
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(_words(error)) from error
        try:
            server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(_words(error), for_good=_is_for_good(error)) from error
        finally:
            # The message was accepted or refused by now; how the connection ends changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls_from_the_start:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        try:
            self._introduce(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        encrypted = self.tls_from_the_start
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
            encrypted = True
        if self.user and not encrypted:
            raise smtplib.SMTPNotSupportedError("the server offers no encryption for the password")
        if self.user:
            server.login(self.user, self.password)


def _is_for_good(error: Exception) -> bool:
    """A recipient or a message that was refused with a 5xx. Our own sender or login refused is a setting that
    somebody will mend."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code) >= 500
    return isinstance(error, smtplib.SMTPNotSupportedError)  # the address needs more than the server can


def _words(error: Exception) -> str:
    """What went wrong, without the addresses that a server likes to repeat."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {str(code) for code, _text in error.recipients.values()}
        return f"recipient refused: {', '.join(sorted(codes))}"
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
