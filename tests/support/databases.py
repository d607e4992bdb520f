"""Databases for tests: an SQLite file, or a database of our own on the PostgreSQL that we were given."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

DEFAULT_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"


def postgresql_server() -> str | None:
    """Address of a server where we may make databases; None when none was given and none listens."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=1).close()
    except OSError:
        return None
    return DEFAULT_SERVER


@contextmanager
def postgresql_database() -> Iterator[str]:
    """Address of a new, empty database that is dropped afterwards."""
    server = postgresql_server()
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs PostgreSQL, and none listens on 127.0.0.1:5432")
        pytest.skip("no PostgreSQL: set TEST_DATABASE_URL or start one on 127.0.0.1:5432")
    name = f"kc_test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def sqlite_database(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / f'{secrets.token_hex(6)}.db'}"
