"""API keys: issued, rotated, restricted, revoked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.database import db
from app.errors import AppError, Invalid, NotFound
from app.ids import new_id
from app.shops.keys import (
    USE_IS_NOTED_EVERY,
    IssuedKey,
    KeyIsRestricted,
    KeyNotActive,
    UnknownKey,
    hash_of_key,
    issue_key,
    note_use,
    restrict_key,
    revoke_key,
    rotate_key,
)
from app.shops.models import ApiKey, Shop
from app.shops.queries import KeyHolder, holder_of_key, keys_of_merchant
from app.shops.shops import create_shop
from tests.support.world import NOW, World, make_world

DAY = timedelta(days=1)
NO_GRACE = timedelta()


def issue(world: World, *, livemode: bool = False, shop_id: str | None = None) -> IssuedKey:
    return issue_key(merchant_id=world.merchant_id, livemode=livemode, shop_id=shop_id, name="서버", now=NOW)


def holder(issued: IssuedKey, *, now: datetime = NOW) -> KeyHolder | None:
    db.session.rollback()
    key_hash = hash_of_key(issued.secret)
    assert key_hash is not None
    return holder_of_key(key_hash, now=now)


def key_of(issued: IssuedKey) -> ApiKey:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ApiKey, issued.key_id)


def new_shop(world: World, *, livemode: bool = False) -> Shop:
    return create_shop(merchant_id=world.merchant_id, livemode=livemode, profile={"name": "둘째"}, now=NOW)


@pytest.mark.parametrize("livemode", [False, True])
def test_a_new_key_speaks_for_its_merchant_in_its_mode(world: World, livemode: bool) -> None:
    issued = issue(world, livemode=livemode)

    found = holder(issued)

    assert issued.secret.startswith("sk_live_" if livemode else "sk_test_")
    assert len(issued.secret) == 8 + 64
    assert found is not None
    assert (found.merchant_id, found.livemode, found.shop_id) == (world.merchant_id, livemode, None)
    assert (found.default_shop_id, found.default_timeout_s) == (world.shop_id, 86400)


def test_nothing_of_a_key_is_kept_but_its_hash_and_four_digits(world: World) -> None:
    issued = issue(world)

    row = str([getattr(key_of(issued), column.key) for column in ApiKey.__table__.columns])

    assert issued.secret not in row
    assert issued.secret[8:-4] not in row
    assert key_of(issued).last4 == issued.secret[-4:]


def test_a_key_of_one_shop_uses_that_shop(world: World) -> None:
    shop = new_shop(world)

    found = holder(issue(world, shop_id=shop.id))

    assert found is not None
    assert (found.shop_id, found.default_shop_id) == (shop.id, shop.id)


def test_a_key_is_not_issued_for_what_is_not_there(world: World) -> None:
    stranger = make_world()
    live = new_shop(world, livemode=True)

    for merchant_id, shop_id in (
        (new_id("mer"), None),
        (world.merchant_id, new_id("shop")),
        (world.merchant_id, "shop"),
        (world.merchant_id, stranger.shop_id),
        (world.merchant_id, live.id),
    ):
        with pytest.raises(NotFound):
            issue_key(merchant_id=merchant_id, livemode=False, shop_id=shop_id, now=NOW)


# --- rotation ---


def test_a_rotated_key_lives_through_its_grace_beside_the_new_one(world: World) -> None:
    shop = new_shop(world)
    old = issue(world, shop_id=shop.id)

    new = rotate_key(key_id=old.key_id, grace=DAY, now=NOW)

    last_moment = NOW + DAY - timedelta(microseconds=1)
    assert holder(old, now=last_moment) is not None
    assert holder(old, now=NOW + DAY) is None
    found = holder(new, now=NOW + DAY)
    assert found is not None
    assert (found.merchant_id, found.livemode, found.shop_id) == (world.merchant_id, False, shop.id)
    assert key_of(old).replaced_by_id == new.key_id
    assert key_of(new).name == "서버"


def test_without_grace_the_old_key_dies_at_once(world: World) -> None:
    old = issue(world)

    new = rotate_key(key_id=old.key_id, grace=NO_GRACE, now=NOW)

    assert holder(old) is None
    assert holder(new) is not None


def test_seven_days_are_the_longest_grace(world: World) -> None:
    old = issue(world)

    rotate_key(key_id=old.key_id, grace=7 * DAY, now=NOW)

    assert holder(old, now=NOW + 7 * DAY - timedelta(seconds=1)) is not None


@pytest.mark.parametrize("grace", [timedelta(days=7, seconds=1), -timedelta(seconds=1), timedelta(days=365)])
def test_another_grace_is_refused_and_changes_nothing(world: World, grace: timedelta) -> None:
    old = issue(world)

    with pytest.raises(Invalid):
        rotate_key(key_id=old.key_id, grace=grace, now=NOW)

    assert key_of(old).expires_at is None
    assert len(keys_of_merchant(world.merchant_id)) == 3


def test_a_key_is_rotated_once(world: World) -> None:
    old = issue(world)
    rotate_key(key_id=old.key_id, grace=DAY, now=NOW)

    with pytest.raises(KeyNotActive):
        rotate_key(key_id=old.key_id, grace=7 * DAY, now=NOW)

    assert key_of(old).expires_at == NOW + DAY


def test_of_many_rotations_at_once_one_makes_a_key(app: Flask, world: World) -> None:
    old = issue(world)

    def rotate(_number: int) -> bool:
        with app.app_context():
            try:
                rotate_key(key_id=old.key_id, grace=DAY, now=NOW)
            except KeyNotActive:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(rotate, range(8)))

    assert made.count(True) == 1
    assert len(keys_of_merchant(world.merchant_id)) == 4


# --- revocation ---


def test_a_revoked_key_opens_nothing(world: World) -> None:
    issued = issue(world)

    revoke_key(key_id=issued.key_id, now=NOW)

    assert holder(issued) is None
    assert holder(issued, now=NOW - DAY) is None


def test_revoking_twice_keeps_the_first_moment(world: World) -> None:
    issued = issue(world)

    revoke_key(key_id=issued.key_id, now=NOW)
    revoke_key(key_id=issued.key_id, now=NOW + DAY)

    assert key_of(issued).revoked_at == NOW


def test_a_key_in_its_grace_can_be_revoked_and_its_successor_lives(world: World) -> None:
    old = issue(world)
    new = rotate_key(key_id=old.key_id, grace=DAY, now=NOW)

    revoke_key(key_id=old.key_id, now=NOW)

    assert holder(old) is None
    assert holder(new) is not None


def test_a_revoked_key_is_not_rotated(world: World) -> None:
    issued = issue(world)
    revoke_key(key_id=issued.key_id, now=NOW)

    with pytest.raises(KeyNotActive):
        rotate_key(key_id=issued.key_id, grace=DAY, now=NOW)


@pytest.mark.parametrize("key_id", ["", "key_1", "key_" + "0" * 32, "shop_" + "0" * 32, "key_\0"])
def test_an_unknown_key_is_told(world: World, key_id: str) -> None:
    for call in (
        lambda: revoke_key(key_id=key_id, now=NOW),
        lambda: rotate_key(key_id=key_id, grace=DAY, now=NOW),
        lambda: restrict_key(key_id=key_id, shop_id=world.shop_id, now=NOW),
    ):
        with pytest.raises(UnknownKey):
            call()


# --- restriction ---


def test_a_key_can_be_restricted_to_one_shop(world: World) -> None:
    issued, shop = issue(world), new_shop(world)

    restrict_key(key_id=issued.key_id, shop_id=shop.id, now=NOW)
    restrict_key(key_id=issued.key_id, shop_id=shop.id, now=NOW)

    found = holder(issued)
    assert found is not None
    assert (found.shop_id, found.default_shop_id) == (shop.id, shop.id)


def test_a_restricted_key_never_comes_to_see_another_shop(world: World) -> None:
    one, other = new_shop(world), new_shop(world)
    issued = issue(world, shop_id=one.id)

    with pytest.raises(KeyIsRestricted):
        restrict_key(key_id=issued.key_id, shop_id=other.id, now=NOW)

    assert key_of(issued).shop_id == one.id


def test_a_key_is_not_restricted_to_a_shop_that_it_does_not_see(world: World) -> None:
    issued = issue(world)
    stranger, live = make_world(), new_shop(world, livemode=True)

    for shop_id in (stranger.shop_id, live.id, "shop"):
        with pytest.raises(AppError, match="invalid_shop"):
            restrict_key(key_id=issued.key_id, shop_id=shop_id, now=NOW)

    assert key_of(issued).shop_id is None


# --- last use ---


def test_the_first_use_is_noted_and_then_one_in_five_minutes(world: World) -> None:
    issued = issue(world)
    almost = NOW + USE_IS_NOTED_EVERY - timedelta(seconds=1)

    noted = []
    for now in (NOW, almost, NOW + USE_IS_NOTED_EVERY):
        note_use(key_id=issued.key_id, now=now)
        noted.append(key_of(issued).last_used_at)

    assert noted == [NOW, NOW, NOW + USE_IS_NOTED_EVERY]


def test_a_late_note_never_sets_the_time_back(world: World) -> None:
    issued = issue(world)
    note_use(key_id=issued.key_id, now=NOW)

    note_use(key_id=issued.key_id, now=NOW - DAY)

    assert key_of(issued).last_used_at == NOW


def test_keys_are_listed_with_the_newest_first(world: World) -> None:
    old = issue(world)
    new = rotate_key(key_id=old.key_id, grace=DAY, now=NOW + DAY)
    make_world()

    listed = [key.id for key in keys_of_merchant(world.merchant_id)]

    assert len(listed) == 4
    assert listed[0] == new.key_id
    assert old.key_id in listed
