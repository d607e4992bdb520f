"""The gateways. To add one: a folder beside toss/ and one line here."""

from collections.abc import Mapping

from app.gateways.base import Gateway
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.kcp.adapter import KcpGateway
from app.gateways.toss.adapter import TossGateway
from app.settings import Settings

GATEWAYS: dict[str, type[Gateway]] = {
    "toss": TossGateway,
    "kcp": KcpGateway,
    "inicis": InicisGateway,
}


def open_gateway(name: str, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Gateway:
    """The adapter of one merchant's account. Test mode uses the very same one with another address."""
    return GATEWAYS[name].open(credentials=credentials, livemode=livemode, settings=settings)


def secret_fields() -> frozenset[str]:
    """Names in the requests and answers of any gateway whose values never reach a log."""
    return frozenset().union(*(gateway.secret_fields for gateway in GATEWAYS.values()))
