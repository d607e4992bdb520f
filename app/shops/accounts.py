"""A shop's contracts with gateways, credentials sealed."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

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
    account = GatewayAccount(
        id=account_id,
        shop_id=shop_id,
        livemode=livemode,
        gateway=gateway,
        credentials=sealed,
        created_at=now,
    )
    note_expiry(account, credentials)
    db.session.add(account)


def note_expiry(account: GatewayAccount, credentials: Mapping[str, str]) -> None:
    """credentials: those of the account, opened. Of accounts from before it was noted it is not known."""
    account.credentials_expire_at = GATEWAYS[account.gateway].examine(credentials).expire_at


def add_sandbox_accounts(shop_id: str, *, now: datetime) -> None:
    """Test contracts with the simulator of every gateway, in their order here: a payment takes the first that has its
    method. The caller holds the transaction."""
    merchant = shop_id.removeprefix("shop_")
    for place, (name, gateway) in enumerate(GATEWAYS.items()):
        credentials = gateway.sandbox_credentials(merchant)
        at = now + timedelta(microseconds=place)
        add_account(shop_id=shop_id, livemode=False, gateway=name, credentials=credentials, now=at)


def open_account(account: GatewayAccount) -> Gateway:
    """The adapter for one account. Raises CannotOpen when the master key is gone."""
    return open_gateway(
        account.gateway,
        credentials=credentials_of(account),
        livemode=account.livemode,
        settings=services().settings,
    )


def credentials_of(account: GatewayAccount) -> dict[str, str]:
    """Raises CannotOpen when the master key is gone."""
    opened: dict[str, str] = json.loads(services().vault.open(account.credentials, row=account.id))
    return opened
