"""Sessions in each state, reached by the operations of the product."""

from app import clock
from app.database import transaction
from app.gateways.base import (
    Approved,
    Cancelled,
    Card,
    Declined,
)
from app.gateways.reasons import (
    Reason,
)
from app.payments.outcomes import record_approval, record_refusal
from app.payments.queries import attempt_by_id, locked_session
from app.payments.refund_outcomes import record_refund
from app.payments.refunds import RefundOrder, refund_payment
from app.payments.sessions import cancel_session, expire_session
from app.payments.states import AttemptState, SessionState, move_attempt
from tests.web.checkout.browser import new_attempt, new_session
from tests.web.site import Site

S = SessionState
CARD = Card("hyundai", "43301234****123*", 0)


def session_that_is(site: Site, state: SessionState, **changes: object) -> str:
    """The id of a new session in a state; `processing` is one that is being confirmed."""
    if state in (S.PENDING, S.CANCELLED, S.EXPIRED):
        return _without_attempt(site, state, changes)
    session_id, attempt_id = new_attempt(site, **changes)
    with site.inside():
        now = clock.now()
        if state == S.FAILED:
            declined = Declined(Reason.REFUSED, "REJECT_CARD_COMPANY", "거절")
            record_refusal(attempt_id=attempt_id, declined=declined, now=now)
        elif state == S.PROCESSING:
            with transaction():
                locked_session(session_id)
                attempt = attempt_by_id(attempt_id)
                assert attempt is not None
                move_attempt(attempt, AttemptState.CONFIRMING)
        else:
            attempt = attempt_by_id(attempt_id)
            assert attempt is not None
            receipt = "https://dashboard.example/receipt"
            approved = Approved("tviva_1", attempt_id, attempt.amount, CARD, receipt)
            record_approval(attempt_id=attempt_id, approved=approved, now=now)
            if state != S.COMPLETED:
                _refund(session_id, state)
    return session_id


def _refund(session_id: str, state: SessionState) -> None:
    """All of it, or a third."""
    amount = None if state == S.REFUNDED else 10_000
    refund = refund_payment(session_id=session_id, order=RefundOrder(amount=amount), now=clock.now())
    record_refund(refund.id, Cancelled("txrd_1"), now=clock.now())


def _without_attempt(site: Site, state: SessionState, changes: dict[str, object]) -> str:
    session_id = new_session(site, **changes)
    with site.inside():
        if state == S.CANCELLED:
            cancel_session(session_id=session_id, now=clock.now())
        elif state == S.EXPIRED:
            with transaction():
                locked_session(session_id).expires_at = clock.now()
            assert expire_session(session_id=session_id, now=clock.now())
    return session_id
