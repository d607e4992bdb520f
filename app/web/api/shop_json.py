"""The JSON of a shop, as in the documentation. Times are RFC 3339 UTC."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from app.clock import to_wire
from app.domains.models import Domain
from app.domains.queries import domains_of_shops
from app.gateways import GATEWAYS
from app.payments.methods import METHODS
from app.services import services
from app.shops.business_numbers import written
from app.shops.models import BusinessCheck, GatewayRoute, Shop
from app.shops.queries import Contract, checks_of_shops, contracts_of_shops, routes_of_shops
from app.shops.routes import wanted_of
from app.shops.verification import Finding, can_check
from app.web.api.shop_schemas import (
    BusinessInfoAnswer,
    ContactAnswer,
    RouteAnswer,
    SettingsAnswer,
    ShopAnswer,
    Verification,
)


def answers_of(shops: Sequence[Shop], *, livemode: bool) -> list[ShopAnswer]:
    """livemode: of the key that asks; a shop of both modes has contracts of its own in each."""
    ids = [shop.id for shop in shops]
    checks, domains = checks_of_shops(ids), domains_of_shops(ids)
    contracts, routes = contracts_of_shops(ids, livemode=livemode), routes_of_shops(ids, livemode=livemode)
    return [
        _answer(shop, checks.get(shop.id), contracts[shop.id], routes[shop.id], domains.get(shop.id))
        for shop in shops
    ]


def _answer(
    shop: Shop,
    check: BusinessCheck | None,
    contracts: Sequence[Contract],
    routes: Mapping[str, GatewayRoute],
    domain: Domain | None,
) -> ShopAnswer:
    contact = shop.contact or {}
    return ShopAnswer(
        id=shop.id,
        name=shop.name,
        description=shop.description,
        website=shop.website,
        livemode=shop.livemode,
        is_default=shop.is_default,
        business_info=_business_info(shop.business, check) if shop.business else None,
        contact=ContactAnswer(email=contact.get("email"), phone=contact.get("phone")),
        settings=_settings(shop, routes),
        payment_methods=_payment_methods(contracts),
        custom_domain=domain.name if domain else None,
        domain_verification_status=cast(Any, domain.verification) if domain else None,
        domain_configuration_status=cast(Any, domain.configuration) if domain else None,
        created_at=to_wire(shop.created_at),
    )


def _business_info(business: dict[str, Any], check: BusinessCheck | None) -> BusinessInfoAnswer:
    checked_at = check.checked_at if check else None
    return BusinessInfoAnswer(
        business_number=written(business["business_number"]),
        business_name=business.get("business_name"),
        ceo_name=business.get("ceo_name"),
        address=business.get("address"),
        opening_date=business.get("opening_date"),
        mail_order_number=business.get("mail_order_number"),
        terms_url=business.get("terms_url"),
        refund_policy_url=business.get("refund_policy_url"),
        verified=check is not None and check.verified,
        verification=Verification(
            status=_status(check), checked_at=to_wire(checked_at) if checked_at else None
        ),
    )


def _status(check: BusinessCheck | None) -> Any:
    """One word of Verification.status."""
    finding = check.finding if check else Finding.PENDING.value
    if finding == Finding.PENDING and check and not can_check(check.livemode, services().settings):
        return "unavailable"
    return finding


def _settings(shop: Shop, routes: Mapping[str, GatewayRoute]) -> SettingsAnswer:
    return SettingsAnswer(
        currency=shop.currency,
        timezone=shop.timezone,
        language=shop.language,
        webhook_url=shop.webhook_url,
        notification_email=shop.notification_email,
        auto_refund_enabled=shop.auto_refund_enabled,
        payment_timeout=shop.payment_timeout_s,
        branding=shop.branding,
        routing={name: RouteAnswer(**wanted_of(routes.get(name))) for name in GATEWAYS},
        interest_free_installments=shop.interest_free_installments,
    )


def _payment_methods(contracts: Sequence[Contract]) -> list[str]:
    available = frozenset().union(*(contract.methods for contract in contracts))
    return [method for method in METHODS if method in available]
