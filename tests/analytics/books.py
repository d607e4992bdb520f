"""A shop's books: sessions, attempts and refunds written straight into the tables, and kept in lists beside them to
compare with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from sqlalchemy import select

from app.coupons.models import Coupon
from app.database import db, transaction
from app.ids import new_id
from app.payments.models import Attempt, CheckoutSession, Refund
from app.shops.models import GatewayAccount
from tests.support.coupons import make_coupon
from tests.support.world import World

METHODS = ("card", "kakao_pay", "bank_transfer")
PAID = ("completed", "partially_refunded", "refunded")
STATES = ("pending", "processing", "failed", "cancelled", "expired", *PAID)


@dataclass
class Books:
    world: World
    random: Random
    sessions: list[CheckoutSession] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)

    @cached_property
    def coupon(self) -> Coupon:
        return make_coupon(self.world, type="fixed_amount", discount_value=500)

    def write(self, *, amount: int, start: datetime, end: datetime) -> None:
        """`amount` sessions created at random moments."""
        account = db.session.scalars(
            select(GatewayAccount).where(
                GatewayAccount.shop_id == self.world.shop_id, GatewayAccount.livemode.is_(False)
            )
        ).one()
        assert self.coupon.id  # made in a transaction of its own
        with transaction():
            for _ in range(amount):
                created = start + (end - start) * self.random.random()
                self._session(created, self.random.choice(STATES), account)

    def _session(self, created: datetime, state: str, account: GatewayAccount) -> None:
        total = self.random.choice([0, 1000, 29000, self.random.randrange(1, 1_000_000_000)])
        if state in PAID[1:]:
            total = total or 5000
        paid_at = created + timedelta(minutes=self.random.randrange(1, 2000))
        taken_off = self.random.choice([0, 0, 500]) if total else 0
        session = CheckoutSession(
            coupon_id=self.coupon.id if taken_off else None, coupon_discount=taken_off,
            id=new_id("cs"), merchant_id=self.world.merchant_id, shop_id=self.world.shop_id, livemode=False,
            state=state, platform="custom", platform_order_id="1", items=[], currency="KRW", subtotal=total,
            shipping_fee=0, discount_amount=0, tax_free_amount=0, total_amount=total, order_metadata={},
            return_url="https://shop.example", cancel_url="https://shop.example", custom_fields=[], appearance={},
            collect_shipping_address=False, created_at=created, expires_at=created + timedelta(days=2),
            opened_at=created if self.random.random() < 0.7 else None,
            completed_at=paid_at if state in PAID else None,
        )  # fmt: skip
        db.session.add(session)
        db.session.flush()
        self.sessions.append(session)
        self._attempts(session, account)

    def _attempts(self, session: CheckoutSession, account: GatewayAccount) -> None:
        for _ in range(
            self.random.randrange(3) if session.state != "pending" and session.total_amount else 0
        ):
            self._attempt(session, account, self.random.choice(("declined", "abandoned")))
        if session.state in PAID and session.total_amount:
            approved = self._attempt(session, account, "approved")
            self._refund(session, approved)

    def _attempt(self, session: CheckoutSession, account: GatewayAccount, state: str) -> Attempt:
        at = session.completed_at if state == "approved" else session.created_at + timedelta(minutes=3)
        attempt = Attempt(
            id=new_id("pay"), session_id=session.id, gateway_account_id=account.id, gateway="toss",
            method=self.random.choice(METHODS), amount=session.total_amount, state=state,
            created_at=session.created_at, ended_at=at, confirmed_at=at if state != "abandoned" else None,
        )  # fmt: skip
        db.session.add(attempt)
        db.session.flush()
        self.attempts.append(attempt)
        session.opened_at = session.opened_at or session.created_at  # nobody starts on a page never seen
        return attempt

    def _refund(self, session: CheckoutSession, attempt: Attempt) -> None:
        assert session.completed_at is not None
        if session.state == "completed":
            return
        whole = session.state == "refunded"
        refund = Refund(
            id=new_id("ref"), session_id=session.id, attempt_id=attempt.id, merchant_id=session.merchant_id,
            shop_id=session.shop_id, livemode=False, number=1, tax_free_amount=0, notify_customer=False,
            amount=session.total_amount if whole else 1, state="succeeded",
            created_at=session.completed_at, ended_at=session.completed_at + timedelta(hours=30),
        )  # fmt: skip
        db.session.add(refund)
        db.session.flush()
        session.refunded_amount = refund.amount
        self.refunds.append(refund)
