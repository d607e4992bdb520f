"""Write down what a gateway said. The only code that turns an answer into a state."""

import hashlib
from datetime import datetime, timedelta

import structlog

from app.clock import to_wire
from app.coupons.rules import CouponRefused
from app.database import db, transaction
from app.gateways.base import Approved, Card, Declined, Gateway, Issued, VirtualAccount
from app.ids import shortened
from app.metrics import note_unmapped
from app.payments import people
from app.payments.cash_receipts import plan_receipt, recheck_receipt
from app.payments.methods import METHODS
from app.payments.models import Attempt, CheckoutSession
from app.payments.queries import (
    account_of_attempt,
    attempt_by_id,
    given_back,
    live_attempt,
    locked_session,
)
from app.payments.states import (
    OPEN_STATES,
    UNANSWERED,
    AttemptState,
    SessionState,
    move,
    move_attempt,
    tell,
)
from app.shops.accounts import open_account
from app.shops.models import Shop

LONGEST_PAUSE_S = 20
UNREACHABLE = "UNREACHABLE"  # our own word, in place of a gateway's code: nothing was sent
PAUSE_WHEN_POSTPONED = timedelta(minutes=5)

# How long after the last look a virtual account is looked at, should its notifications be lost.
FIRST_LOOK_AT_ACCOUNT = timedelta(minutes=5)
# A bank takes a deposit back within minutes, seldom later; looked at so long after it was reported.
LOOKS_AT_DEPOSIT = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 30))
MAY_BE_PAID = (
    AttemptState.LAUNCHED,
    AttemptState.ABANDONED,
    AttemptState.CONFIRMING,
    AttemptState.UNDOING,
    AttemptState.ISSUED,
    AttemptState.DECLINED,
)

log = structlog.get_logger()


def gateway_of(attempt: Attempt) -> Gateway:
    return open_account(account_of_attempt(attempt))


def record_approval(
    *,
    attempt_id: str,
    approved: Approved,
    now: datetime,
    undone: bool = False,
    asked_at: datetime | None = None,
) -> None:
    """The gateway has taken money for this attempt, or it has come to its account: complete the session, or see that
    it is given back.

    May be told twice, and late: the session may have ended meanwhile, or been paid by another attempt. What comes after
    the buyer was told that nothing was taken is given back.
    undone: it is what came of undoing the attempt, or what a person saw. Any other answer is older than that, and may
    no longer be true. asked_at: of the closing of its account that the answer is younger than.
    """
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        closing = attempt.state == AttemptState.ISSUED and attempt.close_asked_at != asked_at and not undone
        if attempt.state not in MAY_BE_PAID or closing or _is_overtaken(attempt, undone):
            return
        if approved.order_id != attempt.id:
            _call_person(session, attempt)
            return
        attempt.transaction_id = approved.transaction_id
        attempt.card = _card_json(approved.card)
        attempt.receipt_url = approved.receipt_url
        refusal = _why_not(session, attempt, approved) or _take_over_late(session, attempt, now)
        if refusal:
            _give_back(session, attempt, refusal, now, has_money=True)
        else:
            _complete(session, attempt, now)


def record_issue(*, attempt_id: str, issued: Issued, now: datetime, undone: bool = False) -> None:
    """The gateway has issued an account for the buyer to transfer the money to. The session waits until it is due.

    May be told twice, and late: an account that nobody may pay into any more is closed at the gateway.
    undone: as of record_approval().
    """
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        may_be_issued = (AttemptState.LAUNCHED, *UNANSWERED, AttemptState.DECLINED)
        if attempt.state not in may_be_issued or _is_overtaken(attempt, undone):
            return
        if issued.order_id != attempt.id:
            _call_person(session, attempt)
            return
        attempt.transaction_id = issued.transaction_id
        attempt.virtual_account = _account_json(issued.account)
        attempt.notice_secret = hash_of_secret(issued.secret)
        refusal = _why_not(session, attempt, issued) or _take_over_late(session, attempt, now)
        if refusal:
            _give_back(session, attempt, refusal, now, has_money=False)
        else:
            _wait_for_deposit(session, attempt, issued, now)


def record_reversal(*, attempt_id: str, approved_at: datetime | None, now: datetime) -> None:
    """The bank has taken a deposit back that was reported before: the session waits for the money again.

    approved_at: ended_at of the attempt before the gateway was asked; an approval that was written down since is
    newer than this answer. What was refunded meanwhile is for a person to sort out.
    """
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.APPROVED or attempt.ended_at != approved_at:
            return
        if session.state != SessionState.COMPLETED or given_back(session.id).processing:
            people.call(attempt, people.REVERSED_AFTER_REFUND)
            attempt.check_at = None
            return
        move_attempt(attempt, AttemptState.ISSUED)
        attempt.ended_at, attempt.check_at, attempt.check_tries = None, now + FIRST_LOOK_AT_ACCOUNT, 0
        session.completed_at = session.ended_at = None
        recheck_receipt(attempt.id, now=now)
        move(session, SessionState.PROCESSING, attempt=attempt, now=now)
        log.error("payment.deposit_reversed", session=shortened(session.id), attempt=attempt.id)


def record_closed(*, attempt_id: str, now: datetime) -> bool:
    """The gateway has closed the account of an attempt, and no money had come. False when it is not waiting any
    more."""
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.ISSUED:
            return False
        move_attempt(attempt, AttemptState.ABANDONED)
        attempt.ended_at, attempt.check_at = now, None
        people.dismiss(attempt)
        if session.state == SessionState.PROCESSING:
            move(session, SessionState.PENDING, now=now)
    return True


def record_refusal(
    *, attempt_id: str, declined: Declined, now: datetime, look_at: datetime | None = None
) -> None:
    """The gateway proved that nothing was taken. Told twice, the second is without effect.

    look_at: when it is to be asked once more, where that is true but for what may still have been on its way.
    """
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        if attempt.state not in (AttemptState.LAUNCHED, *UNANSWERED, AttemptState.ISSUED):
            return
        fail(session, attempt, declined, now)
        attempt.check_at, attempt.check_tries = look_at, 0


def dismiss(*, attempt_id: str) -> None:
    """A declined attempt was looked for once more, and there is nothing."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state == AttemptState.DECLINED:
            attempt.check_at = None


def record_doubt(*, attempt_id: str, answered: bool, gateway_code: str, now: datetime) -> None:
    """No usable answer to a confirm: the worker looks it up."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state == AttemptState.CONFIRMING:
            attempt.check_at = now + pause_after(attempt.check_tries)
            attempt.error_answers += int(answered)
            attempt.gateway_code = gateway_code or attempt.gateway_code


def begin_undo(*, attempt_id: str) -> bool:
    """Commit the intent to undo a confirm without an answer. False when an answer was written down meanwhile."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.CONFIRMING:
            return attempt.state == AttemptState.UNDOING
        move_attempt(attempt, AttemptState.UNDOING)
    return True


def begin_again(*, attempt_id: str) -> bool:
    """Commit the intent to send a confirm that was never sent. False when an answer was written down meanwhile."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.CONFIRMING or attempt.gateway_code != UNREACHABLE:
            return False
        attempt.gateway_code = None
    return True


def hold_for_person(*, attempt_id: str, why: str) -> None:
    """Nobody here can find out what became of a confirm. The session stays `processing`: nothing is guessed."""
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        if attempt.state not in UNANSWERED:
            return
        attempt.needs_person, attempt.check_at = why, None
        log.error("attempt.held", session=shortened(session.id), attempt=attempt.id, gateway=attempt.gateway)


def call_person(*, attempt_id: str, why: str) -> None:
    """Something is to be sorted out at the gateway; the attempt stays as it is."""
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        people.call(attempt, why)
        log.error("attempt.needs_person", session=shortened(session.id), attempt=attempt.id, reason=why)


def pause_after(tries: int) -> timedelta:
    """How long to wait before asking again: 1 s, 2 s, 4 s … never so long that a session stays unknown for a
    minute once the gateway answers again."""
    return timedelta(seconds=min(2**tries, LONGEST_PAUSE_S))


def locked_attempt(attempt_id: str) -> tuple[CheckoutSession, Attempt]:
    """The attempt as it is now, with its session locked first."""
    found = attempt_by_id(attempt_id)
    assert found is not None, attempt_id
    session = locked_session(found.session_id)
    attempt = attempt_by_id(attempt_id)
    assert attempt is not None
    return session, attempt


def _is_overtaken(attempt: Attempt, undone: bool) -> bool:
    """While an attempt is being undone, an approval from before that may be taken back at this very moment."""
    return attempt.state == AttemptState.UNDOING and not undone


def _why_not(session: CheckoutSession, attempt: Attempt, approved: Approved | Issued) -> str | None:
    """Why an approval or an account cannot be kept; None when it pays the session."""
    if attempt.state == AttemptState.DECLINED:
        return "declined_before"
    if approved.amount != attempt.amount:
        return "amount_mismatch"
    if attempt.amount != session.total_amount:
        return "amount_mismatch"
    if session.state not in OPEN_STATES:
        return "already_paid" if session.completed_at else "session_ended"
    other = live_attempt(session.id)
    if other and other.id != attempt.id and other.state != AttemptState.LAUNCHED:
        return "already_paid"
    if attempt.state == AttemptState.ABANDONED and attempt.virtual_account:
        return people.DEPOSIT_AT_CLOSING  # which may have sent the money back
    return None


def _take_over_late(session: CheckoutSession, attempt: Attempt, now: datetime) -> str | None:
    """Why the session cannot be paid by this attempt, None when it now is the one that pays. An approval that nobody
    waited for may find that the use of the coupon went to others."""
    try:
        take_over(session, attempt, now=now)
    except CouponRefused as error:
        return error.code
    return None


def _call_person(session: CheckoutSession, attempt: Attempt) -> None:
    """The gateway told of a payment of another order, which a forged return can bring about. It is not ours to
    keep, and above all not ours to give back: this order's own outcome is still looked up in its time."""
    people.call(attempt, people.OTHER_ORDER)
    log.error("payment.of_another_order", session=shortened(session.id), attempt=attempt.id)


def _complete(session: CheckoutSession, attempt: Attempt, now: datetime) -> None:
    if attempt.state not in (*UNANSWERED, AttemptState.ISSUED):
        move_attempt(attempt, AttemptState.CONFIRMING)
    move_attempt(attempt, AttemptState.APPROVED)
    attempt.ended_at, attempt.check_at, attempt.close_asked_at = now, None, None
    people.dismiss(attempt)
    if METHODS[attempt.method].money_comes_later:  # the bank may still take it back
        attempt.check_at, attempt.check_tries = now + LOOKS_AT_DEPOSIT[0], 0
    session.completed_at = session.ended_at = now
    plan_receipt(attempt, now=now)
    move(session, SessionState.COMPLETED, attempt=attempt, now=now)
    log.info("payment.completed", session=shortened(session.id), attempt=attempt.id, gateway=attempt.gateway)


def _wait_for_deposit(session: CheckoutSession, attempt: Attempt, issued: Issued, now: datetime) -> None:
    if attempt.state not in UNANSWERED:
        move_attempt(attempt, AttemptState.CONFIRMING)
    move_attempt(attempt, AttemptState.ISSUED)
    attempt.check_at, attempt.check_tries = now + FIRST_LOOK_AT_ACCOUNT, 0
    people.dismiss(attempt)
    session.expires_at = issued.account.due_at
    event = "payment.virtual_account_issued"
    tell(session, event, attempt=attempt, refund=None, previous=session.state, now=now)
    log.info("payment.account_issued", session=shortened(session.id), attempt=attempt.id)


def _account_json(account: VirtualAccount) -> dict[str, str]:
    return {
        "bank": account.bank,
        "number": account.number,
        "holder": account.holder,
        "dueAt": to_wire(account.due_at),
    }


def hash_of_secret(secret: str | None) -> str | None:
    """What notifications are compared with; the secret itself is not kept."""
    return hashlib.sha256(secret.encode()).hexdigest() if secret else None


def _card_json(card: Card | None) -> dict[str, str | int] | None:
    if card is None:
        return None
    return {"issuer": card.issuer, "number": card.number, "installmentMonths": card.installment_months}


def take_over(session: CheckoutSession, attempt: Attempt, *, now: datetime) -> None:
    """Make this attempt the session's live one: an other that was only launched is let go, and the session
    is processing. The caller has checked that no other is being confirmed."""
    other = live_attempt(session.id)
    if other and other.id != attempt.id:
        move_attempt(other, AttemptState.ABANDONED)
        other.ended_at, other.check_at = now, None
        db.session.flush()
    if session.state != SessionState.PROCESSING:
        move(session, SessionState.PROCESSING, now=now)


def _give_back(
    session: CheckoutSession, attempt: Attempt, why: str, now: datetime, *, has_money: bool
) -> None:
    """Money that may not be kept, or an account that may take none. The worker cancels it at the gateway, or a person
    is called; always for money that cannot go back the way it came: nobody has told us an account."""
    move_attempt(attempt, AttemptState.CANCELLING)
    people.dismiss(attempt)
    attempt.failure_reason = why
    shop = db.session.get_one(Shop, session.shop_id)
    by_itself = shop.auto_refund_enabled or why == "amount_mismatch"
    if not has_money or (by_itself and not METHODS[attempt.method].refund_needs_account):
        attempt.check_at = now
    else:
        attempt.check_at, attempt.needs_person = None, why
    if session.state == SessionState.PROCESSING and live_attempt(session.id) is None:
        move(session, SessionState.FAILED, attempt=attempt, now=now)
    log.error("payment.not_kept", session=shortened(session.id), attempt=attempt.id, reason=why)


def decline(attempt: Attempt, declined: Declined, now: datetime) -> None:
    """Nothing was taken by this attempt, nor will be; the session stays as it is. The caller holds both."""
    move_attempt(attempt, AttemptState.DECLINED)
    people.dismiss(attempt)
    attempt.failure_reason = declined.reason.value
    if not declined.is_mapped:
        note_unmapped(gateway=attempt.gateway, operation="payment")
        log.warning("gateway.code_unmapped", attempt=attempt.id, code=declined.gateway_code)
    attempt.gateway_code = declined.gateway_code
    attempt.gateway_message = declined.gateway_message
    attempt.ended_at, attempt.check_at = now, None


def fail(session: CheckoutSession, attempt: Attempt, declined: Declined, now: datetime) -> None:
    """The attempt is declined, and the session failed with it; the buyer may try again. The caller holds both."""
    decline(attempt, declined, now)
    if session.state == SessionState.PROCESSING:
        move(session, SessionState.FAILED, attempt=attempt, now=now)
    log.info("payment.failed", session=shortened(session.id), attempt=attempt.id, reason=declined.reason)
