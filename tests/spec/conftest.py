from collections.abc import Iterator

import pytest

from tests.conftest import DATABASES
from tests.spec.documentation import Documentation, read_documentation
from tests.spec.live import Live, running
from tests.support.databases import postgresql_database, sqlite_database


@pytest.fixture(scope="session")
def documentation() -> Documentation:
    return read_documentation()


@pytest.fixture(scope="session", params=DATABASES)
def live(
    request: pytest.FixtureRequest, documentation: Documentation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    """On a database of its own: the processes would stumble over one that other tests empty."""
    folder = tmp_path_factory.mktemp("live")
    opened = postgresql_database() if request.param == "postgresql" else sqlite_database(folder)
    with opened as url, running(url, folder) as running_live:
        yield running_live
