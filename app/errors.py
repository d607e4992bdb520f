"""The tree of errors. Each has a stable code; the sentence for people is made in web/."""

from typing import Any


class AppError(Exception):
    """details: what the caller may be told beside the code; never a secret, never what we hold inside."""

    code = "internal_error"
    status = 500

    def __init__(self, code: str | None = None, **details: Any) -> None:
        self.code = code or self.code
        self.details = details
        super().__init__(self.code)


class Invalid(AppError):
    """We can point at the field: details["field"], and details["fields"] when several are bad."""

    code = "invalid_parameter"
    status = 400


class NotAuthenticated(AppError):
    code = "invalid_api_key"
    status = 401


class NotAllowed(AppError):
    code = "not_allowed"
    status = 403


class TestKeyRequired(NotAllowed):
    """What was asked for exists in test mode only."""

    __test__ = False  # the name means something else to pytest
    code = "test_key_required"


class NotFound(AppError):
    code = "not_found"
    status = 404


class Conflict(AppError):
    """Right request, wrong moment."""

    code = "conflict"
    status = 409


class WrongState(Conflict):
    """The thing is no longer in the state this change starts from. Somebody else was first."""

    code = "wrong_state"


class TooManyRequests(AppError):
    """Too much for this minute. The next one is near."""

    code = "rate_limit_exceeded"
    status = 429


class NotReady(AppError):
    code = "not_ready"
    status = 503


class GatewayError(AppError):
    """No answer we can use."""

    code = "gateway_error"
    status = 502


class GatewayUnreachable(GatewayError):
    """Nothing was sent: the call may be repeated."""

    code = "gateway_unreachable"


class GatewayOutcomeUnknown(GatewayError):
    """It may have happened: look it up, never repeat.

    answered: the gateway did answer, with an error that promises nothing. A gateway that replays answers by
    idempotency key would give this one again, so a later repeat needs a new key.
    """

    code = "gateway_outcome_unknown"

    def __init__(self, *, answered: bool = False, gateway_code: str = "") -> None:
        super().__init__()
        self.answered = answered
        self.gateway_code = gateway_code


class GatewayMisconfigured(GatewayError):
    """Wrong key or contract. Nothing moved; the merchant and we must be told."""

    code = "gateway_misconfigured"

    def __init__(self, gateway_code: str) -> None:
        super().__init__()
        self.gateway_code = gateway_code
