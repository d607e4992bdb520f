"""Our own words for why a gateway takes no money, or gives none back; every gateway's codes are mapped to these."""

from enum import StrEnum


class Reason(StrEnum):
    """Why no money was taken, in our own words; every gateway's codes are mapped to these."""

    REFUSED = "card_declined"
    BALANCE = "insufficient_funds"
    LIMIT_ONCE = "payment_limit_exceeded"
    LIMIT_DAY = "daily_limit_exceeded"
    CARD_NUMBER = "invalid_card_number"
    CARD_EXPIRY = "invalid_card_expiry"
    PASSWORD = "wrong_password"  # noqa: S105  # the name of a reason
    STOPPED = "card_stopped"
    INSTALMENT = "installment_not_available"
    MINIMUM = "below_minimum_amount"
    AUTHENTICATION = "authentication_failed"
    METHOD = "method_unavailable"
    BANK_HOURS = "bank_closed"
    RISK = "blocked_by_risk"
    EXPIRED = "payment_window_expired"
    AMOUNT = "amount_mismatch"
    CONFIGURATION = "gateway_misconfigured"
    NOT_CONFIRMED = "payment_not_confirmed"
    OTHER = "payment_failed"


class RefundReason(StrEnum):
    """Why a gateway would not give money back, in our own words; every gateway's codes are mapped to these."""

    NOT_POSSIBLE = "refund_not_possible"
    PARTIAL = "partial_refund_not_possible"
    TOO_LATE = "refund_period_over"
    ACCOUNT = "invalid_refund_account"
    BALANCE = "gateway_balance_differs"
    LIMIT = "refund_limit_exceeded"
    BY_HAND = "refund_by_hand"  # the shop has to do it itself, by bank transfer
    CONFIGURATION = "gateway_misconfigured"
    OTHER = "refund_refused"


class Retry(StrEnum):
    """What makes sense after a payment that was refused. later: the same way, after hours or a day."""

    SAME = "same_method"
    OTHER = "other_method"
    LATER = "later"
    NONE = "none"


RETRY: dict[str, Retry] = {
    Reason.REFUSED: Retry.OTHER,
    Reason.BALANCE: Retry.OTHER,
    Reason.LIMIT_ONCE: Retry.OTHER,
    Reason.LIMIT_DAY: Retry.LATER,
    Reason.CARD_NUMBER: Retry.SAME,
    Reason.CARD_EXPIRY: Retry.SAME,
    Reason.PASSWORD: Retry.SAME,
    Reason.STOPPED: Retry.OTHER,
    Reason.INSTALMENT: Retry.SAME,
    Reason.MINIMUM: Retry.OTHER,
    Reason.AUTHENTICATION: Retry.SAME,
    Reason.METHOD: Retry.OTHER,
    Reason.BANK_HOURS: Retry.LATER,
    Reason.RISK: Retry.NONE,
    Reason.EXPIRED: Retry.SAME,
    Reason.AMOUNT: Retry.SAME,
    Reason.CONFIGURATION: Retry.OTHER,
    Reason.NOT_CONFIRMED: Retry.SAME,
    Reason.OTHER: Retry.SAME,
}


def retry_after(reason: str) -> Retry:
    """What makes sense after a refusal for this reason; also for why money could not be kept, which is ours to mend."""
    return RETRY.get(reason, Retry.SAME)
