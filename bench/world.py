"""What is measured in: a database of its own, migrated, with the demo merchant; settings of production."""

import base64
import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psycopg
from flask import Flask
from flask_migrate import upgrade

from app import clock, create_app
from app.database import db
from app.settings import load_settings
from app.shops.demo import seed_demo
from bin._progress import Progress

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@dataclass(frozen=True)
class World:
    """environ: of every program that is started: the settings, and nothing else of the caller's environment,
    so that no proxy and no leftover setting is measured. database_url: for psycopg."""

    app: Flask
    environ: dict[str, str]
    database_url: str
    api_key: str
    machine: str

    def new_session(self, **changes: Any) -> str:
        """The id of a session made through the API. changes: fields of the body."""
        answer = self.app.test_client().post(
            "/api/checkout/create-session", json=order_body(**changes), headers={"x-api-key": self.api_key}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["sessionId"])


@contextlib.contextmanager
def new_world(server: str) -> Iterator[World]:
    """server: a PostgreSQL where a database may be made; it is dropped at the end."""
    with _database(server.replace("+psycopg", "", 1)) as url:
        environ = _environ(url)
        with Progress("Preparing a database"):
            app = create_app(load_settings(environ))
            with app.app_context():
                upgrade()
                demo = seed_demo(webhook_url=None, now=clock.now())
        try:
            yield World(app, environ, url, demo.api_key, _machine(url))
        finally:
            with app.app_context():
                db.engine.dispose()


def order_body(**changes: Any) -> dict[str, Any]:
    """The first sample of the merchants' documentation."""
    body = {
        "platform": "headless",
        "platformOrderId": "order_123",
        "items": [{"name": "Sample Product", "price": 29000, "quantity": 1, "productId": "prod_123"}],
        "customer": {"name": "홍길동", "email": "customer@example.com", "phone": "+82-10-1234-5678"},
        "totalAmount": 29000,
        "currency": "KRW",
        "returnUrl": "https://yourstore.com/success",
        "cancelUrl": "https://yourstore.com/cancel",
        "webhookUrl": "https://yourstore.com/webhooks/checkout",
    }
    return {**body, **changes}


@contextlib.contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"kc_bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _environ(database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PG")}
    return {
        **kept,
        "PYTHONUTF8": "1",
        "APP_ENV": "production",
        "API_LIMIT_TEST": "1000000000",  # counted as ever, but never refused
        "DATABASE_URL": database_url,
        "SECRET_KEY": secrets.token_hex(32),
        "MASTER_KEYS": f"bench:{base64.b64encode(secrets.token_bytes(32)).decode()}",
    }


def _machine(database_url: str) -> str:
    """What the figures depend on, in one line."""
    with psycopg.connect(database_url) as connection:
        version, fsync, commit = (
            connection.execute(f"SHOW {name}").fetchone()[0]  # type: ignore[index]  # SHOW always answers
            for name in ("server_version", "fsync", "synchronous_commit")
        )
    return (
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; PostgreSQL {version.split()[0]}, "
        f"fsync {fsync}, synchronous_commit {commit}"
    )
