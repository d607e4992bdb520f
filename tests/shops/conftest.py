"""Shops are tested against the sandbox's tax service over real HTTP."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import empty, let_go
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.tax_office import TaxOffice


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def office(sandbox: Sandbox) -> TaxOffice:
    return TaxOffice(sandbox)


@pytest.fixture
def app(database_url: str, office: TaxOffice) -> Iterator[Flask]:
    app = office.app_on(database_url)
    with app.app_context():
        empty()
        yield app
        let_go()
