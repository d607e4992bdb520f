"""Enter, replace and end a shop's contracts with gateways. Credentials go in and never come out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select

from app.database import db, transaction
from app.errors import Invalid, NotFound
from app.gateways import GATEWAYS
from app.gateways.credentials import hint_of, problems_of
from app.services import services
from app.shops.accounts import add_account, note_expiry
from app.shops.models import GatewayAccount, Shop
from app.vault import CannotOpen

LONGEST_NAME = 40

log = structlog.get_logger()


class UnknownGateway(NotFound):
    code = "unknown_gateway"


class GatewayNotSet(NotFound):
    """The shop has no contract there, in this mode."""

    code = "gateway_not_set"


class BadCredentials(Invalid):
    """problems: name of a member -> what is wrong with it. The values are told nowhere."""

    code = "invalid_gateway_credentials"

    def __init__(self, problems: Mapping[str, str]) -> None:
        told = {f"credentials.{name[:LONGEST_NAME]}": reason for name, reason in problems.items()}
        field, reason = next(iter(told.items()))
        super().__init__(field=field, reason=reason)
        if len(told) > 1:
            self.details["fields"] = told


@dataclass(frozen=True)
class CredentialHint:
    """One member of the credentials. is_set: whether the contract has it. last4: of its value, where that tells no more
    than a merchant needs to know it again."""

    name: str
    secret: bool
    required: bool
    multiline: bool
    is_set: bool
    last4: str | None


def set_credentials(
    *, shop_id: str, livemode: bool, gateway: str, credentials: Mapping[str, str], now: datetime
) -> None:
    """Take up a contract, or other credentials of one. What is the same already stays as it is.

    Payments that began before are finished, looked up and refunded with what they began with.
    Raises UnknownGateway, BadCredentials.
    """
    _check_gateway(gateway)
    adapter = GATEWAYS[gateway]
    problems = problems_of(credentials, adapter.credential_fields, livemode=livemode)
    problems = problems or dict(adapter.examine(credentials).problems)
    if problems:
        raise BadCredentials(problems)
    with transaction():
        current = _held_account(shop_id, livemode=livemode, gateway=gateway)
        if current is not None:
            if _opened(current) == dict(credentials):
                note_expiry(current, credentials)
                return
            current.archived_at = now
            db.session.flush()
        add_account(shop_id=shop_id, livemode=livemode, gateway=gateway, credentials=credentials, now=now)
    log.info("gateway.credentials_set", shop=shop_id, gateway=gateway, livemode=livemode)


def end_contract(*, shop_id: str, livemode: bool, gateway: str, now: datetime) -> None:
    """No new payment goes there. Those that began are finished. Raises UnknownGateway, GatewayNotSet."""
    _check_gateway(gateway)
    with transaction():
        current = _held_account(shop_id, livemode=livemode, gateway=gateway)
        if current is None:
            raise GatewayNotSet(field="gateway")
        current.archived_at = now
    log.info("gateway.contract_ended", shop=shop_id, gateway=gateway, livemode=livemode)


def accounts_in_use(shop_id: str, *, livemode: bool) -> dict[str, GatewayAccount]:
    """By gateway."""
    found = select(GatewayAccount).where(
        GatewayAccount.shop_id == shop_id,
        GatewayAccount.livemode == livemode,
        GatewayAccount.archived_at.is_(None),
    )
    return {account.gateway: account for account in db.session.scalars(found)}


def hints_of(gateway: str, account: GatewayAccount | None) -> list[CredentialHint]:
    """What is to be entered for this gateway, and what is."""
    known = (_opened(account) or {}) if account else {}
    return [
        CredentialHint(
            name=field.name,
            secret=field.secret,
            required=field.required,
            multiline=field.multiline,
            is_set=field.name in known,
            last4=hint_of(known.get(field.name, "")),
        )
        for field in GATEWAYS[gateway].credential_fields
    ]


def _check_gateway(gateway: str) -> None:
    if gateway not in GATEWAYS:
        raise UnknownGateway(field="gateway", known=sorted(GATEWAYS))


def _held_account(shop_id: str, *, livemode: bool, gateway: str) -> GatewayAccount | None:
    """The shop is held first, so that of two who enter credentials the second replaces those of the first."""
    db.session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update())
    found = select(GatewayAccount).where(
        GatewayAccount.shop_id == shop_id,
        GatewayAccount.livemode == livemode,
        GatewayAccount.gateway == gateway,
        GatewayAccount.archived_at.is_(None),
    )
    return db.session.scalar(found.execution_options(populate_existing=True))


def _opened(account: GatewayAccount) -> dict[str, str] | None:
    """None when no known master key opens them; other credentials can still take their place."""
    try:
        opened: dict[str, str] = json.loads(services().vault.open(account.credentials, row=account.id))
    except CannotOpen:
        log.error("gateway.credentials_do_not_open", account=account.id)
        return None
    return opened
