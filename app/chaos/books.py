"""The books afterwards: what the gateway says it holds, what we say was paid, what the merchant was told."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select

from app.chaos.http import fetch
from app.chaos.pages import order_key
from app.chaos.simulators import Payment, simulators_at
from app.coupons.models import Coupon, CouponUse
from app.database import db, end_reading
from app.payments.models import Attempt, CheckoutSession, Refund
from app.webhooks.models import Delivery, Event

PAID = ("completed", "partially_refunded", "refunded")
UNSETTLED = ("confirming", "undoing", "cancelling")


@dataclass
class Books:
    """Each list: one sentence for every session in which it went wrong. certainty_s: how long each attempt was
    unknown, from the confirm until its end was written down; by gateway."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    oversold: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)
    certainty_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    states: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def certainties_s(self) -> list[float]:
        """Of all gateways."""
        return [one for found in self.certainty_s.values() for one in found]

    @property
    def balance(self) -> bool:
        return not (self.lost or self.double or self.unknown or self.oversold or self.undelivered)


def is_settled(*, sandbox: str) -> bool:
    """Nothing is being confirmed or given back, nothing is owed to the merchant, and of every deposit and reversal at
    the bank we have heard. What costs least is asked first."""
    end_reading()
    waiting = (
        select(Attempt.id).where(or_(Attempt.state.in_(UNSETTLED), Attempt.needs_person.is_not(None))),
        select(Refund.id).where(Refund.state == "processing"),
        select(Delivery.id).where(Delivery.state == "waiting"),
    )
    if any(db.session.execute(one.limit(1)).first() for one in waiting):
        return False
    return _knows_deposits(payments_at(sandbox))


def payments_at(sandbox: str) -> list[Payment]:
    """Of all gateways. sandbox: origin."""
    return [one for simulator in simulators_at(sandbox, fetch).values() for one in simulator.payments()]


def _knows_deposits(payments: Sequence[Payment]) -> bool:
    accounts = {payment.order: payment for payment in payments if payment.account}
    end_reading()
    rows = db.session.execute(
        select(Attempt.id, Attempt.state).where(Attempt.state.in_(("issued", "approved")))
    )
    return all(
        (row.state == "issued") == accounts[order_key(row.id)].waits
        for row in rows
        if order_key(row.id) in accounts
    )


def settle_books(
    sessions: Sequence[str], *, sandbox: str, received: dict[str, list[tuple[int, str]]]
) -> Books:
    """sandbox: origin. received: what the merchant got, as in the inbox."""
    books, held = Books(), _held_at_gateway(sandbox)
    end_reading()
    for session_id in sessions:
        session = db.session.get_one(CheckoutSession, session_id, populate_existing=True)
        attempts = list(db.session.scalars(select(Attempt).where(Attempt.session_id == session_id)))
        books.states[session.state] += 1
        _check_money(books, session, attempts, held)
        _check_certainty(books, session, attempts)
        _check_webhooks(books, session, received.get(session_id, []))
    _check_coupons(books)
    return books


@dataclass(frozen=True)
class Held:
    """approvals: how often money was taken. balance: what of it is still there, in whole won."""

    approvals: int
    balance: int


def _held_at_gateway(sandbox: str) -> dict[str, list[Held]]:
    """By order id, which is the id of an attempt."""
    held: dict[str, list[Held]] = defaultdict(list)
    for payment in payments_at(sandbox):
        held[payment.order].append(Held(payment.approvals, payment.balance))
    return held


def _check_money(
    books: Books, session: CheckoutSession, attempts: list[Attempt], held: dict[str, list[Held]]
) -> None:
    payments = [payment for attempt in attempts for payment in held[order_key(attempt.id)]]
    balance = sum(payment.balance for payment in payments)
    due = session.total_amount - session.refunded_amount if session.state in PAID else 0
    if balance != due:
        tries = [(one.id, one.gateway, one.method, one.state) for one in attempts]
        books.lost.append(f"{session.id} is {session.state}, due {due}, at the gateway {balance}: {tries}")
    if sum(payment.balance > 0 for payment in payments) > 1 or any(p.approvals > 1 for p in payments):
        books.double.append(f"{session.id} is {session.state}, payments at the gateway: {payments}")


def _check_coupons(books: Books) -> None:
    """Never used or held more often than allowed, and used as often as was paid with it."""
    for coupon in db.session.scalars(select(Coupon)):
        uses = Counter(db.session.scalars(select(CouponUse.state).where(CouponUse.coupon_id == coupon.id)))
        paid_with = select(func.count()).where(
            CheckoutSession.coupon_id == coupon.id,
            CheckoutSession.state.in_(("completed", "partially_refunded")),
        )
        paid, told = db.session.scalar(paid_with), (coupon.used, coupon.reserved)
        counted = (uses["used"], uses["reserved"])
        limit = coupon.usage_limit
        if counted != told or counted[0] != paid or (limit is not None and sum(counted) > limit):
            books.oversold.append(
                f"{coupon.code}: limit {limit}, paid {paid}, (used, reserved) {counted}, told {told}"
            )


def _check_certainty(books: Books, session: CheckoutSession, attempts: list[Attempt]) -> None:
    for attempt in attempts:
        if attempt.state in UNSETTLED or attempt.needs_person:
            books.unknown.append(f"{attempt.id} of {session.id} is {attempt.state}, {attempt.needs_person}")
        elif attempt.virtual_account:
            continue  # how long it takes is the buyer's and the bank's affair
        elif attempt.confirmed_at and attempt.ended_at:
            books.certainty_s[attempt.gateway].append(_seconds(attempt.confirmed_at, attempt.ended_at))
    refunds = db.session.scalars(select(Refund).where(Refund.session_id == session.id))
    books.unknown += [f"{refund.id} is processing" for refund in refunds if refund.state == "processing"]


def _check_webhooks(books: Books, session: CheckoutSession, received: list[tuple[int, str]]) -> None:
    """Every event, at least once, and in its order; repeats are allowed."""
    found = select(Event).where(Event.session_id == session.id).order_by(Event.sequence)
    due = [(json.loads(event.body)["data"]["sequence"], event.name) for event in db.session.scalars(found)]
    first_times = list(dict.fromkeys(received))
    if first_times != due:
        books.undelivered.append(f"{session.id}: due {due}, received {received}")


def _seconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()
