"""Fixtures for all tests. Those that use `app` or `client` run on SQLite and on PostgreSQL."""

import gc
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy.pool import QueuePool

from app import create_app
from app.database import db
from app.settings import load_settings
from tests.support.answers import SURPRISES, note_what_the_document_does_not_say
from tests.support.databases import postgresql_database, sqlite_database
from tests.support.processes import wait_until
from tests.support.world import World, make_world

DATABASES = ("sqlite", "postgresql")
# Tests ask more often than a merchant may.
NO_LIMITS = dict.fromkeys(("API_LIMIT_LIVE", "API_LIMIT_TEST", "API_LIMIT_ADDRESS"), "1000000000")


def pytest_collection_finish() -> None:
    """All that was imported and collected stays to the end. Going through it again and again, Python stood still for
    more than half a second at a time, and with it the gateways' simulators, which run in the same process."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond loopback, whatever it asks for."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
            raise OSError(f"tests do not connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _answers_are_as_documented() -> Iterator[None]:
    """Every answer of the API in any test fits the document."""
    SURPRISES.clear()
    yield
    assert SURPRISES == []


@pytest.fixture(scope="session", params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database, made once a run and worker; `app` empties it before each test."""
    folder: Path = tmp_path_factory.mktemp("database")
    opened = postgresql_database() if request.param == "postgresql" else sqlite_database(folder)
    with opened as url:
        app = app_on(url)
        with app.app_context():
            upgrade()
            let_go()
        yield url


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """The application inside its context, on an empty database."""
    app = app_on(database_url)
    with app.app_context():
        empty()
        yield app
        let_go()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def app_on(database_url: str, **changes: str) -> Flask:
    """changes: further environment variables."""
    environ = {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "WEBHOOK_ALLOW_PRIVATE": "1",
        **NO_LIMITS,
        **changes,
    }
    app = create_app(load_settings(environ))
    # Those that are registered first are called last, when all headers are there.
    app.after_request_funcs.setdefault(None, []).insert(0, note_what_the_document_does_not_say)
    return app


def empty() -> None:
    with db.engine.connect().execution_options(writes=True) as connection:
        for table in reversed(db.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.commit()


def let_go() -> None:
    """Close all connections of the application to its database, when nobody uses one any more. One that came back
    later would be closed by nobody, and Python would complain of it in the midst of another test."""
    db.session.remove()
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    wait_until(lambda: pool.checkedout() == 0, "all connections to the database have come back")
    db.engine.dispose()
