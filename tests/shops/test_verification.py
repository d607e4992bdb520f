"""Whether a shop's business is verified, from its shop's change to the tax service's answer."""

from datetime import timedelta
from typing import Any

import pytest

from app.database import db, transaction
from app.shops import verification
from app.shops.models import BusinessCheck, Shop
from app.shops.queries import checks_of_shops
from app.shops.shops import create_shop, update_shop
from app.shops.verification import AGAIN, AGAIN_UNPROVEN, PATIENCE, Finding, verify_business
from tests.support.tax_office import TaxOffice
from tests.support.world import NOW, World

SAMPLE = {"business_number": "1234567890", "ceo_name": "김철수"}
LIVE = {"business_number": "1208800767", "ceo_name": "김철수", "opening_date": "2020-01-01"}


def shop_with(world: World, *, livemode: bool = False, **business: str | None) -> Shop:
    profile = {"name": "가게", "business": {**(LIVE if livemode else SAMPLE), **business}}
    return create_shop(merchant_id=world.merchant_id, livemode=livemode, profile=profile, now=NOW)


def check_of(shop: Shop) -> BusinessCheck:
    db.session.rollback()
    db.session.expire_all()
    return checks_of_shops([shop.id])[shop.id]


def verified(shop: Shop, **kwargs: Any) -> tuple[str, bool]:
    check = check_of(shop)
    verify_business(check.id, now=kwargs.get("now", NOW))
    check = check_of(shop)
    return check.finding, check.verified


def test_a_new_business_is_pending_and_due_at_once(world: World) -> None:
    check = check_of(shop_with(world))

    assert (check.finding, check.verified, check.checked_at, check.check_at) == ("pending", False, None, NOW)


def test_a_shop_without_a_business_is_not_checked(world: World) -> None:
    shop = create_shop(merchant_id=world.merchant_id, livemode=False, profile={"name": "가게"}, now=NOW)

    assert checks_of_shops([shop.id]) == {}


def test_the_documentations_sample_is_verified_in_test_mode(world: World) -> None:
    assert verified(shop_with(world)) == (Finding.ACTIVE, True)


def test_a_live_business_needs_its_opening_date(world: World) -> None:
    with_date = shop_with(world, livemode=True)
    without = shop_with(world, livemode=True, opening_date=None)
    nameless = shop_with(world, livemode=True, ceo_name=None)

    assert verified(with_date) == (Finding.ACTIVE, True)
    assert verified(without) == (Finding.ACTIVE, False)
    assert verified(nameless) == (Finding.ACTIVE, False)


@pytest.mark.parametrize(
    ("number", "finding"),
    [("1234500002", "suspended"), ("1234500003", "closed"), ("1234500004", "unregistered")],
)
def test_a_business_that_does_not_go_on_is_not_verified(world: World, number: str, finding: str) -> None:
    shop = shop_with(world, business_number=number, opening_date="2020-01-01")

    assert verified(shop) == (finding, False)


def test_another_representative_or_date_is_a_mismatch(world: World) -> None:
    wrong_name = shop_with(world, ceo_name="김영희", opening_date="2020-01-01")
    wrong_date = shop_with(world, opening_date="2020-01-02")
    right = shop_with(world, opening_date="2020-01-01")

    assert verified(wrong_name) == verified(wrong_date) == (Finding.MISMATCH, False)
    assert verified(right) == (Finding.ACTIVE, True)


def test_what_is_known_is_asked_again_after_a_week(world: World) -> None:
    shop = shop_with(world)

    verified(shop)

    check = check_of(shop)
    assert (check.checked_at, check.check_at, check.tries) == (NOW, NOW + AGAIN, 0)


def test_an_unknown_number_is_asked_again_the_next_day(world: World) -> None:
    shop = shop_with(world, business_number="1234500004")

    verified(shop)

    assert check_of(shop).check_at == NOW + AGAIN_UNPROVEN


def test_a_business_that_closes_is_no_longer_verified(world: World, office: TaxOffice) -> None:
    number = "3120000001"
    office.register(number)
    shop = shop_with(world, business_number=number)
    before = verified(shop)

    office.register(number, b_stt_cd="03", end_dt="20260401")
    after = verified(shop, now=NOW + AGAIN)

    assert (before, after) == ((Finding.ACTIVE, True), (Finding.CLOSED, False))


@pytest.mark.parametrize("target", ["status", "validate"])
def test_no_answer_changes_nothing_that_is_known(world: World, office: TaxOffice, target: str) -> None:
    shop = shop_with(world, opening_date="2020-01-01")
    before = verified(shop)
    office.arm("error_500_before", target=target)

    after = verified(shop, now=NOW + AGAIN)

    check = check_of(shop)
    assert after == before == (Finding.ACTIVE, True)
    assert check.checked_at == NOW
    assert check.check_at == NOW + AGAIN + PATIENCE[0]


def test_no_answer_to_a_new_business_leaves_it_pending(world: World, office: TaxOffice) -> None:
    shop = shop_with(world)
    office.arm("answer_lost")

    assert verified(shop) == (Finding.PENDING, False)


@pytest.mark.parametrize(("tries", "pause"), [(1, 0), (2, 1), (5, 4), (50, 4)])
def test_the_service_is_asked_ever_more_seldom_while_it_does_not_answer(
    world: World, office: TaxOffice, tries: int, pause: int
) -> None:
    shop = shop_with(world)
    with transaction():
        checks_of_shops([shop.id])[shop.id].tries = tries
    office.arm("garbled")

    verified(shop)

    assert check_of(shop).check_at == NOW + PATIENCE[pause]


@pytest.mark.parametrize(
    "change", [{"business_number": "2148600001"}, {"ceo_name": "김영희"}, {"opening_date": "2021-01-01"}]
)
def test_a_changed_business_is_pending_again(world: World, change: dict[str, str]) -> None:
    shop = shop_with(world)
    verified(shop)

    later = NOW + timedelta(hours=1)
    update_shop(shop_id=shop.id, by_live_key=False, changes={"business": change}, now=later)

    check = check_of(shop)
    assert (check.finding, check.verified, check.checked_at) == ("pending", False, None)
    assert (check.check_at, check.revision) == (later, 2)


@pytest.mark.parametrize(
    "change", [{"business": {"address": "서울"}}, {"business": SAMPLE}, {"name": "새 이름"}, {}]
)
def test_a_change_of_anything_else_keeps_what_was_found(world: World, change: dict[str, Any]) -> None:
    shop = shop_with(world)
    verified(shop)

    update_shop(shop_id=shop.id, by_live_key=False, changes=change, now=NOW)

    assert check_of(shop).verified


def test_a_business_that_is_taken_away_is_not_asked_about(world: World, office: TaxOffice) -> None:
    shop = shop_with(world)
    check_id = check_of(shop).id
    update_shop(shop_id=shop.id, by_live_key=False, changes={"business": None}, now=NOW)
    asked = len(office.calls())

    verify_business(check_id, now=NOW)

    assert len(office.calls()) == asked


def test_an_answer_about_an_earlier_business_is_dropped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop changes its number while the service is being asked about the old one."""
    shop = shop_with(world)
    ask = verification._ask

    def slow_ask(question: verification.Question) -> verification.Answer:
        answer = ask(question)
        change = {"business": {"business_number": "1234500003"}}
        update_shop(shop_id=shop.id, by_live_key=False, changes=change, now=NOW)
        return answer

    monkeypatch.setattr(verification, "_ask", slow_ask)

    assert verified(shop) == (Finding.PENDING, False)
    monkeypatch.undo()
    assert verified(shop) == (Finding.CLOSED, False)
