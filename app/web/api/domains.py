"""A shop's custom domain over REST.

The DNS is asked by the worker, within a second of setting a name; `verify` asks it in the request, for somebody who
has just saved a record and waits. While another is looked at there, it is left to the worker as well.
"""

import threading
from typing import Any, cast

from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire
from app.domains.checks import check_domain
from app.domains.domains import NoDomain, claim_domain, remove_domain, retry_domain
from app.domains.findings import told
from app.domains.models import Domain
from app.domains.names import challenge_name, relative_name
from app.domains.queries import domain_of_shop
from app.errors import Conflict
from app.services import services
from app.web.api.auth import caller
from app.web.api.domain_schemas import (
    DnsRecord,
    DomainAnswer,
    DomainBody,
    DomainFinding,
    DomainRemoved,
    DomainSeen,
)
from app.web.api.errors import language_of_caller
from app.web.api.session_schemas import NoBody
from app.web.api.shop_schemas import ShopPath
from app.web.api.shops import own_shop

blueprint = APIBlueprint("api_domains", __name__, url_prefix="/api/shops/<shop_id>/custom-domain")
# Somebody waits for the answer of `verify`.
VERIFY_S = 8.0
# Name servers that never answer hold up one thread of a process, and never those that buyers need.
_looking = threading.Semaphore(1)


@blueprint.patch("", responses={200: DomainAnswer})
def set_domain(path: ShopPath, body: DomainBody) -> dict[str, Any]:
    """Set the custom domain of a shop"""
    settings = services().settings
    shop = own_shop(path)
    if not settings.domain_cname:
        raise Conflict("custom_domains_unavailable")
    domain = claim_domain(
        shop_id=shop.id,
        by_live_key=caller().livemode,
        text=body.domain,
        ours={*settings.hosts, settings.domain_cname},
        now=clock.now(),
    )
    return _answer(domain)


@blueprint.get("", responses={200: DomainAnswer})
def read_domain(path: ShopPath) -> dict[str, Any]:
    """Read the custom domain of a shop, and what is wrong with it"""
    return _domain_of(own_shop(path).id)


@blueprint.post("/verify", responses={200: DomainAnswer})
def verify_domain(path: ShopPath, body: NoBody) -> dict[str, Any]:
    """Look at the DNS of a custom domain now"""
    shop = own_shop(path)
    domain = retry_domain(shop_id=shop.id, by_live_key=caller().livemode, now=clock.now())
    if _looking.acquire(blocking=False):
        try:
            check_domain(domain.id, now=clock.now(), time_s=VERIFY_S, handshake=False)
        finally:
            _looking.release()
    return _domain_of(shop.id)


@blueprint.delete("", responses={200: DomainRemoved})
def delete_domain(path: ShopPath) -> dict[str, Any]:
    """Give the custom domain of a shop up"""
    remove_domain(shop_id=own_shop(path).id, by_live_key=caller().livemode)
    return DomainRemoved().model_dump()


def _domain_of(shop_id: str) -> dict[str, Any]:
    domain = domain_of_shop(shop_id)
    if domain is None:
        raise NoDomain()
    return _answer(domain)


def _answer(domain: Domain) -> dict[str, Any]:
    checked_at, check_at = domain.checked_at, domain.check_at
    return DomainAnswer(
        domain=domain.name,
        verification_records=[
            DnsRecord(type="TXT", name=relative_name(challenge_name(domain.name)), value=domain.token)
        ],
        configuration_records=_configuration_records(domain.name),
        domain_verification_status=cast(Any, domain.verification),
        domain_configuration_status=cast(Any, domain.configuration),
        findings=[_finding(finding) for finding in domain.findings],
        seen=DomainSeen(**domain.seen) if domain.seen else None,
        checked_at=to_wire(checked_at) if checked_at else None,
        next_check_at=to_wire(check_at) if check_at else None,
    ).model_dump()


def _configuration_records(name: str) -> list[DnsRecord]:
    settings, relative = services().settings, relative_name(name)
    addresses = [
        DnsRecord(type="AAAA" if ":" in address else "A", name=relative, value=address)
        for address in settings.domain_a_records
    ]
    return [DnsRecord(type="CNAME", name=relative, value=settings.domain_cname), *addresses]


def _finding(finding: dict[str, Any]) -> DomainFinding:
    message, advice = told(finding, language_of_caller())
    return DomainFinding(**finding, message=message, advice=advice)
