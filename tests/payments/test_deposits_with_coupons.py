"""What becomes of a coupon's use when the bank takes a deposit back."""

from app.payments.attempts import confirm_attempt
from app.payments.session_coupons import apply_coupon
from tests.payments.test_deposits import MINUTE, bank, deposit, notify
from tests.support.bank import RETURNED, Bank
from tests.support.buyer import begin
from tests.support.coupons import counts, make_coupon
from tests.support.world import NOW, World, make_session

__all__ = ["bank"]


def test_a_coupon_is_held_while_a_deposit_is_awaited_again(world: World, bank: Bank) -> None:
    coupon = make_coupon(world, usage_limit=1)
    session = make_session(world)
    bank.amount = apply_coupon(session_id=session.id, code=coupon.code, now=NOW).total_amount
    attempt_id = begin(session, method="virtual_account")
    confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=NOW)
    deposit(bank, attempt_id)
    paid = counts(coupon)
    bank.state = "waiting"

    notify(attempt_id, now=NOW + MINUTE)
    taken_back = counts(coupon)
    deposit(bank, attempt_id, now=NOW + 2 * MINUTE)

    assert (paid, taken_back, counts(coupon)) == ((1, 0), (0, 1), (1, 0))
