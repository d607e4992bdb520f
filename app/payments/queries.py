"""Questions about sessions, attempts and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select, tuple_

from app.database import db
from app.errors import NotFound
from app.ids import is_id
from app.payments.models import LIVE_STATES, Attempt, CheckoutSession, Refund
from app.shops.models import GatewayAccount


def session_by_id(session_id: str) -> CheckoutSession | None:
    """Read anew, whatever is known already."""
    if not is_id("cs", session_id):
        return None
    return db.session.get(CheckoutSession, session_id, populate_existing=True)


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
    return live_attempt(session_id) or db.session.scalar(
        select(Attempt)
        .where(Attempt.session_id == session_id)
        .order_by(func.coalesce(Attempt.ended_at, Attempt.created_at).desc(), Attempt.id)
        .limit(1)
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
    return list(
        db.session.scalars(select(Refund).where(Refund.session_id == session_id).order_by(Refund.number))
    )


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
    after: Refund | None,
    limit: int,
) -> Sequence[Refund]:
    """The newest first. after: the last one of the page before. None: no such limit."""
    found = select(Refund).where(Refund.merchant_id == merchant_id, Refund.livemode == livemode)
    for column, value in ((Refund.shop_id, shop_id), (Refund.session_id, session_id), (Refund.state, state)):
        if value is not None:
            found = found.where(column == value)
    if after is not None:
        found = found.where(tuple_(Refund.created_at, Refund.id) < (after.created_at, after.id))
    return db.session.scalars(found.order_by(Refund.created_at.desc(), Refund.id.desc()).limit(limit)).all()
