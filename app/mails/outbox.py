"""Owe somebody a mail, in the transaction of what it tells of; and write down what became of it."""

from datetime import datetime, timedelta
from typing import Any

import structlog

from app.database import db, transaction
from app.ids import new_id
from app.mails.models import Mail

DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1440))

log = structlog.get_logger()


def record(
    template: str,
    *,
    to: str,
    language: str,
    values: dict[str, Any],
    now: datetime,
    sender: str | None = None,
    reply_to: str | None = None,
) -> None:
    """Store a mail that the worker will send. The caller holds the transaction.

    template: name of a pair of files in `templates/emails/`. values: JSON, for these files.
    sender: the name it comes from, ours when not given. reply_to: where answers go.
    """
    db.session.add(
        Mail(
            id=new_id("mail"),
            template=template,
            language=language,
            recipient=to,
            sender=sender,
            reply_to=reply_to,
            values=values,
            created_at=now,
            send_at=now,
        )
    )


def record_sent(mail_id: str, *, now: datetime) -> None:
    with transaction():
        mail = db.session.get_one(Mail, mail_id)
        mail.state, mail.ended_at, mail.leased_until, mail.error = "sent", now, None, None
    log.info("mail.sent", mail=mail_id, template=mail.template)


def record_not_sent(mail_id: str, *, error: str, for_good: bool, now: datetime) -> None:
    """Try again later, unless no repeat would help or the patience is at its end."""
    with transaction():
        mail = db.session.get_one(Mail, mail_id)
        mail.error, mail.leased_until = error[:200], None
        if for_good or mail.tries > len(DELAYS):
            mail.state, mail.ended_at = "failed", now
        else:
            mail.send_at = now + DELAYS[mail.tries - 1]
    log.warning("mail.not_sent", mail=mail_id, template=mail.template, error=error, state=mail.state)
