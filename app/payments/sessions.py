"""Create and end sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.database import db, end_reading, transaction
from app.errors import Conflict, Invalid, WrongState
from app.gateways.base import Approved
from app.ids import new_id
from app.payments.deposits import close_account
from app.payments.models import Attempt, CheckoutSession
from app.payments.outcomes import gateway_of, record_approval
from app.payments.queries import live_attempt, locked_session, session_by_id
from app.payments.states import (
    FINAL_STATES,
    OPEN_STATES,
    UNANSWERED,
    AttemptState,
    SessionState,
    move,
    move_attempt,
)

MOST_METADATA = 50


class PaymentInProgress(Conflict):
    """The gateway is being asked for the money right now; whoever wants to end the session must wait."""

    code = "payment_in_progress"


class SessionExpired(Conflict):
    """The time to pay is over, although nobody may have ended the session yet."""

    code = "session_expired"


class TooMuchMetadata(Invalid):
    """More pairs than a session may carry, what was there before included."""


@dataclass(frozen=True)
class NewSession:
    """What a merchant asked for, already checked. Amounts are whole won; the sums agree."""

    platform: str
    platform_order_id: str
    items: list[dict[str, Any]]
    subtotal: int
    shipping_fee: int
    discount_amount: int
    tax_free_amount: int
    total_amount: int
    currency: str
    customer_name: str | None
    customer_email: str | None
    customer_phone: str | None
    return_url: str
    cancel_url: str
    webhook_url: str | None
    expires_at: datetime
    order_metadata: dict[str, str] = field(default_factory=dict)
    locale: str | None = None
    payment_methods: list[str] | None = None
    collect_shipping_address: bool = False
    shipping_address: dict[str, Any] | None = None
    custom_fields: list[dict[str, Any]] = field(default_factory=list)
    appearance: dict[str, str] = field(default_factory=dict)


def create_session(
    *,
    merchant_id: str,
    shop_id: str,
    livemode: bool,
    order: NewSession,
    now: datetime,
    session_id: str | None = None,
) -> CheckoutSession:
    """Store a session that waits to be paid. session_id: its id, where the caller may come twice with the same; the
    second time the session is there."""
    session = CheckoutSession(
        id=session_id or new_id("cs"),
        merchant_id=merchant_id,
        shop_id=shop_id,
        livemode=livemode,
        state=SessionState.PENDING.value,
        created_at=now,
        **vars(order),
    )
    with transaction():
        earlier = db.session.get(CheckoutSession, session_id) if session_id else None
        if earlier is not None:
            return earlier
        db.session.add(session)
    return session


def mark_opened(*, session_id: str, now: datetime) -> None:
    """A buyer sees the pay page. Only the first time counts."""
    table = CheckoutSession
    first = update(table).where(table.id == session_id, table.opened_at.is_(None)).values(opened_at=now)
    with transaction():
        db.session.connection().execute(first)


def update_session(
    *, session_id: str, customer: Mapping[str, str | None], metadata: Mapping[str, str | None]
) -> None:
    """Change what a merchant may still change. Both merge: what is not named stays.

    customer: name, email (in its normal form), phone (E.164); None asks the buyer again.
    metadata: None takes a key away.
    Raises WrongState once the session is final, TooMuchMetadata.
    """
    with transaction():
        session = locked_session(session_id)
        if session.state in FINAL_STATES:
            raise WrongState(status=session.state)
        for name, value in customer.items():
            setattr(session, f"customer_{name}", value)
        merged = {**session.order_metadata, **metadata}
        session.order_metadata = {key: value for key, value in merged.items() if value is not None}
        if len(session.order_metadata) > MOST_METADATA:
            raise TooMuchMetadata(field="metadata")


def cancel_session(*, session_id: str, now: datetime) -> None:
    """The buyer or the merchant gives up. Cancelling twice is no error. An account that was issued is closed first.

    Raises PaymentInProgress while the gateway is being asked for the money, WrongState when it is too late, and
    GatewayError when it is not known whether an account can still take money.
    """
    end_reading()
    waiting = live_attempt(session_id)
    if waiting and waiting.state == AttemptState.ISSUED:
        close_account(attempt_id=waiting.id, now=now)
    with transaction():
        session = locked_session(session_id)
        if session.state == SessionState.CANCELLED:
            return
        if session.state not in OPEN_STATES:
            raise WrongState(status=session.state)
        abandon_launched(session, now=now)
        session.ended_at = now
        move(session, SessionState.CANCELLED, now=now)


def abandon_launched(session: CheckoutSession, *, now: datetime) -> None:
    """Let go of an attempt that was never confirmed, so nothing was taken. The caller holds the session.

    Raises PaymentInProgress when there is one that is being confirmed.
    """
    attempt = live_attempt(session.id)
    if attempt is None:
        return
    if attempt.state != AttemptState.LAUNCHED:
        raise PaymentInProgress(status=session.state)
    move_attempt(attempt, AttemptState.ABANDONED)
    attempt.ended_at, attempt.check_at = now, None
    if session.state == SessionState.PROCESSING:
        move(session, SessionState.PENDING, now=now)


def expire_session(*, session_id: str, now: datetime, early: bool = False) -> bool:
    """End a session whose time is up, after asking the gateway where the buyer may still be.

    early: the merchant ends it before its time; what is no longer open stays as it is.
    False: not now. A confirm is under way, or another attempt began meanwhile; the caller comes again.
    Raises GatewayError when the gateway does not answer; nothing has changed then.
    """
    end_reading()
    attempt = live_attempt(session_id)
    if attempt and attempt.state in UNANSWERED:
        return False
    if attempt and attempt.state == AttemptState.LAUNCHED and _was_paid(attempt, now):
        return True
    if attempt and attempt.state == AttemptState.ISSUED:
        if not early and not _is_due(session_id, now):  # the account came with a later time
            return True
        if not close_account(attempt_id=attempt.id, now=now):
            return False
    return _expire(session_id, asked_about=attempt.id if attempt else None, early=early, now=now)


def _is_due(session_id: str, now: datetime) -> bool:
    session = session_by_id(session_id)
    return session is not None and session.expires_at <= now


def _was_paid(attempt: Attempt, now: datetime) -> bool:
    """Ask the gateway about a launched attempt. Raises GatewayError."""
    gateway = gateway_of(attempt)
    order_id, returned = attempt.id, attempt.returned
    end_reading()
    found = gateway.lookup(returned=returned, order_id=order_id)
    if not isinstance(found, Approved):
        return False
    record_approval(attempt_id=order_id, approved=found, now=now)
    return True


def _expire(session_id: str, *, asked_about: str | None, early: bool, now: datetime) -> bool:
    with transaction():
        session = locked_session(session_id)
        if session.state not in OPEN_STATES or (session.expires_at > now and not early):
            return True
        attempt = live_attempt(session_id)
        if attempt and attempt.id != asked_about:
            return False
        try:
            abandon_launched(session, now=now)
        except PaymentInProgress:
            return False
        session.ended_at = now
        session.expires_at = min(session.expires_at, now)
        move(session, SessionState.EXPIRED, now=now)
    return True
