"""The life of a session, of an attempt and of a refund: tables of edges, and the functions that walk them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Table, update
from sqlalchemy.orm.attributes import set_committed_value

from app.coupons import uses
from app.coupons.uses import Customer
from app.database import db
from app.errors import WrongState
from app.payments.models import Attempt, CheckoutSession, Notification, Refund
from app.payments.representation import event_data
from app.webhooks import outbox


class SessionState(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class AttemptState(StrEnum):
    """launched: the buyer is at the gateway; nothing can be taken before we confirm.
    confirming: we have asked the gateway to take the money, or are just about to.
    undoing: no answer came to that, and the gateway is asked to take back whatever came of it.
    issued: the buyer has an account to transfer the money to, and may do so at any time.
    abandoned: never confirmed, so nothing was taken. cancelling: taken, and to be given back.
    cancelled: given back. declined: refused for sure.
    """

    LAUNCHED = "launched"
    CONFIRMING = "confirming"
    UNDOING = "undoing"
    ISSUED = "issued"
    APPROVED = "approved"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    """processing: asked for, and counted as given back until it is known that it was not."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class NotificationState(StrEnum):
    """applied: the gateway was asked, and what it said was written down. ignored: it is about nothing of ours."""

    RECEIVED = "received"
    APPLIED = "applied"
    IGNORED = "ignored"


S, A, R, N = SessionState, AttemptState, RefundState, NotificationState

# from, to -> the event that tells the merchant, where there is one
SESSION_EDGES: dict[tuple[SessionState, SessionState], str | None] = {
    (S.PENDING, S.PROCESSING): None,
    (S.PENDING, S.CANCELLED): "session.cancelled",
    (S.PENDING, S.EXPIRED): "session.expired",
    (S.PROCESSING, S.PENDING): None,  # the buyer closed the pay window
    (S.PROCESSING, S.COMPLETED): "payment.completed",
    (S.PROCESSING, S.FAILED): "payment.failed",
    (S.PROCESSING, S.EXPIRED): "session.expired",
    (S.FAILED, S.PROCESSING): None,
    (S.FAILED, S.CANCELLED): "session.cancelled",
    (S.FAILED, S.EXPIRED): "session.expired",
    (S.COMPLETED, S.PROCESSING): "payment.deposit_reversed",  # by the bank, minutes after it was reported
    (S.COMPLETED, S.PARTIALLY_REFUNDED): "payment.refunded",
    (S.COMPLETED, S.REFUNDED): "payment.refunded",
    (S.PARTIALLY_REFUNDED, S.PARTIALLY_REFUNDED): "payment.refunded",
    (S.PARTIALLY_REFUNDED, S.REFUNDED): "payment.refunded",
}

ATTEMPT_EDGES: frozenset[tuple[AttemptState, AttemptState]] = frozenset(
    {
        (A.LAUNCHED, A.CONFIRMING),
        (A.LAUNCHED, A.DECLINED),  # refused in the gateway's own window
        (A.LAUNCHED, A.ABANDONED),
        (A.ABANDONED, A.CONFIRMING),  # two tabs: the one that comes back first pays
        (A.CONFIRMING, A.APPROVED),
        (A.CONFIRMING, A.ISSUED),
        (A.ISSUED, A.APPROVED),  # the money came
        (A.APPROVED, A.ISSUED),  # and the bank took it back
        (A.ISSUED, A.ABANDONED),  # the gateway has closed the account, and no money had come
        (A.ISSUED, A.DECLINED),
        (A.ISSUED, A.CANCELLING),
        (A.CONFIRMING, A.DECLINED),
        (A.CONFIRMING, A.CANCELLING),
        (A.CONFIRMING, A.UNDOING),
        (A.UNDOING, A.DECLINED),
        (A.UNDOING, A.APPROVED),  # it was too late to take it back
        (A.UNDOING, A.ISSUED),
        (A.UNDOING, A.CANCELLING),
        (A.LAUNCHED, A.CANCELLING),  # found approved although we never asked for it
        (A.ABANDONED, A.CANCELLING),
        (A.DECLINED, A.CANCELLING),  # it was still on its way when nothing was found
        (A.CANCELLING, A.CANCELLED),
    }
)

NOTIFICATION_EDGES: frozenset[tuple[NotificationState, NotificationState]] = frozenset(
    {(N.RECEIVED, N.APPLIED), (N.RECEIVED, N.IGNORED)}
)

REFUND_EDGES: frozenset[tuple[RefundState, RefundState]] = frozenset(
    {(R.PROCESSING, R.SUCCEEDED), (R.PROCESSING, R.FAILED)}
)

OPEN_STATES = (S.PENDING, S.PROCESSING, S.FAILED)
FINAL_STATES = (S.CANCELLED, S.EXPIRED, S.REFUNDED)
PAID_STATES = (S.COMPLETED, S.PARTIALLY_REFUNDED)

# Of an attempt: the gateway may be taking the money at this moment, and nobody may do anything else meanwhile.
UNANSWERED = (A.CONFIRMING, A.UNDOING)


def move(
    session: CheckoutSession,
    to: SessionState,
    *,
    now: datetime,
    attempt: Attempt | None = None,
    refund: Refund | None = None,
) -> None:
    """Change a session's state and record the event of that edge, in the transaction that is open.

    attempt: the one that paid or failed, refund: the one that succeeded; both told in the event.
    Raises WrongState when there is no such edge, or when somebody moved the session first, and CouponRefused when a
    payment cannot begin because the session's coupon is not to be had any more.
    """
    edge = (SessionState(session.state), to)
    if edge not in SESSION_EDGES:
        raise WrongState(status=session.state)
    _count_coupon(session, to, now)
    _change_state(session, to)
    event = SESSION_EDGES[edge]
    if event:
        tell(session, event, attempt=attempt, refund=refund, previous=edge[0], now=now)


def _count_coupon(session: CheckoutSession, to: SessionState, now: datetime) -> None:
    """A use is held while a payment is under way, and counts for good when it was taken and not all given back."""
    if session.coupon_id is None or to == S.PARTIALLY_REFUNDED:
        return
    whose = {"coupon_id": session.coupon_id, "session_id": session.id}
    if to == S.PROCESSING:
        customer = Customer(session.customer_email, session.customer_phone)
        uses.reserve(**whose, customer=customer, amount=session.coupon_discount, now=now)
    elif to == S.COMPLETED:
        uses.take(**whose, now=now)
    else:
        uses.give_back(**whose, now=now)


def tell(
    session: CheckoutSession,
    event: str,
    *,
    attempt: Attempt | None,
    refund: Refund | None,
    previous: str,
    now: datetime,
) -> None:
    """Record an event of a session that the caller holds. previous: the state before."""
    session.sequence += 1
    db.session.flush()
    outbox.record(
        event,
        session_id=session.id,
        shop_id=session.shop_id,
        livemode=session.livemode,
        sequence=session.sequence,
        url=session.webhook_url,
        data=event_data(session, attempt, refund, previous=previous),
        now=now,
    )


def move_attempt(attempt: Attempt, to: AttemptState) -> None:
    """Raises WrongState when there is no such edge, or when somebody moved the attempt first."""
    if (AttemptState(attempt.state), to) not in ATTEMPT_EDGES:
        raise WrongState(attempt=attempt.state)
    _change_state(attempt, to)


def move_refund(refund: Refund, to: RefundState) -> None:
    """Raises WrongState when there is no such edge, or when somebody moved the refund first."""
    if (RefundState(refund.state), to) not in REFUND_EDGES:
        raise WrongState(refund=refund.state)
    _change_state(refund, to)


def move_notification(notification: Notification, to: NotificationState) -> None:
    """Raises WrongState when there is no such edge, or when somebody moved it first."""
    if (NotificationState(notification.state), to) not in NOTIFICATION_EDGES:
        raise WrongState(notification=notification.state)
    _change_state(notification, to)


def _change_state(row: CheckoutSession | Attempt | Refund | Notification, to: str) -> None:
    table = type(row).__table__
    assert isinstance(table, Table)
    db.session.flush()
    statement = update(table).where(table.c.id == row.id, table.c.state == row.state).values(state=str(to))
    changed = db.session.connection().execute(statement).rowcount
    if changed != 1:
        raise WrongState(status=row.state)
    set_committed_value(row, "state", str(to))
