"""From a row to a message: plain text and HTML, in the reader's language."""

from datetime import UTC
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from flask import current_app, g, render_template

from app.languages import tag_of
from app.mails.models import Mail


def rendered(mail: Mail, *, sender_address: str) -> EmailMessage:
    """The message as it is sent. sender_address: ours, perhaps with a name.

    The first line of the text template is the subject, the second is empty.
    """
    text, html = _texts(mail)
    subject, _empty, body = text.strip().partition("\n")
    name, address = parseaddr(sender_address)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = Address(mail.sender or name, addr_spec=_ascii_domain(address))
    message["To"] = Address(addr_spec=_ascii_domain(mail.recipient))
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=_ascii_domain(mail.reply_to))
    message["Date"] = format_datetime(mail.created_at.astimezone(UTC))
    # The same for every try: a mail that was sent twice after all is shown once by most readers.
    message["Message-ID"] = f"<{mail.id}@{_ascii_domain(address).rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.strip() + "\n")
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = tag_of(mail.language)  # last: headers of the content go down into its parts
    return message


def _texts(mail: Mail) -> tuple[str, str]:
    """Text and HTML, made in a context of their own: the language of one mail must not leak into the next."""
    with current_app.app_context():
        g.language = mail.language
        text = render_template(f"emails/{mail.template}.txt", **mail.values)
        html = render_template(f"emails/{mail.template}.html", **mail.values)
    return text, html


def _ascii_domain(address: str) -> str:
    """Domains with other letters are written in punycode, which every mail server understands."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
