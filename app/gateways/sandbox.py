"""What our server asks of the simulated gateways beside payments."""

from app.errors import GatewayOutcomeUnknown
from app.gateways import http
from app.settings import Settings


def let_time_pass(*, gateway: str, merchant: str, seconds: float, settings: Settings) -> None:
    """All that this merchant has at this simulator becomes so much older.

    Raises GatewayError when the sandbox does not answer; asking again makes it older once more.
    """
    reply = http.call(
        "POST",
        f"{settings.sandbox_url}/sim/pass-time",
        headers={},
        json={"gateway": gateway, "merchant": merchant, "seconds": seconds},
        timeout_s=settings.gateway_timeout_s,
        event="sandbox.pass_time",
        about=merchant,
    )
    if reply.status != 200:
        raise GatewayOutcomeUnknown(answered=True, gateway_code=str(reply.status))
