from collections.abc import Iterator

import pytest

from tests.gateways.line import Line, open_line

pytest.register_assert_rewrite("tests.gateways.contract")


@pytest.fixture
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened
