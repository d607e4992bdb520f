"""A shop's contracts with gateways, credentials sealed."""

import json
from collections.abc import Mapping
from datetime import datetime

from app.database import db
from app.gateways import GATEWAYS, open_gateway
from app.gateways.base import Gateway
from app.ids import new_id
from app.services import services
from app.shops.models import GatewayAccount


def add_account(
    *, shop_id: str, livemode: bool, gateway: str, credentials: Mapping[str, str], now: datetime
) -> None:
    """The caller holds the transaction."""
    account_id = new_id("gwa")
    sealed = services().vault.seal(json.dumps(dict(credentials)), row=account_id)
    db.session.add(
        GatewayAccount(
            id=account_id,
            shop_id=shop_id,
            livemode=livemode,
            gateway=gateway,
            credentials=sealed,
            created_at=now,
        )
    )


def add_sandbox_accounts(shop_id: str, *, now: datetime) -> None:
    """Test contracts with the simulator of every gateway. The caller holds the transaction."""
    merchant = shop_id.removeprefix("shop_")
    for name, gateway in GATEWAYS.items():
        credentials = gateway.sandbox_credentials(merchant)
        add_account(shop_id=shop_id, livemode=False, gateway=name, credentials=credentials, now=now)


def open_account(account: GatewayAccount) -> Gateway:
    """The adapter for one account. Raises CannotOpen when the master key is gone."""
    credentials = json.loads(services().vault.open(account.credentials, row=account.id))
    return open_gateway(
        account.gateway, credentials=credentials, livemode=account.livemode, settings=services().settings
    )
