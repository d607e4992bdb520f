"""Let a shop's test mode feel that time has passed: whatever it has there happened that much earlier.

Nothing has a clock of its own. Moving all stored times of the shop into the past is the same as moving its clock
forward, and no query has to know of it.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Interval, Update, func, literal, select, update

from app.clock import to_wire
from app.coupons.models import Coupon, CouponUse
from app.database import UtcDateTime, db, end_reading, transaction
from app.gateways import GATEWAYS
from app.gateways.sandbox import let_time_pass
from app.payments.models import Attempt, CashReceipt, CheckoutSession, Notification, Refund
from app.payments.states import AttemptState
from app.services import services
from app.shops.accounts import credentials_of
from app.shops.models import GatewayAccount
from app.shops.queries import accounts_at
from app.webhooks.models import Delivery, Event, WebhookEndpoint

LONGEST_STEP = timedelta(days=30)
# Not while a gateway is being asked: what follows there goes by the time that really passes.
AT_THE_GATEWAY = (AttemptState.CONFIRMING, AttemptState.UNDOING, AttemptState.CANCELLING)
# Who has taken a row for how long, and what a shop reads of the feed, are no times of the shop's.
NOT_MOVED = ("leased_until",)

log = structlog.get_logger()


def pass_time(*, shop_id: str, step: timedelta) -> None:
    """All of the shop's test objects become `step` older: sessions, attempts, refunds, coupons, events, what is still
    to be sent, and what the simulated gateways have of it. Live mode is never touched.

    Raises GatewayError when the sandbox does not answer. The shop's own objects stay as they are then; a simulator that
    was asked before is ahead of them, as a gateway whose clock is fast.
    """
    _tell_simulators(shop_id, step)
    with transaction():
        _move_accounts_due(shop_id, step)
        for statement in _statements(shop_id, step):
            db.session.connection().execute(statement)
    log.info("sandbox.time_passed", shop=shop_id, seconds=step.total_seconds())


def _tell_simulators(shop_id: str, step: timedelta) -> None:
    name = shop_id.removeprefix("shop_")
    told = [
        (gateway, adapter.sandbox_merchant(credentials_of(account), name=name))
        for gateway, adapter in GATEWAYS.items()
        for account in accounts_at(shop_id, livemode=False, gateway=gateway)
    ]
    end_reading()
    for gateway, merchant in told:
        let_time_pass(
            gateway=gateway, merchant=merchant, seconds=step.total_seconds(), settings=services().settings
        )


def _statements(shop_id: str, step: timedelta) -> list[Update]:
    sessions = select(CheckoutSession.id).where(
        CheckoutSession.shop_id == shop_id, CheckoutSession.livemode.is_(False)
    )
    accounts = select(GatewayAccount.id).where(
        GatewayAccount.shop_id == shop_id, GatewayAccount.livemode.is_(False)
    )
    attempts = select(Attempt.id).where(Attempt.session_id.in_(sessions))
    coupons = select(Coupon.id).where(Coupon.shop_id == shop_id, Coupon.livemode.is_(False))
    events = select(Event.id).where(Event.shop_id == shop_id, Event.livemode.is_(False))
    settled = Attempt.state.not_in(AT_THE_GATEWAY)
    return [
        _earlier(CheckoutSession, CheckoutSession.id.in_(sessions), step),
        _earlier(Attempt, Attempt.session_id.in_(sessions) & settled, step),
        _earlier(Refund, Refund.session_id.in_(sessions), step),
        _earlier(CashReceipt, CashReceipt.attempt_id.in_(attempts), step),
        _earlier(Notification, Notification.gateway_account_id.in_(accounts), step),
        _earlier(Coupon, Coupon.id.in_(coupons), step),
        _earlier(CouponUse, CouponUse.coupon_id.in_(coupons), step),
        _earlier(Event, Event.id.in_(events), step),
        _earlier(Delivery, Delivery.event_id.in_(events), step),
        _earlier(
            WebhookEndpoint,
            (WebhookEndpoint.shop_id == shop_id) & WebhookEndpoint.livemode.is_(False),
            step,
        ),
    ]


def _earlier(model: type[Any], which: ColumnElement[bool], step: timedelta) -> Update:
    columns = [column for column in model.__table__.columns if isinstance(column.type, UtcDateTime)]
    moved = {column.name: _minus(column, step) for column in columns if column.name not in NOT_MOVED}
    return update(model.__table__).where(which).values(moved)


def _minus(column: Any, step: timedelta) -> ColumnElement[Any]:
    if db.engine.dialect.name == "sqlite":  # its times are texts, to the microsecond
        moved = func.strftime("%Y-%m-%d %H:%M:%f", column, f"-{step.total_seconds():.3f} seconds")
        return moved.concat("000")  # nothing stays nothing
    earlier: ColumnElement[Any] = column - literal(step, Interval())
    return earlier


def _move_accounts_due(shop_id: str, step: timedelta) -> None:
    """Until when a virtual account takes money stands within JSON."""
    waiting = (
        select(Attempt)
        .join(CheckoutSession, CheckoutSession.id == Attempt.session_id)
        .where(
            CheckoutSession.shop_id == shop_id,
            CheckoutSession.livemode.is_(False),
            Attempt.virtual_account.is_not(None),
        )
    )
    for attempt in db.session.scalars(waiting):
        account = dict(attempt.virtual_account or {})
        due_at = datetime.fromisoformat(account["dueAt"]) - step
        attempt.virtual_account = {**account, "dueAt": to_wire(due_at)}
    db.session.flush()
