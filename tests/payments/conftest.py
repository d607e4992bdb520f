"""Operations on payments are tested against the sandbox gateways over real HTTP."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import app_on, empty, let_go
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def gateway_timeout_s() -> str:
    """No machine stands still for so long; a test of answers that come later names a shorter time."""
    return "10"


@pytest.fixture
def app(database_url: str, sandbox: Sandbox, gateway_timeout_s: str) -> Iterator[Flask]:
    app = app_on(database_url, SANDBOX_URL=sandbox.url, GATEWAY_TIMEOUT_S=gateway_timeout_s)
    with app.app_context():
        empty()
        yield app
        let_go()
