import re

import pytest

from app.ids import is_id, new_id, shortened


@pytest.mark.parametrize("prefix", ["cs", "pay", "ref", "shop", "cpn", "evt"])
def test_an_id_is_its_prefix_and_128_bits_in_hex(prefix: str) -> None:
    made = new_id(prefix)

    assert re.fullmatch(rf"{prefix}_[0-9a-f]{{32}}", made)
    assert is_id(prefix, made)


def test_no_two_ids_are_alike() -> None:
    assert len({new_id("cs") for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cs_",
        "cs_123",
        "cs_" + "0" * 31,
        "cs_" + "0" * 33,
        "cs_" + "A" * 32,
        "cs_" + "g" * 32,
        "pay_" + "0" * 32,
        "xcs_" + "0" * 32,
        "cs_" + "0" * 32 + "\n",
        "cs_" + "\0" * 32,
        "cs_" + "٠" * 32,
    ],
)
def test_what_is_no_id_is_known_before_a_database_sees_it(text: str) -> None:
    assert not is_id("cs", text)


def test_a_shortened_id_tells_the_kind_and_opens_nothing() -> None:
    session_id = new_id("cs")

    assert shortened(session_id) == session_id[:11] + "…"
    assert not is_id("cs", shortened(session_id))
