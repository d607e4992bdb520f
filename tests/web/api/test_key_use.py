"""When a key was last used, without a write per request."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app import clock
from app.database import db
from app.shops.keys import hash_of_key
from app.shops.models import ApiKey
from app.web.api.key_use import MOST_KEYS, KeyUse
from tests.support.world import NOW, make_world
from tests.web.site import READ, Site, assert_error


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test, whose keys were never used."""
    with site.inside():
        return Site(site.app, make_world())


def last_used(shop: Site) -> datetime | None:
    with shop.inside():
        key_hash = hash_of_key(shop.world.test_key)
        return db.session.scalar(select(ApiKey.last_used_at).where(ApiKey.key_hash == key_hash))


def get(shop: Site, **kwargs: Any) -> Any:
    return shop.send("GET", READ + "cs_" + "0" * 32, **kwargs)


def test_a_use_is_noted(shop: Site) -> None:
    before = last_used(shop)
    started = clock.now()

    get(shop)

    used = last_used(shop)
    assert before is None
    assert used is not None
    assert started <= used <= clock.now()


def test_many_requests_are_one_write(shop: Site) -> None:
    statements: list[str] = []
    with shop.inside():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    for _ in range(5):
        get(shop)

    writes = [statement for statement in statements if "UPDATE api_keys" in statement]
    assert len(writes) == 1


def test_a_request_that_is_refused_for_its_key_notes_nothing(shop: Site) -> None:
    get(shop, key="sk_test_" + "0" * 64)
    get(shop, key=None)

    assert last_used(shop) is None


def test_an_answer_goes_out_though_the_use_cannot_be_noted(
    shop: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise OSError("the database has gone away")

    monkeypatch.setattr("app.web.api.key_use.note_use", broken)
    assert_error(get(shop), 404, "invalid_session")
    monkeypatch.undo()

    get(shop)

    assert last_used(shop) is not None


def test_the_answer_is_there_before_the_use_is_noted(shop: Site) -> None:
    client = shop.app.test_client(use_cookies=False)
    headers = {"x-api-key": shop.world.test_key}
    answer = client.get(READ + "cs_" + "0" * 32, headers=headers, buffered=False)

    before_close = last_used(shop)
    answer.close()

    assert answer.status_code == 404
    assert before_close is None
    assert last_used(shop) is not None


def test_one_process_notes_a_key_once_in_five_minutes(shop: Site) -> None:
    use = KeyUse(shop.app)
    moments = [0, 1, 299, 300, 301, 600]

    due = [use.is_due("key_1", NOW + timedelta(seconds=second)) for second in moments]

    assert due == [True, False, False, True, False, True]


def test_what_a_process_remembers_is_bounded(shop: Site) -> None:
    use = KeyUse(shop.app)

    assert all(use.is_due(f"key_{number}", NOW) for number in range(MOST_KEYS * 2))
    assert len(use._noted) <= MOST_KEYS
