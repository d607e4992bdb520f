"""What migration 0005 makes of shops that are there already."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.database import db
from tests.conftest import DATABASES, app_on, let_go
from tests.support.databases import postgresql_database, sqlite_database

SHOP = """INSERT INTO shops (id, merchant_id, is_default, name, language, business, created_at)
    VALUES (:id, :merchant, :is_default, 'x', 'ko', {business}, '2026-01-01')"""
KEY = """INSERT INTO api_keys (id, merchant_id, livemode, key_hash, last4, created_at)
    VALUES (:id, :merchant, :livemode, :id, '0000', '2026-01-01')"""


@pytest.fixture(params=DATABASES)
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database is at 0004: one merchant takes live payments, one does not."""
    opened = postgresql_database() if request.param == "postgresql" else sqlite_database(tmp_path)
    with opened as url:
        app = app_on(url)
        with app.app_context():
            upgrade(revision="0004")
            _fill()
            yield app
            let_go()


def _fill() -> None:
    business = """'{"business_number": "123-45-67890"}'"""
    for merchant, livemode in (("mer_live", True), ("mer_test", False)):
        _run("INSERT INTO merchants VALUES (:id, 'x', '2026-01-01')", id=merchant)
        _run(KEY, id=f"key_{merchant}", merchant=merchant, livemode=livemode)
    _run(SHOP.format(business=business), id="shop_live", merchant="mer_live", is_default=True)
    _run(SHOP.format(business="NULL"), id="shop_test", merchant="mer_test", is_default=True)


def _run(statement: str, **values: Any) -> None:
    with db.engine.connect().execution_options(writes=True) as connection:
        connection.execute(text(statement), values)
        connection.commit()


def _value(statement: str) -> Any:
    with db.engine.connect() as connection:
        return connection.execute(text(statement)).scalar()


def test_only_shops_of_merchants_with_live_keys_go_on_to_serve_both_modes(earlier: Flask) -> None:
    upgrade(revision="0005")

    assert _value("SELECT livemode FROM shops WHERE id = 'shop_live'") is None
    assert _value("SELECT livemode FROM shops WHERE id = 'shop_test'") in (False, 0)


def test_a_business_that_is_known_already_is_going_to_be_checked(earlier: Flask) -> None:
    upgrade(revision="0005")

    assert _value("SELECT count(*) FROM business_checks") == 1
    assert _value("SELECT shop_id FROM business_checks WHERE livemode AND NOT verified") == "shop_live"


def test_numbers_are_kept_as_digits(earlier: Flask) -> None:
    upgrade(revision="0005")

    business = json.loads(_value("SELECT CAST(business AS TEXT) FROM shops WHERE id = 'shop_live'"))
    assert business == {"business_number": "1234567890"}


def test_settings_begin_with_their_defaults(earlier: Flask) -> None:
    upgrade(revision="0005")

    row = "currency || ' ' || timezone || ' ' || payment_timeout_s"
    assert _value(f"SELECT {row} FROM shops WHERE id = 'shop_live'") == "KRW Asia/Seoul 86400"


def test_going_back_leaves_each_merchant_one_default_shop(earlier: Flask) -> None:
    upgrade(revision="0005")
    for shop, livemode in (("shop_a", True), ("shop_b", False)):
        _run("UPDATE shops SET is_default = FALSE WHERE id = 'shop_live'")
        _run(SHOP.format(business="NULL"), id=shop, merchant="mer_live", is_default=False)
        _run(
            "UPDATE shops SET livemode = :livemode, is_default = TRUE WHERE id = :id",
            id=shop,
            livemode=livemode,
        )

    downgrade(revision="0004")

    assert _value("SELECT id FROM shops WHERE merchant_id = 'mer_live' AND is_default") == "shop_a"
    assert _value("SELECT count(*) FROM shops") == 4
