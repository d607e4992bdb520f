"""transaction() on both databases: all or nothing, never nested, and nothing decided on an old snapshot."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from app.database import db, end_reading, transaction
from app.shops.models import ApiKey, Merchant
from tests.conftest import app_on, let_go
from tests.support.databases import sqlite_database
from tests.support.world import NOW


def merchant(merchant_id: str = "mer_1", *, name: str = "한빛", created_at: datetime = NOW) -> Merchant:
    return Merchant(id=merchant_id, name=name, created_at=created_at)


def names() -> list[str]:
    """What another connection sees, so only what was committed."""
    with db.engine.connect() as connection:
        return list(connection.scalars(select(Merchant.name).order_by(Merchant.name)))


def rename_elsewhere(app: Flask, name: str) -> None:
    """Another thread, so another connection and another session, renames mer_1 and commits."""

    def rename() -> None:
        with app.app_context(), transaction():
            db.session.get_one(Merchant, "mer_1").name = name

    thread = threading.Thread(target=rename)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.mark.usefixtures("app")
class TestTransaction:
    def test_what_was_written_is_committed_at_the_end(self) -> None:
        with transaction():
            db.session.add(merchant())
            assert names() == []

        assert names() == ["한빛"]

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
    def test_whatever_is_raised_undoes_everything_and_goes_on(self, error: type[BaseException]) -> None:
        def fail() -> None:
            with transaction():
                db.session.add(merchant())
                db.session.flush()
                raise error

        with pytest.raises(error):
            fail()

        assert names() == []

    def test_one_opens_after_another_that_failed(self) -> None:
        with pytest.raises(RuntimeError), transaction():
            raise RuntimeError

        with transaction():
            db.session.add(merchant())

        assert names() == ["한빛"]

    def test_a_commit_that_the_database_refuses_undoes_everything(self) -> None:
        key = {"id": "key_1", "merchant_id": "nobody", "livemode": False, "key_hash": "h", "last4": "0000"}

        with pytest.raises(IntegrityError), transaction():
            db.session.add_all([merchant(), ApiKey(**key, created_at=NOW)])

        assert names() == []

    def test_none_is_opened_inside_another(self) -> None:
        """The inner one would commit half of the outer one's work."""
        with pytest.raises(AssertionError, match="already open"), transaction(), transaction():
            pass

        with transaction():
            db.session.add(merchant())
        assert names() == ["한빛"]

    def test_what_was_changed_outside_of_one_is_never_written(self) -> None:
        with transaction():
            db.session.add(merchant())
        db.session.get_one(Merchant, "mer_1").name = "changed in passing"

        with transaction():
            db.session.add(merchant("mer_2", name="두번째"))

        assert names() == ["두번째", "한빛"]

    def test_objects_stay_readable_after_it_without_a_query(self) -> None:
        with transaction():
            made = merchant()
            db.session.add(made)
        let_go()

        assert made.name == "한빛"
        assert not db.session().in_transaction()


class TestSnapshots:
    def test_one_begins_with_what_others_have_committed(self, app: Flask) -> None:
        with transaction():
            db.session.add(merchant())
        read = db.session.get_one(Merchant, "mer_1")
        assert read.name == "한빛"
        end_reading()
        rename_elsewhere(app, "새 이름")

        with transaction():
            assert read.name == "새 이름"

    def test_end_reading_gives_the_connection_back_and_forgets(self, app: Flask) -> None:
        with transaction():
            db.session.add(merchant())
        read = db.session.get_one(Merchant, "mer_1")

        end_reading()

        assert not db.session().in_transaction()
        rename_elsewhere(app, "새 이름")
        assert read.name == "새 이름"

    def test_two_that_count_at_once_lose_nothing(self, app: Flask) -> None:
        """Each reads the row with a lock, so the second sees what the first has written."""
        with transaction():
            db.session.add(merchant(name="0"))

        def count_up() -> None:
            with app.app_context():
                for _ in range(10):
                    with transaction():
                        row = db.session.scalar(select(Merchant).with_for_update())
                        assert row is not None
                        row.name = str(int(row.name) + 1)
                db.session.remove()

        threads = [threading.Thread(target=count_up) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert names() == ["40"]


@pytest.mark.usefixtures("app")
class TestTimes:
    def test_they_come_back_in_utc_whatever_zone_they_were_in(self) -> None:
        korean = datetime(2026, 3, 2, 18, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
        with transaction():
            db.session.add(merchant(created_at=korean))
        db.session.expire_all()

        read = db.session.get_one(Merchant, "mer_1").created_at

        assert read == korean
        assert read.tzinfo is UTC
        assert read.microsecond == 123456

    def test_they_compare_in_queries_as_moments(self) -> None:
        with transaction():
            db.session.add(merchant(created_at=NOW))
        an_hour_ago_in_korea = (NOW - timedelta(hours=1)).astimezone(timezone(timedelta(hours=9)))

        found = db.session.scalar(
            select(func.count()).select_from(Merchant).where(Merchant.created_at > an_hour_ago_in_korea)
        )

        assert found == 1


@pytest.mark.usefixtures("app")
def test_foreign_keys_are_real_on_both_databases() -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            text("INSERT INTO shops (id, merchant_id, name, is_default, language, created_at) "
                 "VALUES ('s', 'nobody', 'x', false, 'ko', CURRENT_TIMESTAMP)")
        )  # fmt: skip


@pytest.mark.usefixtures("app")
def test_an_error_of_the_database_does_not_show_what_was_to_be_stored() -> None:
    """Errors are logged, and a buyer's details must not be."""
    with transaction():
        db.session.add(merchant())

    with pytest.raises((DBAPIError, StatementError)) as raised, transaction():
        db.session.add(merchant(name="customer@example.com"))

    assert "customer@example.com" not in str(raised.value)


def test_sqlite_keeps_what_was_committed_and_waits_for_its_turn(tmp_path: Path) -> None:
    with sqlite_database(tmp_path) as url, app_on(url).app_context():
        with db.engine.connect() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        let_go()

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 15000}


def test_a_writer_does_not_stop_readers(app: Flask) -> None:
    read: list[list[str]] = []

    with transaction():
        db.session.add(merchant())
        db.session.flush()
        reader = threading.Thread(target=lambda: read.append(names_in(app)))
        reader.start()
        reader.join(timeout=10)

    assert read == [[]]


def names_in(app: Flask) -> list[str]:
    with app.app_context():
        return names()
