from collections.abc import Iterator

import pytest

from tests.conftest import app_on, empty, let_go
from tests.support.world import make_world
from tests.web.site import Site


@pytest.fixture(scope="module")
def site(database_url: str) -> Iterator[Site]:
    """One application and one merchant for a whole file: each test makes its own sessions."""
    app = app_on(database_url)
    with app.app_context():
        empty()
        world = make_world()
    yield Site(app, world)
    with app.app_context():
        let_go()
