"""An account that the gateway was asked to close, until it is known what came of that."""

from datetime import datetime

import structlog

from app.database import transaction
from app.ids import shortened
from app.payments import people
from app.payments.outcomes import FIRST_LOOK_AT_ACCOUNT, locked_attempt
from app.payments.states import AttemptState

log = structlog.get_logger()


def begin_closing(*, attempt_id: str, now: datetime) -> bool:
    """Commit the intent to have an account closed: from now on a deposit that is told may be one that the closing sends
    back. False when the attempt waits for none any more."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.ISSUED:
            return False
        attempt.close_asked_at = now
    return True


def end_closing(*, attempt_id: str, asked_at: datetime, before: datetime | None = None) -> None:
    """The gateway has not closed the account, and will not. asked_at: unless somebody else asked since. before: when it
    was asked earlier and what came of that is not known either."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.close_asked_at == asked_at:
            attempt.close_asked_at = before


def hold_account(*, attempt_id: str) -> None:
    """A deposit was told, and nobody here can find out whether the account was closed with the money on it. The session
    stays `processing`."""
    with transaction():
        session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.ISSUED:
            return
        attempt.needs_person, attempt.check_at = people.CLOSING_UNKNOWN, None
        log.error("attempt.held", session=shortened(session.id), attempt=attempt.id, gateway=attempt.gateway)


def record_waiting(*, attempt_id: str, now: datetime) -> None:
    """The account is open and no money is on it, whatever was asked of the gateway before."""
    with transaction():
        _session, attempt = locked_attempt(attempt_id)
        if attempt.state != AttemptState.ISSUED:
            return
        attempt.close_asked_at = None
        attempt.check_at, attempt.check_tries = now + FIRST_LOOK_AT_ACCOUNT, 0
        people.dismiss(attempt)
