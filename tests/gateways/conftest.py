from collections.abc import Iterator

import pytest

from tests.gateways.line import Line, open_line

pytest.register_assert_rewrite(
    *(f"tests.gateways.{name}" for name in ("contract", "kit", "toss", "kcp", "inicis"))
)

# Arguments of the contract's tests, and where a gateway's test class lists their values.
LISTS = {
    "declined_code": "declines",
    "lookup_sample": "lookups",
    "asked_with_wrong_keys": "wrong_keys",
    "cancel_sample": "cancelled",
    "cancel_refused_sample": "cancel_refused",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for argument, name in LISTS.items():
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, list(getattr(metafunc.cls, name)))


@pytest.fixture
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened
