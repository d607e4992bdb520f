"""Questions about the custom domains of shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from app.database import db
from app.domains.models import Domain
from app.domains.states import Configuration, Verification

IN_USE = and_(
    Domain.verification == Verification.VERIFIED.value,
    Domain.configuration == Configuration.CONFIGURED.value,
)
OPEN_TO_BUYERS = and_(
    Domain.verification == Verification.VERIFIED.value,
    or_(Domain.configuration == Configuration.CONFIGURED.value, Domain.points_here),
)


@dataclass(frozen=True)
class Served:
    """A custom domain that pages are shown at. healthy: it is in use, and the last check found nothing wrong."""

    name: str
    shop_id: str
    healthy: bool


def domain_of_shop(shop_id: str) -> Domain | None:
    return db.session.scalar(select(Domain).where(Domain.shop_id == shop_id))


def domains_of_shops(shop_ids: Sequence[str]) -> dict[str, Domain]:
    """By shop; a shop without a domain has none."""
    found = select(Domain).where(Domain.shop_id.in_(shop_ids))
    return {domain.shop_id: domain for domain in db.session.scalars(found)}


def served_at(name: str) -> Served | None:
    """The shop whose pages are shown at this name. None: at this name there is nothing."""
    return _served(db.session.execute(_SERVED, {"name": name}).first())


def served_for(shop_id: str) -> Served | None:
    """The domain of a shop that its pages are shown at."""
    return _served(db.session.execute(_SERVED_FOR, {"shop_id": shop_id}).first())


def _served(row: Any) -> Served | None:
    if row is None:
        return None
    in_use = row.configuration == Configuration.CONFIGURED
    return Served(row.name, row.shop_id, healthy=in_use and row.failing_since is None)


def name_in_use(shop_id: str) -> str | None:
    """The name that new sessions of a shop are sent to; None for our own."""
    name: str | None = db.session.scalar(_IN_USE, {"shop_id": shop_id})
    return name


def names_to_serve() -> frozenset[str]:
    """All names that the edge may have a certificate for."""
    return frozenset(db.session.scalars(select(Domain.name).where(OPEN_TO_BUYERS)))


# Asked with every page and every new session, so the statements are built once.
_COLUMNS = (Domain.name, Domain.shop_id, Domain.configuration, Domain.failing_since)
_SERVED = select(*_COLUMNS).where(Domain.name == bindparam("name"), OPEN_TO_BUYERS)
_SERVED_FOR = select(*_COLUMNS).where(Domain.shop_id == bindparam("shop_id"), OPEN_TO_BUYERS)
_IN_USE = select(Domain.name).where(Domain.shop_id == bindparam("shop_id"), IN_USE)
