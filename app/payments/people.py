"""What a person is called for: what nobody here can find out, or what is to be done in a gateway's console."""

from app.payments.models import Attempt

# What became of the attempt is not known.
OUTCOME_UNKNOWN = "outcome_unknown"
CLOSING_UNKNOWN = "closing_unknown"  # money came to an account, before or after it was closed
# It is known, and money may be where it should not be.
DEPOSIT_AT_CLOSING = "deposit_at_closing"  # it came to an account while that was closed, or after
OTHER_AMOUNT = "deposit_amount_differs"
OTHER_ORDER = "payment_of_another_order"
REVERSED_AFTER_REFUND = "deposit_reversed_after_refund"
# With the gateway's code after a colon.
CANCEL_REFUSED = "cancel_refused"
MISCONFIGURED = "gateway_misconfigured"  # it is asked again all the same

LONGEST = 60


def is_unknown(attempt: Attempt) -> bool:
    """Only a person can tell what became of it."""
    return attempt.needs_person in (OUTCOME_UNKNOWN, CLOSING_UNKNOWN)


def is_misconfigured(attempt: Attempt) -> bool:
    """The gateway did not accept the credentials when it was asked last."""
    return (attempt.needs_person or "").partition(":")[0] == MISCONFIGURED


def call(attempt: Attempt, why: str, gateway_code: str | None = None) -> None:
    """A person can be called for one thing only: for what became of the attempt before all, and credentials are the
    least."""
    if is_unknown(attempt):
        return
    if why != MISCONFIGURED or attempt.needs_person is None or is_misconfigured(attempt):
        attempt.needs_person = (why if gateway_code is None else f"{why}:{gateway_code}")[:LONGEST]


def dismiss(attempt: Attempt) -> None:
    """What became of it is known by now, or the gateway answers again. What is still to be done stays."""
    if is_unknown(attempt) or is_misconfigured(attempt):
        attempt.needs_person = None
