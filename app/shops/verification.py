"""Is a shop's business what it says? Only the tax service can tell, and it is asked by the worker.

`verified` means that the service has the number as a business that goes on, and that it belongs to the
representative (대표자) and the opening date (개업일). A live shop that names no opening date is therefore never
verified. In test mode, where nothing real is at stake, the number alone is enough without one, as in the
documentation's sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy import delete, select, update

from app.database import db, end_reading, transaction
from app.ids import new_id
from app.services import services
from app.settings import Settings
from app.shops.models import BusinessCheck, Shop
from app.shops.tax_service import NoAnswer, Standing, TaxService

AGAIN = timedelta(days=7)
AGAIN_UNPROVEN = timedelta(days=1)  # a new business is known to the service after one or two days
# After that many calls without an answer in a row; the last one goes on.
PATIENCE = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360))

# What the simulator asks for. It needs encoding, so that a key that was encoded twice is noticed in tests.
SANDBOX_KEY = "sandbox/key+for=tests"

log = structlog.get_logger()


class Finding(StrEnum):
    """What is known of a business. A word on the wire: `business_info.verification.status`."""

    PENDING = "pending"
    ACTIVE = Standing.ACTIVE.value
    SUSPENDED = Standing.SUSPENDED.value
    CLOSED = Standing.CLOSED.value
    UNREGISTERED = Standing.UNREGISTERED.value
    MISMATCH = "mismatch"  # the business goes on, but not with this representative and opening date


@dataclass(frozen=True)
class Question:
    """What one check asks. revision: which version of the shop's business this is."""

    check_id: str
    shop_id: str
    livemode: bool
    revision: int
    tries: int
    number: str
    representative: str | None
    opening_date: str | None


@dataclass(frozen=True)
class Answer:
    finding: Finding
    verified: bool


def ask_for_check(shop: Shop, *, now: datetime) -> None:
    """The shop's business is new or has changed: what was found is void, and the worker asks anew.

    The caller holds the transaction, and in it the shop.
    """
    if not shop.business:
        db.session.execute(delete(BusinessCheck).where(BusinessCheck.shop_id == shop.id))
        return
    anew = {
        "finding": Finding.PENDING.value,
        "verified": False,
        "checked_at": None,
        "check_at": now,
        "tries": 0,
    }
    # Every column is named: the worker may be writing an answer to the old question at this moment.
    changed = db.session.execute(
        update(BusinessCheck)
        .where(BusinessCheck.shop_id == shop.id)
        .values(revision=BusinessCheck.revision + 1, **anew)
        .returning(BusinessCheck.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        livemode = shop.livemode is not False
        db.session.add(BusinessCheck(id=new_id("bck"), shop_id=shop.id, livemode=livemode, **anew))


def is_same_business(one: Mapping[str, str] | None, other: Mapping[str, str] | None) -> bool:
    """Whether the tax service would be asked the same about both."""
    if not one or not other:
        return not one and not other
    return all(one.get(name) == other.get(name) for name in ("business_number", "ceo_name", "opening_date"))


def can_check(livemode: bool, settings: Settings) -> bool:
    """The service itself needs a key of ours, its simulator none."""
    return bool(settings.tax_service_key) or not livemode


def verify_business(check_id: str, *, now: datetime) -> None:
    """Ask the tax service about one shop and write down what it says.

    No answer changes nothing that is known; it is asked again later.
    """
    question = _question(check_id)
    end_reading()
    if question is None:
        return
    try:
        answer = _ask(question)
    except NoAnswer as error:
        log.warning("business.not_checked", shop=question.shop_id, error=str(error))
        _record_no_answer(question, now=now)
    else:
        _record(question, answer, now=now)


def _question(check_id: str) -> Question | None:
    row = db.session.execute(
        select(BusinessCheck, Shop.business)
        .join(Shop, Shop.id == BusinessCheck.shop_id)
        .where(BusinessCheck.id == check_id)
        .execution_options(populate_existing=True)
    ).first()
    if row is None or not row.business:
        return None
    check, business = row.BusinessCheck, row.business
    return Question(
        check_id=check_id,
        shop_id=check.shop_id,
        livemode=check.livemode,
        revision=check.revision,
        tries=check.tries,
        number=business["business_number"],
        representative=business.get("ceo_name"),
        opening_date=business.get("opening_date"),
    )


def _ask(question: Question) -> Answer:
    service = _service(question.livemode)
    standing = service.standing_of(question.number)
    if standing != Standing.ACTIVE:
        return Answer(Finding(standing.value), verified=False)
    if not question.representative or not question.opening_date:
        return Answer(Finding.ACTIVE, verified=not question.livemode)
    matches = service.matches(
        question.number, representative=question.representative, opening_date=question.opening_date
    )
    return Answer(Finding.ACTIVE if matches else Finding.MISMATCH, verified=matches)


def _service(livemode: bool) -> TaxService:
    settings = services().settings
    if livemode:
        return TaxService(settings.tax_service_url, settings.tax_service_key)
    return TaxService(f"{settings.sandbox_url}/nts/api/nts-businessman/v1", SANDBOX_KEY)


def _record(question: Question, answer: Answer, *, now: datetime) -> None:
    unproven = answer.finding in (Finding.UNREGISTERED, Finding.MISMATCH)
    values = {"finding": answer.finding.value, "verified": answer.verified, "checked_at": now}
    _store(question, **values, check_at=now + (AGAIN_UNPROVEN if unproven else AGAIN), tries=0)
    ceased = answer.finding in (Finding.SUSPENDED, Finding.CLOSED)
    tell = log.warning if ceased else log.info
    tell("business.checked", shop=question.shop_id, found=answer.finding.value, verified=answer.verified)


def _record_no_answer(question: Question, *, now: datetime) -> None:
    pause = PATIENCE[min(max(question.tries - 1, 0), len(PATIENCE) - 1)]
    _store(question, check_at=now + pause)


def _store(question: Question, **values: object) -> None:
    """Nothing happens when the shop has changed its business meanwhile: that is asked about anew."""
    with transaction():
        db.session.execute(
            update(BusinessCheck)
            .where(BusinessCheck.id == question.check_id, BusinessCheck.revision == question.revision)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
