"""Questions about sessions, attempts and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, literal, select, tuple_

from app.database import db
from app.errors import NotFound
from app.ids import is_id
from app.payments.models import LIVE_STATES, Attempt, CheckoutSession, Notification, Refund
from app.payments.routing import BETTER_ELSEWHERE
from app.shops.models import GatewayAccount, Shop

_NEWEST_FIRST = (
    Attempt.state.in_(LIVE_STATES).desc(),
    func.coalesce(Attempt.ended_at, Attempt.created_at).desc(),
    Attempt.id,
)


def session_by_id(session_id: str) -> CheckoutSession | None:
    """Read anew, whatever is known already."""
    if not is_id("cs", session_id):
        return None
    return db.session.get(CheckoutSession, session_id, populate_existing=True)


def session_with_shop_and_attempt(session_id: str) -> tuple[CheckoutSession, Shop, Attempt | None] | None:
    """What a page needs, in one look. The attempt: as newest_attempt() says."""
    if not is_id("cs", session_id):
        return None
    row = db.session.execute(_SESSION_WITH_ALL, {"session_id": session_id}).first()
    return (row[0], row[1], row[2]) if row else None


_SESSION_WITH_ALL = (
    select(CheckoutSession, Shop, Attempt)
    .join(Shop, Shop.id == CheckoutSession.shop_id)
    .outerjoin(
        Attempt,
        Attempt.id
        == select(Attempt.id)
        .where(Attempt.session_id == bindparam("session_id"))
        .order_by(*_NEWEST_FIRST)
        .limit(1)
        .scalar_subquery(),
    )
    .where(CheckoutSession.id == bindparam("session_id"))
    .execution_options(populate_existing=True)
)


def session_of_merchant(
    session_id: str, *, merchant_id: str, livemode: bool, shop_id: str | None
) -> CheckoutSession | None:
    """shop_id: the only shop that may be seen, None for all of the merchant's."""
    if not is_id("cs", session_id):  # a text that no database takes, such as one with a NUL, ends here
        return None
    found = select(CheckoutSession).where(
        CheckoutSession.id == session_id,
        CheckoutSession.merchant_id == merchant_id,
        CheckoutSession.livemode == livemode,
    )
    if shop_id:
        found = found.where(CheckoutSession.shop_id == shop_id)
    return db.session.scalar(found)


@dataclass(frozen=True)
class SessionFilter:
    """Which sessions to list; None stands for any. before_row: created_at and id of the last one seen."""

    merchant_id: str
    livemode: bool
    shop_id: str | None = None
    state: str | None = None
    platform_order_id: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    before_row: tuple[datetime, str] | None = None


def sessions_with_attempts(
    wanted: SessionFilter, *, limit: int
) -> list[tuple[CheckoutSession, Attempt | None]]:
    """The newest first, each with its newest_attempt()."""
    table = CheckoutSession
    conditions = [
        table.shop_id == wanted.shop_id if wanted.shop_id else table.merchant_id == wanted.merchant_id,
        table.livemode == wanted.livemode,
    ]
    if wanted.state:
        conditions.append(table.state == wanted.state)
    if wanted.platform_order_id is not None:
        conditions.append(table.platform_order_id == wanted.platform_order_id)
    if wanted.created_after:
        conditions.append(table.created_at > wanted.created_after)
    if wanted.created_before:
        conditions.append(table.created_at < wanted.created_before)
    if wanted.before_row:
        conditions.append(tuple_(table.created_at, table.id) < tuple_(*map(literal, wanted.before_row)))
    newest = (
        select(Attempt.id)
        .where(Attempt.session_id == table.id)
        .order_by(*_NEWEST_FIRST)
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(table, Attempt)
        .outerjoin(Attempt, Attempt.id == newest)
        .where(*conditions)
        .order_by(table.created_at.desc(), table.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def locked_session(session_id: str) -> CheckoutSession:
    """The session, held until the transaction ends. Whoever changes a session or one of its attempts holds
    this first, so that no two ever decide at once. Raises NotFound."""
    found = (
        select(CheckoutSession)
        .where(CheckoutSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    session = db.session.scalar(found)
    if session is None:
        raise NotFound("invalid_session")
    return session


def attempt_by_id(attempt_id: str) -> Attempt | None:
    """Read anew, whatever is known already."""
    if not is_id("pay", attempt_id):
        return None
    found = select(Attempt).where(Attempt.id == attempt_id).execution_options(populate_existing=True)
    return db.session.scalar(found)


def live_attempt(session_id: str) -> Attempt | None:
    """The one attempt that holds money, may take it, or has the buyer at the gateway."""
    found = select(Attempt).where(Attempt.session_id == session_id, Attempt.state.in_(LIVE_STATES))
    return db.session.scalar(found.execution_options(populate_existing=True))


def newest_attempt(session_id: str) -> Attempt | None:
    """The live attempt where there is one, else the last that ended."""
    found = select(Attempt).where(Attempt.session_id == session_id).order_by(*_NEWEST_FIRST).limit(1)
    return db.session.scalar(found.execution_options(populate_existing=True))


def notifications_of_attempt(attempt_id: str) -> list[Notification]:
    """What the gateway's server has told about it, in the order in which it came."""
    found = select(Notification).where(Notification.attempt_id == attempt_id)
    return list(db.session.scalars(found.order_by(Notification.received_at, Notification.id)))


def gateways_that_failed(session_id: str) -> set[str]:
    """Those where an attempt of this session came to nothing in a way that is better tried elsewhere."""
    return set(db.session.scalars(_FAILED, {"session_id": session_id}))


_FAILED = select(Attempt.gateway).where(
    Attempt.session_id == bindparam("session_id"),
    Attempt.state == "declined",
    Attempt.failure_reason.in_(sorted(BETTER_ELSEWHERE)),
)


def account_of_attempt(attempt: Attempt) -> GatewayAccount:
    return db.session.get_one(GatewayAccount, attempt.gateway_account_id)


@dataclass(frozen=True)
class GivenBack:
    """Sums of a session's refunds in whole won. tax_free: the tax-free part of both others."""

    refunded: int
    processing: int
    tax_free: int


def given_back(session_id: str) -> GivenBack:
    """What was given back and what is on its way; refunds that failed count for nothing."""
    processing = case((Refund.state == "processing", Refund.amount), else_=0)
    found = select(
        func.coalesce(func.sum(Refund.amount - processing), 0),
        func.coalesce(func.sum(processing), 0),
        func.coalesce(func.sum(Refund.tax_free_amount), 0),
    ).where(Refund.session_id == session_id, Refund.state.in_(("processing", "succeeded")))
    sums = db.session.execute(found).one()
    return GivenBack(*(int(amount) for amount in sums))


def refund_by_id(refund_id: str) -> Refund | None:
    """Read anew, whatever is known already."""
    found = select(Refund).where(Refund.id == refund_id).execution_options(populate_existing=True)
    return db.session.scalar(found)


def refunds_of_session(session_id: str) -> list[Refund]:
    """In the order in which they were asked for."""
    return refunds_of_sessions([session_id])[session_id]


def refunds_of_sessions(session_ids: Sequence[str]) -> dict[str, list[Refund]]:
    """For each session its refunds, in the order in which they were asked for."""
    refunds: dict[str, list[Refund]] = {session_id: [] for session_id in session_ids}
    found = select(Refund).where(Refund.session_id.in_(session_ids)).order_by(Refund.number)
    for refund in db.session.scalars(found):
        refunds[refund.session_id].append(refund)
    return refunds


def refund_of_merchant(
    refund_id: str, *, merchant_id: str, livemode: bool, shop_id: str | None
) -> Refund | None:
    """shop_id: the only shop that may be seen, None for all of the merchant's."""
    if not is_id("ref", refund_id):
        return None
    found = select(Refund).where(
        Refund.id == refund_id, Refund.merchant_id == merchant_id, Refund.livemode == livemode
    )
    return db.session.scalar(found.where(Refund.shop_id == shop_id) if shop_id else found)


def refunds_of_merchant(
    *,
    merchant_id: str,
    livemode: bool,
    shop_id: str | None,
    session_id: str | None,
    state: str | None,
    before_row: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[Refund]:
    """The newest first. before_row: created_at and id of the last one seen. None: no such limit."""
    found = select(Refund).where(Refund.merchant_id == merchant_id, Refund.livemode == livemode)
    for column, value in ((Refund.shop_id, shop_id), (Refund.session_id, session_id), (Refund.state, state)):
        if value is not None:
            found = found.where(column == value)
    if before_row is not None:
        found = found.where(tuple_(Refund.created_at, Refund.id) < tuple_(*map(literal, before_row)))
    return db.session.scalars(found.order_by(Refund.created_at.desc(), Refund.id.desc()).limit(limit)).all()
