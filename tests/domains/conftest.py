"""Domains are checked against a real DNS on loopback."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import app_on, empty, let_go
from tests.support.dns import Internet, running_internet
from tests.support.domains import domain_settings


@pytest.fixture
def net() -> Iterator[Internet]:
    with running_internet() as net:
        yield net


@pytest.fixture
def app(database_url: str, net: Internet) -> Iterator[Flask]:
    app = app_on(database_url, **domain_settings(net))
    with app.app_context():
        empty()
        yield app
        let_go()
