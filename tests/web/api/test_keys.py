from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock
from app.database import db, transaction
from app.ids import new_id
from app.shops.keys import add_key, hash_of_key
from app.shops.models import ApiKey, Shop
from tests.conftest import app_on, let_go
from tests.support.world import NOW, make_world, order_body
from tests.web.site import CREATE, READ, Site, assert_error

MALFORMED = [
    "",
    " ",
    "sk_test_",
    "sk_test_" + "0" * 63,
    "sk_test_" + "0" * 65,
    "sk_test_" + "A" * 64,
    "sk_test_" + "g" * 64,
    "sk_prod_" + "0" * 64,
    "SK_TEST_" + "0" * 64,
    "pk_test_" + "0" * 64,
    "Bearer sk_test_" + "0" * 64,
    "sk_test_" + "\u0660" * 64,
    "sk_test_" + "0" * 64 + ", sk_test_" + "0" * 64,
    "' OR '1'='1",
    "열쇠",
    "x" * 5000,
]


@pytest.mark.parametrize("key", [None, *MALFORMED, "sk_test_" + "0" * 64, "sk_live_" + "f" * 64])
@pytest.mark.parametrize(("method", "path"), [("POST", CREATE), ("GET", READ + "cs_" + "0" * 32)])
def test_a_key_that_is_none_opens_nothing(site: Site, key: str | None, method: str, path: str) -> None:
    before = site.rows()

    answer = site.send(
        method, path, key=(key or "").encode().decode("latin-1") if key else key, json=order_body()
    )

    assert_error(answer, 401, "invalid_api_key")
    assert site.rows() == before


def test_every_bad_key_gets_the_same_answer(site: Site) -> None:
    answers = [site.create(key=key) for key in (None, "sk_test_", "sk_test_" + "0" * 64)]

    told = [(answer.status_code, answer.get_json()["error"]["message"]) for answer in answers]
    assert len(set(told)) == 1


def test_a_key_in_the_query_is_not_read(site: Site) -> None:
    assert_error(
        site.send("POST", f"{CREATE}?x-api-key={site.world.test_key}", key=None, json=order_body()),
        401,
        "invalid_api_key",
    )


def test_a_bad_key_is_told_before_a_bad_body(site: Site) -> None:
    assert_error(site.create_raw(b"{", key=None), 401, "invalid_api_key")


def new_key(site: Site, *, livemode: bool = False, shop_id: str | None = None) -> str:
    with site.inside(), transaction():
        return add_key(merchant_id=site.world.merchant_id, livemode=livemode, shop_id=shop_id, now=NOW)


def change_key(site: Site, key: str, **values: object) -> None:
    with site.inside(), transaction():
        db.session.execute(update(ApiKey).where(ApiKey.key_hash == hash_of_key(key)).values(**values))


def test_a_revoked_key_is_dead_at_once(site: Site) -> None:
    key = new_key(site)
    assert site.create(key=key).status_code == 201

    change_key(site, key, revoked_at=clock.now())

    assert_error(site.create(key=key), 401, "invalid_api_key")


def test_a_rotated_key_lives_through_its_grace_and_no_longer(site: Site) -> None:
    key = new_key(site)

    change_key(site, key, expires_at=clock.now() + timedelta(minutes=1))
    in_grace = site.create(key=key)
    change_key(site, key, expires_at=clock.now() - timedelta(seconds=1))
    after = site.create(key=key)

    assert in_grace.status_code == 201
    assert_error(after, 401, "invalid_api_key")


def test_only_a_hash_of_a_key_is_stored(site: Site) -> None:
    key = new_key(site)

    with site.inside():
        rows = db.session.execute(ApiKey.__table__.select()).all()

    assert key not in str(rows)
    assert key[8:] not in str(rows)


def other_shop(site: Site) -> str:
    shop_id = new_id("shop")
    with site.inside(), transaction():
        db.session.add(
            Shop(
                id=shop_id, merchant_id=site.world.merchant_id, is_default=False, name="둘째", created_at=NOW
            )
        )
    return shop_id


def test_a_merchants_key_serves_all_of_its_shops(site: Site) -> None:
    shop_id = other_shop(site)

    data = site.created(order_body(shopId=shop_id))

    assert data["shopId"] == shop_id


def test_a_key_of_one_shop_uses_that_shop_unnamed(site: Site) -> None:
    shop_id = other_shop(site)
    key = new_key(site, shop_id=shop_id)

    data = site.created(key=key)

    assert data["shopId"] == shop_id


def test_a_key_of_one_shop_sees_no_other(site: Site) -> None:
    key = new_key(site, shop_id=other_shop(site))
    session_id = site.create().get_json()["sessionId"]
    before = site.rows()

    read = site.send("GET", READ + session_id, key=key)
    created = site.create(order_body(shopId=site.world.shop_id), key=key)

    assert_error(read, 404, "invalid_session", "sessionId")
    assert_error(created, 404, "invalid_shop", "shopId")
    assert site.rows() == before


def test_another_merchants_shop_is_not_found(site: Site) -> None:
    with site.inside():
        stranger = make_world()

    assert_error(site.create(order_body(shopId=stranger.shop_id)), 404, "invalid_shop", "shopId")


@pytest.fixture
def bound(site: Site, database_url: str) -> Iterator[Site]:
    app = app_on(
        database_url, API_HOST_LIVE="api.koreacheckout.com", API_HOST_TEST="sandbox-api.koreacheckout.com"
    )
    yield Site(app, site.world)
    with app.app_context():
        let_go()


HOSTS = [
    ("api.koreacheckout.com", "live"),
    ("sandbox-api.koreacheckout.com", "test"),
    ("API.KoreaCheckout.com", "live"),
    ("api.koreacheckout.com:443", "live"),
    ("sandbox-api.koreacheckout.com:80", "test"),
]


@pytest.mark.parametrize(("host", "mode"), HOSTS)
def test_a_host_that_is_bound_to_a_mode_takes_its_keys_only(bound: Site, host: str, mode: str) -> None:
    other = "test" if mode == "live" else "live"
    before = bound.rows()

    refused = bound.create(key=other, headers={"Host": host})

    assert_error(refused, 401, "wrong_environment")
    assert bound.rows() == before
    assert bound.create(key=mode, headers={"Host": host}).status_code == 201


@pytest.mark.parametrize("key", ["live", "test"])
def test_a_host_that_is_bound_to_nothing_serves_both(bound: Site, key: str) -> None:
    assert bound.create(key=key, headers={"Host": "localhost:8000"}).status_code == 201
