"""What gateways' servers tell us: kept as it came, then believed only after the gateway was asked."""

import hmac
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from app.database import db, end_reading, transaction
from app.gateways import base
from app.gateways.base import Approved, CannotTell, Unpaid
from app.ids import new_id
from app.payments import people
from app.payments.attempts import record_answer
from app.payments.deposits import is_about, told_last, watch_account
from app.payments.models import Attempt, Notification
from app.payments.outcomes import call_person, gateway_of, hash_of_secret
from app.payments.patience import patience
from app.payments.queries import attempt_by_id
from app.payments.states import AttemptState, NotificationState, move_notification
from app.shops.accounts import open_account
from app.shops.models import GatewayAccount
from app.shops.queries import accounts_at

LARGEST_BODY = 64 * 1024
ASKED_ABOUT = (
    AttemptState.LAUNCHED,
    AttemptState.ABANDONED,
    AttemptState.CONFIRMING,
    AttemptState.DECLINED,
)
LONGEST_PAUSE = timedelta(hours=1)
KEPT = timedelta(days=90)  # gateways repeat for four days; people ask for weeks

log = structlog.get_logger()


def store_notification(*, account_id: str, content_type: str, body: bytes, source: str, now: datetime) -> str:
    """Its id. From here on it is not lost: the worker applies it, however often that takes.

    source: the address that it came from.
    """
    notification = Notification(
        id=new_id("ntf"),
        gateway_account_id=account_id,
        content_type=content_type[:100],
        source=source[:45],
        body=body,
        state=NotificationState.RECEIVED.value,
        received_at=now,
        check_at=now,
    )
    with transaction():
        db.session.add(notification)
    return notification.id


def apply_notification(notification_id: str, *, now: datetime) -> None:
    """May run twice, and late, and in any order: what it says is only a reason to ask the gateway.

    Raises GatewayError when the gateway does not answer: it is to be applied later.
    """
    notification = db.session.get_one(Notification, notification_id, populate_existing=True)
    if notification.state != NotificationState.RECEIVED:
        return
    attempt, told = _attempt_meant(notification)
    attempt_id = attempt.id if attempt else None
    if attempt is not None and told is not None:
        _hear(notification_id, attempt, told, now)
    _end(notification_id, attempt_id, now)


def postpone_notification(notification_id: str, *, now: datetime) -> None:
    """The gateway did not answer, or knows nothing of what it is said to have told: it is asked ever more seldom."""
    with transaction():
        notification = db.session.get_one(
            Notification, notification_id, populate_existing=True, with_for_update=True
        )
        if notification.state == NotificationState.RECEIVED:
            pause = timedelta(seconds=2 ** min(notification.check_tries, 20))
            notification.check_at = now + min(max(pause, patience()), LONGEST_PAUSE)


def forget_old_notifications(*, now: datetime, limit: int) -> int:
    """How many were forgotten; there may be more. What could not be applied yet is kept, however old it is."""
    table = Notification
    old = select(table.id).where(table.state != NotificationState.RECEIVED, table.received_at <= now - KEPT)
    with transaction():
        ids = list(db.session.scalars(old.order_by(table.received_at).limit(limit)))
        db.session.connection().execute(delete(table).where(table.id.in_(ids)))
    return len(ids)


def _attempt_meant(notification: Notification) -> tuple[Attempt | None, base.Notification | None]:
    account = db.session.get_one(GatewayAccount, notification.gateway_account_id)
    attempt, told = _read_by_its_account(notification, account)
    if told is None or attempt is None:
        log.info("notification.ignored", notification=notification.id, gateway=account.gateway)
        return None, None
    if _is_forged(attempt, told):
        log.warning("notification.forged", notification=notification.id, attempt=attempt.id)
        return None, None
    return attempt, told


def _read_by_its_account(
    notification: Notification, account: GatewayAccount
) -> tuple[Attempt | None, base.Notification | None]:
    """What the notification tells, and the attempt that it is about. Credentials may have changed since that
    began: then only those that it began with can tell whether the notification is real."""
    accounts = accounts_at(account.shop_id, livemode=account.livemode, gateway=account.gateway)
    for reader in sorted(accounts, key=lambda one: one.id != account.id):
        told = open_account(reader).read_notification(
            body=notification.body, content_type=notification.content_type, source=notification.source
        )
        attempt = attempt_by_id(told.order_id) if told else None
        if attempt is not None and attempt.gateway_account_id == reader.id:
            return attempt, told
    return None, None


def _is_forged(attempt: Attempt, told: base.Notification) -> bool:
    """Some notifications carry no secret; of those that do, it is the one that came with the account."""
    if not is_about(attempt, told):
        return True
    if attempt.notice_secret is None or told.secret is None:
        return False
    return not hmac.compare_digest(attempt.notice_secret, hash_of_secret(told.secret) or "")


def _hear(notification_id: str, attempt: Attempt, told: base.Notification, now: datetime) -> None:
    """A deposit is noted with its attempt before anything is asked, so that of two that are applied at once one knows
    of the other."""
    attempt_id, amount = attempt.id, attempt.amount
    if told.deposit:
        _note_attempt(notification_id, attempt_id)
        if told.deposit.amount != amount:
            call_person(attempt_id=attempt_id, why=people.OTHER_AMOUNT)
            return
    found = attempt_by_id(attempt_id)
    assert found is not None
    _ask(found, told, now)


def _ask(attempt: Attempt, told: base.Notification, now: datetime) -> None:
    """Only what may have changed is asked about. A launched attempt is left to its buyer, but for money that is there
    already. So it is with one that was declined: what comes after all is to be given back."""
    attempt_id, state = attempt.id, attempt.state
    watched = attempt.virtual_account is not None
    if watched and state in (AttemptState.ISSUED, AttemptState.APPROVED):
        watch_account(attempt_id, now=now)
        return
    is_closed = watched and state == AttemptState.CANCELLED
    if state not in ASKED_ABOUT and not is_closed:
        return
    gateway, returned, last = gateway_of(attempt), attempt.returned, told_last(attempt) or told
    end_reading()
    found = gateway.lookup(
        returned=returned, order_id=attempt_id, transaction_id=told.transaction_id, told=last
    )
    if isinstance(found, Unpaid | CannotTell):
        return
    if is_closed:
        if isinstance(found, Approved):
            call_person(attempt_id=attempt_id, why=people.DEPOSIT_AT_CLOSING)
        return
    if isinstance(found, Approved) or state == AttemptState.CONFIRMING:
        record_answer(attempt_id, found, now=now)


def _note_attempt(notification_id: str, attempt_id: str) -> None:
    with transaction():
        db.session.get_one(Notification, notification_id, with_for_update=True).attempt_id = attempt_id


def _end(notification_id: str, attempt_id: str | None, now: datetime) -> None:
    with transaction():
        notification = db.session.get_one(
            Notification, notification_id, populate_existing=True, with_for_update=True
        )
        if notification.state != NotificationState.RECEIVED:
            return
        notification.attempt_id = attempt_id
        notification.ended_at, notification.check_at = now, None
        to = NotificationState.APPLIED if attempt_id else NotificationState.IGNORED
        move_notification(notification, to)
