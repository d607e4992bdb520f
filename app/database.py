"""The database: one base for every table, one way to write."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes in both databases. SQLite has no time zones, so they are put off and on here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TRUSTED_IDLE_S = 5.0  # a connection that was used this lately is not asked whether it is alive

Id = String(40)
Number = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up INTEGER keys only
Json = JSON().with_variant(JSONB(), "postgresql")

# Objects stay readable after the commit, as the snapshot that was committed: no query is sent behind our back
# while a gateway is being called.
db = SQLAlchemy(model_class=Table, session_options={"expire_on_commit": False})


@contextmanager
def transaction() -> Iterator[None]:
    """Write, all or nothing. Only operations open one, and never inside another.

    What was read before is forgotten first, so that nothing is decided on an old snapshot.
    """
    assert not db.session.info.get("writing"), "a transaction is already open"
    end_reading()
    db.session.info["writing"] = True
    try:
        db.session.connection(execution_options=writing_options(db.engine))
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        db.session.info["writing"] = False


def end_reading() -> None:
    """Give the connection back before something slow, such as a gateway, is called, and forget what was read."""
    db.session.rollback()
    db.session.expire_all()  # a rollback forgets only what was read in an open transaction


def engine_options(database_url: str) -> dict[str, Any]:
    """Reading needs no transaction: each statement sees what was committed, and a request saves two round
    trips. SQLite's driver is put into that mode in prepare_engine. The text of an error goes to the log, where
    a buyer's details must not, so it does not show what was to be stored."""
    level = {"isolation_level": "AUTOCOMMIT"} if database_url.startswith("postgresql") else {}
    return {"hide_parameters": True, **level}


def writing_options(engine: Engine) -> dict[str, Any]:
    """Execution options of a connection that writes in one transaction."""
    level = {"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {}
    return {"writes": True, **level}


def prepare_engine(engine: Engine) -> None:
    """SQLite: write-ahead log, real foreign keys, and transactions that begin when we say so. PostgreSQL: a
    connection that lay idle is asked whether it is still alive."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "checkin", _note_time)
        event.listen(engine, "checkout", _ask_if_alive)


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # the driver would begin by itself, too late and too weakly
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that turns into a writer fails at once when another wrote meanwhile; one that
    # writes from its first statement waits its turn.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _note_time(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["idle_since"] = time.monotonic()


def _ask_if_alive(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A database that was restarted costs no request. Asking each time would cost every request a round trip."""
    idle_since = record.info.get("idle_since")
    if idle_since is None or time.monotonic() - idle_since < TRUSTED_IDLE_S:
        return
    try:
        dbapi_connection.execute("")
    except Exception as error:
        raise DisconnectionError from error


def _refuse_stray_writes(session: Session, _context: object, _instances: object) -> None:
    """Outside of transaction() each statement would be committed alone."""
    assert session.info.get("writing"), "something is written outside of transaction()"


event.listen(db.session, "before_flush", _refuse_stray_writes)
