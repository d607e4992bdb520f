"""Send the mails that are due."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import or_

from app import clock
from app.database import db, end_reading
from app.jobs.parallel import in_parallel
from app.jobs.queue import claim
from app.mails.models import Mail
from app.mails.outbox import record_not_sent, record_sent
from app.mails.rendering import rendered
from app.mails.transport import MailNotSent, transport_to
from app.services import services

# Longer than a mail server may take, so a row that comes back belongs to a worker that died.
LEASE = timedelta(minutes=5)

log = structlog.get_logger()


def send_due_mails(*, now: datetime, limit: int) -> int:
    """How many were tried."""
    table = Mail.__table__
    due = (
        (table.c.state == "waiting")
        & (table.c.send_at <= now)
        & or_(table.c.leased_until.is_(None), table.c.leased_until <= now)
    )
    values = {"leased_until": now + LEASE, "tries": table.c.tries + 1}
    rows = claim(table, due=due, order=table.c.send_at, values=values, limit=limit)
    in_parallel(_send, [row.id for row in rows])
    return len(rows)


def _send(mail_id: str) -> None:
    settings = services().settings
    try:
        message = rendered(db.session.get_one(Mail, mail_id), sender_address=settings.mail_from)
        end_reading()
        transport_to(settings.smtp_url).send(message)
    except MailNotSent as error:
        record_not_sent(mail_id, error=error.error, for_good=error.for_good, now=clock.now())
    except Exception:  # a text or an address that nobody foresaw waits like any other trouble
        log.exception("mail.not_made", mail=mail_id)
        record_not_sent(mail_id, error="cannot be made", for_good=False, now=clock.now())
    else:
        record_sent(mail_id, now=clock.now())
