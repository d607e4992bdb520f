"""The gateways. To add one: a folder beside toss/ and one line here."""

from collections.abc import Mapping

from app.gateways.base import Gateway
from app.gateways.toss.adapter import TossGateway
from app.settings import Settings

GATEWAYS: dict[str, type[Gateway]] = {
    "toss": TossGateway,
}


def open_gateway(name: str, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Gateway:
    """The adapter of one merchant's account. Test mode uses the very same one with another address."""
    return GATEWAYS[name].open(credentials=credentials, livemode=livemode, settings=settings)
