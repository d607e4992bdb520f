"""Claim a domain for a shop, look at it again, give it up; and write down what a check has seen."""

import secrets
from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.database import db, transaction
from app.domains.findings import Finding
from app.domains.models import Domain
from app.domains.names import challenge_name, to_domain
from app.domains.notices import mail_about
from app.domains.states import (
    Configuration,
    Diagnosis,
    Standing,
    Verification,
    after_check,
    retried,
    taken_over,
)
from app.errors import NotFound
from app.ids import new_id
from app.shops.models import Shop
from app.shops.shops import LiveKeyRequired

_STANDING = tuple(one.name for one in fields(Standing) if one.name != "mail")

log = structlog.get_logger()


class NoDomain(NotFound):
    code = "domain_not_set"


def claim_domain(
    *, shop_id: str, by_live_key: bool, text: str, ours: Collection[str], now: datetime
) -> Domain:
    """Set the domain of a shop; the worker looks at it at once. The same name again keeps its record, and its time
    runs anew if it was over. Another name takes the place of the old one, which is given up.

    text: as the merchant wrote it. ours: host names of this installation.
    Raises BadDomain, NotASubdomain, ReservedDomain, LiveKeyRequired, NotFound.
    """
    name = to_domain(text, ours=ours)
    with transaction():
        _hold_shop(shop_id, by_live_key=by_live_key)
        domain = _locked_of_shop(shop_id)
        if domain is not None and domain.name == name:
            _apply(domain, retried(_standing(domain), now=now))
            return domain
        if domain is not None:
            db.session.delete(domain)
            db.session.flush()
        domain = Domain(
            id=new_id("dom"),
            shop_id=shop_id,
            name=name,
            token=f"vc-domain-verify-{secrets.token_hex(16)}",
            verification=Verification.PENDING.value,
            configuration=Configuration.PENDING.value,
            points_here=False,
            findings=[],
            claimed_at=now,
            check_at=now,
            tries=0,
        )
        db.session.add(domain)
    return domain


def retry_domain(*, shop_id: str, by_live_key: bool, now: datetime) -> Domain:
    """Give a domain that failed its time again. Raises LiveKeyRequired, NoDomain, NotFound."""
    with transaction():
        _hold_shop(shop_id, by_live_key=by_live_key)
        domain = _locked_of_shop(shop_id)
        if domain is None:
            raise NoDomain()
        _apply(domain, retried(_standing(domain), now=now))
    return domain


def remove_domain(*, shop_id: str, by_live_key: bool) -> None:
    """The name is free at once; sessions go on at our own address. Nothing happens where there is none.

    Raises LiveKeyRequired, NotFound.
    """
    with transaction():
        _hold_shop(shop_id, by_live_key=by_live_key)
        domain = _locked_of_shop(shop_id)
        if domain is not None:
            db.session.delete(domain)


def record_check(
    *, domain_id: str, seen: Diagnosis, held_by: Collection[str], began_at: datetime, now: datetime
) -> None:
    """Write down what a check has seen, and what follows from it.

    held_by: the tokens of another shop's claim that the check looked for. Where that shop holds the name and its
    token was not there, the name is theirs no more.
    Nothing happens to a domain that was removed meanwhile, that a check has seen which began later, or whose name
    was given to a shop that this check did not look for: it is looked at again.
    """
    try:
        _record_check(domain_id, seen, held_by, began_at, now)
    except IntegrityError:
        log.warning("domain.two_at_once", domain=domain_id)  # another shop's check was written first


def _record_check(
    domain_id: str, seen: Diagnosis, held_by: Collection[str], began_at: datetime, now: datetime
) -> None:
    with transaction():
        domain = _locked(domain_id)
        if domain is None or (domain.checked_at and domain.checked_at > began_at):
            return
        after = after_check(_standing(domain), seen, now=now)
        holders = _holders(domain) if after.verification == Verification.VERIFIED else []
        if any(holder.token not in held_by for holder in holders):
            domain.check_at = now
            return
        for holder in holders:
            _take_from(holder, now=now)
        domain.checked_at = began_at
        domain.findings = [finding.to_json() for finding in seen.findings]
        domain.seen = asdict(seen.dns)
        _apply(domain, after)
        if after.mail:
            mail_about(domain, after.mail, now=now)
    log.info("domain.checked", domain=domain_id, verification=str(after.verification), in_use=after.in_use)


def _holders(domain: Domain) -> list[Domain]:
    """The other claim that has the name: one at most."""
    held = select(Domain).where(
        Domain.name == domain.name,
        Domain.id != domain.id,
        Domain.verification == Verification.VERIFIED.value,
    )
    return list(db.session.scalars(held.with_for_update()))


def _take_from(holder: Domain, *, now: datetime) -> None:
    after = taken_over(_standing(holder))
    _apply(holder, after)
    found = Finding("taken_over", "ownership", record="TXT", name=challenge_name(holder.name))
    holder.findings = [found.to_json()]
    db.session.flush()
    if after.mail:
        mail_about(holder, after.mail, now=now)
    log.warning("domain.taken_over", domain=holder.id)


def _hold_shop(shop_id: str, *, by_live_key: bool) -> None:
    """A shop of both modes takes real money at its domain, so only a live key may move it."""
    shop = db.session.scalar(select(Shop).where(Shop.id == shop_id).with_for_update())
    if shop is None:
        raise NotFound("invalid_shop")
    if shop.livemode is None and not by_live_key:
        raise LiveKeyRequired()


def _locked_of_shop(shop_id: str) -> Domain | None:
    found = select(Domain).where(Domain.shop_id == shop_id).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def _locked(domain_id: str) -> Domain | None:
    found = select(Domain).where(Domain.id == domain_id).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def _standing(domain: Domain) -> Standing:
    return Standing(**{name: getattr(domain, name) for name in _STANDING})


def _apply(domain: Domain, standing: Standing) -> None:
    for name, value in asdict(standing).items():
        if name in _STANDING:
            setattr(domain, name, str(value) if isinstance(value, Verification | Configuration) else value)
