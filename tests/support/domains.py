"""Shortcuts through the operations of a custom domain."""

from datetime import datetime

from app.database import db
from app.domains.checks import check_domain
from app.domains.domains import claim_domain
from app.domains.models import Domain
from tests.support.dns import Internet
from tests.support.world import NOW

NAME, CHALLENGE = "checkout.yourstore.test", "_vercel-challenge.checkout.yourstore.test"


def domain_settings(net: Internet) -> dict[str, str]:
    """Environment variables of an installation that lives in this DNS."""
    return {
        "DOMAIN_CNAME": "edge.pay.test",
        "DOMAIN_A_RECORDS": "203.0.113.10",
        "DNS_RESOLVERS": f"127.0.0.1:{net.resolver_port}",
        "DNS_PORT": str(net.port),
    }


def claim(shop_id: str, name: str = NAME, *, now: datetime = NOW) -> Domain:
    return claim_domain(shop_id=shop_id, by_live_key=True, text=name, ours={"pay.test"}, now=now)


def set_up(net: Internet, *tokens: str, name: str = NAME) -> None:
    """The records that a merchant is asked for, with these TXT texts."""
    net.everywhere(f"_vercel-challenge.{name}", "TXT", *(f'"{token}"' for token in tokens))
    net.everywhere(name, "CNAME", "edge.pay.test.")


def in_use(net: Internet, shop_id: str, name: str = NAME, *, now: datetime = NOW) -> Domain:
    """A domain of a shop that buyers are sent to."""
    domain = claim(shop_id, name, now=now)
    set_up(net, domain.token, name=name)
    check_domain(domain.id, now=now)
    return domain_now(domain)


def domain_now(domain: Domain) -> Domain:
    """As the database has it."""
    db.session.rollback()
    return db.session.get_one(Domain, domain.id, populate_existing=True)


def statuses(domain: Domain) -> tuple[str, str]:
    now = domain_now(domain)
    return now.verification, now.configuration
