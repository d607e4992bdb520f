"""A coupon across the payment: what is due, and how often it is used, whatever becomes of the payment."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.coupons.coupons import update_coupon
from app.coupons.models import Coupon, CouponUse
from app.coupons.rules import CouponRefused
from app.database import db
from app.errors import NotFound, WrongState
from app.gateways.base import Approved, Cancelled
from app.payments.attempts import Buyer, close_attempt, confirm_attempt, start_attempt
from app.payments.outcomes import record_approval
from app.payments.queries import newest_attempt, session_by_id
from app.payments.refund_outcomes import record_refund
from app.payments.refunds import RefundOrder, refund_payment
from app.payments.session_coupons import apply_coupon, drop_coupon, remove_coupon
from app.payments.sessions import PaymentInProgress, SessionExpired, cancel_session, expire_session
from tests.payments.test_races import all_at_once
from tests.support.buyer import attempt_now, begin, come_back, events_of, session_now
from tests.support.coupons import counts, make_coupon
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session

CROWD = 50


def apply(session_id: str, code: str = "WELCOME10") -> None:
    apply_coupon(session_id=session_id, code=code, now=NOW)


def refusal(session_id: str, code: str = "WELCOME10") -> str | None:
    try:
        apply(session_id, code)
    except CouponRefused as error:
        return error.code
    return None


def pay(session_id: str) -> str | None:
    """Begin to pay and be approved, without a gateway; the code of the refusal."""
    try:
        attempt_id = start_attempt(session_id=session_id, method="card", buyer=Buyer(), now=NOW)
    except CouponRefused as error:
        return error.code
    assert attempt_id is not None
    approve(attempt_id)
    return None


def approve(attempt_id: str) -> None:
    amount = attempt_now(attempt_id).amount
    record_approval(attempt_id=attempt_id, approved=Approved(f"t_{attempt_id}", attempt_id, amount), now=NOW)


class TestTheAmountDue:
    def test_it_is_less_while_a_coupon_is_on(self, world: World) -> None:
        make_coupon(world)
        session = make_session(world)

        apply(session.id, " welcome10 ")

        due = session_now(session)
        assert (due.total_amount, due.coupon_discount, due.discount_amount) == (26_100, 2900, 0)
        assert due.coupon is not None
        assert (due.coupon["code"], due.coupon["amount"]) == ("WELCOME10", 2900)

    def test_it_is_what_it_was_when_the_coupon_is_taken_off(self, world: World) -> None:
        make_coupon(world)
        session = make_session(world)
        apply(session.id)

        for _ in range(2):
            remove_coupon(session_id=session.id, now=NOW)

        due = session_now(session)
        assert (due.total_amount, due.coupon_discount, due.coupon, due.coupon_id) == (29_000, 0, None, None)

    def test_a_second_coupon_takes_the_place_of_the_first(self, world: World) -> None:
        make_coupon(world)
        make_coupon(world, code="HALF", discount_value=50)
        session = make_session(world)

        for code in ("WELCOME10", "HALF", "HALF"):
            apply(session.id, code)

        assert session_now(session).total_amount == 14_500

    def test_one_that_is_refused_leaves_the_one_before(self, world: World) -> None:
        make_coupon(world)
        make_coupon(world, code="BIG", minimum_order_amount=50_000)
        session = make_session(world)
        apply(session.id)

        assert refusal(session.id, "BIG") == "coupon_minimum_not_met"
        assert session_now(session).total_amount == 26_100

    def test_the_tax_free_part_shrinks_with_the_whole(self, world: World) -> None:
        make_coupon(world, code="HALF", discount_value=50)
        session = make_session(world, tax_free_amount=9001)

        apply(session.id, "HALF")
        assert session_now(session).tax_free_due == 4500
        remove_coupon(session_id=session.id, now=NOW)

        assert session_now(session).tax_free_due == 9001

    def test_another_shops_or_modes_coupon_is_not_there(self, world: World) -> None:
        session = make_session(world)

        with pytest.raises(NotFound) as told:
            apply(session.id, "NOBODYS")

        assert told.value.code == "coupon_not_found"

    def test_what_the_buyer_was_shown_holds_although_the_coupon_changes(self, world: World) -> None:
        coupon = make_coupon(world)
        session = make_session(world)
        apply(session.id)
        update_coupon(coupon_id=coupon.id, changes={"discount_value": 20})

        assert pay(session.id) is None
        assert attempt_now(newest(session.id)).amount == 26_100

    @pytest.mark.parametrize("state", ["completed", "cancelled", "expired"])
    def test_a_session_that_has_ended_changes_no_more(self, world: World, state: str) -> None:
        make_coupon(world)
        session = make_session(world)
        end(session.id, state)

        with pytest.raises(WrongState):
            apply(session.id)
        with pytest.raises(WrongState):
            remove_coupon(session_id=session.id, now=NOW)

    def test_when_time_is_up_it_is_told_so(self, world: World) -> None:
        make_coupon(world)
        session = make_session(world, expires_at=NOW)

        with pytest.raises(SessionExpired):
            apply(session.id)

    def test_while_the_money_is_asked_for_nothing_changes(self, world: World, sandbox: Sandbox) -> None:
        make_coupon(world)
        session = make_session(world)
        apply(session.id)
        attempt = begin(session)
        sandbox.arm("all", "outage")
        confirm_attempt(attempt_id=attempt, returned={"paymentKey": "tviva_1"}, now=NOW)
        sandbox.arm("all", "outage", times=0)

        for change in (lambda: apply(session.id), lambda: remove_coupon(session_id=session.id, now=NOW)):
            with pytest.raises(PaymentInProgress):
                change()

        assert session_now(session).total_amount == 26_100


class TestAcrossThePayment:
    def test_applying_reserves_nothing(self, world: World) -> None:
        coupon = make_coupon(world)

        apply(make_session(world).id)

        assert counts(coupon) == (0, 0)

    def test_a_use_is_reserved_when_the_payment_starts_and_taken_when_it_completes(
        self, world: World, sandbox: Sandbox
    ) -> None:
        coupon = make_coupon(world)
        session = make_session(world)
        apply(session.id)

        attempt = begin(session)
        reserved = counts(coupon)
        come_back(sandbox, attempt)

        assert (reserved, counts(coupon)) == ((0, 1), (1, 0))
        assert session_now(session).state == "completed"
        assert sandbox.taken(attempt) == 26_100

    def test_a_refused_payment_returns_it_and_the_next_try_has_it_again(
        self, world: World, sandbox: Sandbox
    ) -> None:
        coupon = make_coupon(world, usage_limit=1)
        session = make_session(world)
        apply(session.id)

        come_back(sandbox, begin(session), outcome="decline:REJECT_CARD_PAYMENT")
        after_refusal = counts(coupon)
        come_back(sandbox, begin(session))

        assert (after_refusal, counts(coupon)) == ((0, 0), (1, 0))

    @pytest.mark.parametrize("end_of_it", ["closed", "cancelled", "expired", "taken off"])
    def test_whatever_else_ends_the_payment_returns_it(
        self, world: World, sandbox: Sandbox, end_of_it: str
    ) -> None:
        coupon = make_coupon(world)
        session = make_session(world)
        apply(session.id)
        attempt = begin(session)
        ends: dict[str, Callable[[], object]] = {
            "closed": lambda: close_attempt(attempt_id=attempt, now=NOW),
            "cancelled": lambda: cancel_session(session_id=session.id, now=NOW),
            "expired": lambda: expire_session(session_id=session.id, now=session.expires_at),
            "taken off": lambda: remove_coupon(session_id=session.id, now=NOW),
        }

        ends[end_of_it]()

        assert counts(coupon) == (0, 0)

    def test_a_full_refund_returns_it_and_a_part_does_not(self, world: World) -> None:
        coupon = make_coupon(world)
        session = make_session(world)
        apply(session.id)
        pay(session.id)

        refund(session.id, 100)
        after_part = counts(coupon)
        refund(session.id, None)

        assert (after_part, counts(coupon)) == ((1, 0), (0, 0))
        assert session_now(session).state == "refunded"

    def test_while_the_outcome_is_unknown_it_stays_reserved(self, world: World, sandbox: Sandbox) -> None:
        coupon = make_coupon(world, usage_limit=1)
        session, other = make_session(world), make_session(world, customer_email="other@example.com")
        apply(session.id)
        attempt = begin(session)
        sandbox.arm("all", "outage")
        confirm_attempt(attempt_id=attempt, returned={"paymentKey": "tviva_1"}, now=NOW)
        sandbox.arm("all", "outage", times=0)

        assert counts(coupon) == (0, 1)
        assert refusal(other.id) == "coupon_temporarily_reserved"

    def test_nothing_left_to_pay_completes_without_a_gateway(self, world: World) -> None:
        coupon = make_coupon(world, type="fixed_amount", discount_value=50_000, usage_limit=1)
        session = make_session(world)
        apply(session.id)

        attempt = start_attempt(session_id=session.id, method="card", buyer=Buyer(), now=NOW)

        assert attempt is None
        assert session_now(session).state == "completed"
        assert events_of(session) == ["payment.completed"]
        assert counts(coupon) == (1, 0)

    def test_a_press_in_many_tabs_completes_a_free_session_once(self, app: Flask, world: World) -> None:
        coupon = make_coupon(world, discount_value=100)
        session = make_session(world)
        apply(session.id)

        outcomes = all_at_once(
            app,
            [lambda: start_attempt(session_id=session.id, method="card", buyer=Buyer(), now=NOW)] * 12,
        )

        assert outcomes == Counter(ok=1, wrong_state=11)
        assert events_of(session) == ["payment.completed"]
        assert counts(coupon) == (1, 0)


class TestTabsThatComeBackLate:
    def test_a_tab_with_the_old_amount_takes_no_money(self, world: World, sandbox: Sandbox) -> None:
        make_coupon(world)
        session = make_session(world)
        old = begin(session)
        apply(session.id)

        come_back_after = attempt_now(old).state
        confirm_attempt(attempt_id=old, returned={"paymentKey": "tviva_1"}, now=NOW)

        assert come_back_after == "abandoned"
        assert attempt_now(old).state == "abandoned"
        assert session_now(session).state == "pending"

    def test_a_tab_whose_coupon_went_to_others_takes_no_money(self, world: World) -> None:
        coupon = make_coupon(world, usage_limit=1)
        session, other = make_session(world), make_session(world, customer_email="other@example.com")
        apply(session.id)
        apply(other.id)
        attempt = begin(session)
        close_attempt(attempt_id=attempt, now=NOW)
        pay(other.id)

        confirm_attempt(attempt_id=attempt, returned={"paymentKey": "tviva_1"}, now=NOW)

        assert (attempt_now(attempt).state, session_now(session).state) == ("abandoned", "pending")
        assert counts(coupon) == (1, 0)

    def test_an_approval_nobody_asked_for_is_given_back_when_its_coupon_went_to_others(
        self, world: World
    ) -> None:
        coupon = make_coupon(world, usage_limit=1)
        session, other = make_session(world), make_session(world, customer_email="other@example.com")
        apply(session.id)
        apply(other.id)
        attempt = begin(session)
        close_attempt(attempt_id=attempt, now=NOW)
        pay(other.id)

        approve(attempt)

        late = attempt_now(attempt)
        assert (late.state, late.failure_reason) == ("cancelling", "coupon_usage_limit_reached")
        assert late.check_at is not None
        assert counts(coupon) == (1, 0)


class TestLimits:
    def test_used_up_and_merely_held_are_told_apart(self, world: World) -> None:
        coupon = make_coupon(world, usage_limit=1)
        first, second = make_session(world), make_session(world)
        apply(first.id)
        apply(second.id)
        attempt = begin(first)

        with pytest.raises(CouponRefused) as held:
            apply(make_session(world).id)
        approve(attempt)

        assert held.value.code == "coupon_temporarily_reserved"
        assert held.value.details == {"retryAfter": 600, "retryAt": "2026-03-02T09:10:00Z"}
        assert refusal(make_session(world).id) == "coupon_usage_limit_reached"
        assert pay(second.id) == "coupon_usage_limit_reached"
        assert counts(coupon) == (1, 0)

    @pytest.mark.parametrize(
        "customer",
        [{"customer_email": "CUSTOMER@Example.com", "customer_phone": "+821000000000"},
         {"customer_email": "else@example.com"}],
        ids=["same address", "same phone"],
    )  # fmt: skip
    def test_the_same_customer_by_address_or_by_phone(self, world: World, customer: dict[str, Any]) -> None:
        make_coupon(world, usage_limit_per_customer=1)
        first = make_session(world)
        apply(first.id)
        pay(first.id)

        assert refusal(make_session(world, **customer).id) == "coupon_customer_limit_reached"
        assert refusal(stranger(world)) is None

    def test_a_customer_who_is_only_known_when_paying_is_counted_then(self, world: World) -> None:
        make_coupon(world, usage_limit_per_customer=1)
        known = make_session(world)
        unknown = make_session(world, customer_email=None, customer_phone=None)
        apply(known.id)
        apply(unknown.id)
        pay(known.id)
        buyer = Buyer("홍길동", "customer@example.com", "+821055556666")

        with pytest.raises(CouponRefused) as told:
            start_attempt(session_id=unknown.id, method="card", buyer=buyer, now=NOW)
        drop_coupon(session_id=unknown.id, now=NOW)

        assert told.value.code == "coupon_customer_limit_reached"
        assert session_now(unknown).total_amount == 29_000
        assert session_now(unknown).state == "pending"

    def test_a_coupon_that_ended_after_it_was_applied_is_refused_when_paying(self, world: World) -> None:
        coupon = make_coupon(world)
        session = make_session(world)
        apply(session.id)
        update_coupon(coupon_id=coupon.id, changes={"active": False})

        assert pay(session.id) == "coupon_disabled"
        assert session_now(session).state == "pending"
        assert counts(coupon) == (0, 0)


class TestCrowds:
    def test_ten_uses_are_ten_payments(self, app: Flask, world: World) -> None:
        coupon = make_coupon(world, usage_limit=10)
        sessions = crowd(world)

        outcomes = all_at_once(app, [partial(press, one) for one in sessions])

        assert outcomes["ok"] == 10
        assert counts(coupon) == (0, 10)
        assert counted(coupon) == 10

    def test_with_ends_of_every_kind_no_use_is_lost_or_doubled(self, app: Flask, world: World) -> None:
        coupon = make_coupon(world, usage_limit=10)
        sessions = crowd(world)

        def play(number: int) -> None:
            try:
                attempt = press(sessions[number])
            except CouponRefused:
                return
            if number % 3 == 0:
                close_attempt(attempt_id=attempt, now=NOW)
            elif number % 3 == 1:
                cancel_session(session_id=sessions[number], now=NOW)
            else:
                approve(attempt)

        all_at_once(app, [partial(play, n) for n in range(CROWD)])

        used, reserved = counts(coupon)
        paid = sum(state_of(session_id) == "completed" for session_id in sessions)
        assert (used, reserved) == (paid, 0)
        assert counted(coupon) == paid <= 10

    def test_one_customer_in_many_tabs_uses_it_once(self, app: Flask, world: World) -> None:
        coupon = make_coupon(world, usage_limit_per_customer=1)
        sessions = crowd(world, customer_email="same@example.com")

        outcomes = all_at_once(app, [partial(press, one) for one in sessions])

        assert outcomes == Counter(ok=1, coupon_temporarily_reserved=CROWD - 1)
        assert counts(coupon) == (0, 1)


def crowd(world: World, **changes: Any) -> list[str]:
    """Ids of sessions that carry the coupon, each of another customer but for `changes`."""
    ids = []
    for number in range(CROWD):
        customer = {"customer_email": f"b{number}@example.com", "customer_phone": f"+8210{number:08}"}
        ids.append(make_session(world, **{**customer, **changes}).id)
        apply(ids[-1])
    return ids


def press(session_id: str) -> str:
    attempt_id = start_attempt(session_id=session_id, method="card", buyer=Buyer(), now=NOW)
    assert attempt_id is not None
    return attempt_id


def state_of(session_id: str) -> str:
    found = session_by_id(session_id)
    assert found is not None
    return found.state


def stranger(world: World) -> str:
    return make_session(world, customer_email="new@example.com", customer_phone="+821077778888").id


def counted(coupon: Coupon) -> int:
    """Uses that count, by their rows."""
    db.session.rollback()
    found = select(func.count()).where(CouponUse.coupon_id == coupon.id, CouponUse.state != "returned")
    return db.session.scalar(found) or 0


def newest(session_id: str) -> str:
    attempt = newest_attempt(session_id)
    assert attempt is not None
    return attempt.id


def end(session_id: str, state: str) -> None:
    if state == "completed":
        pay(session_id)
    elif state == "cancelled":
        cancel_session(session_id=session_id, now=NOW)
    else:
        expire_session(session_id=session_id, now=NOW + timedelta(days=2))


def refund(session_id: str, amount: int | None) -> None:
    order = RefundOrder(amount=amount)
    asked = refund_payment(session_id=session_id, order=order, now=NOW)
    record_refund(asked.id, Cancelled("r_1"), now=NOW)
