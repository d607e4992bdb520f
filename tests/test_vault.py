"""Secrets at rest: bound to their row, opened by any key that is still known, useless when touched."""

import base64

import pytest

from app.vault import CannotOpen, Vault

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)
SECRET = '{"secret_key": "test_sk_비밀"}'
VAULT = Vault((NEW, OLD))


def with_byte_changed(text: str, index: int) -> str:
    name, _, encoded = text.partition(":")
    sealed = bytearray(base64.b64decode(encoded))
    sealed[index] ^= 1
    return f"{name}:{base64.b64encode(sealed).decode()}"


@pytest.mark.parametrize("secret", ["", SECRET, "가" * 1000, "a\0b"])
def test_what_was_sealed_is_opened(secret: str) -> None:
    assert VAULT.open(VAULT.seal(secret, row="gwa_1"), row="gwa_1") == secret


def test_what_is_stored_tells_nothing_of_the_secret() -> None:
    first, second = VAULT.seal(SECRET, row="gwa_1"), VAULT.seal(SECRET, row="gwa_1")

    assert "test_sk" not in first
    assert b"test_sk" not in base64.b64decode(first.partition(":")[2])
    assert first != second


def test_a_secret_that_was_moved_to_another_row_does_not_open() -> None:
    sealed = VAULT.seal(SECRET, row="gwa_1")

    with pytest.raises(CannotOpen):
        VAULT.open(sealed, row="gwa_2")


@pytest.mark.parametrize("index", [0, 11, 12, 30, -1], ids=["nonce", "end of nonce", "text", "middle", "tag"])
def test_a_secret_that_was_changed_does_not_open(index: int) -> None:
    sealed = VAULT.seal(SECRET, row="gwa_1")

    with pytest.raises(CannotOpen):
        VAULT.open(with_byte_changed(sealed, index), row="gwa_1")


@pytest.mark.parametrize("text", ["", "new", "new:", "new:AAAA", "new:not base64", "new:한글", ":AAAA"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(CannotOpen):
        VAULT.open(text, row="gwa_1")


def test_the_first_key_seals_and_every_key_opens() -> None:
    before = Vault((OLD,)).seal(SECRET, row="gwa_1")

    assert VAULT.open(before, row="gwa_1") == SECRET
    assert VAULT.seal(SECRET, row="gwa_1").startswith("new:")
    assert before.startswith("old:")


def test_a_key_that_was_thrown_away_opens_nothing_and_is_named() -> None:
    before = Vault((OLD,)).seal(SECRET, row="gwa_1")

    with pytest.raises(CannotOpen, match="no master key is called old"):
        Vault((NEW,)).open(before, row="gwa_1")


def test_another_key_of_the_same_name_opens_nothing() -> None:
    sealed = VAULT.seal(SECRET, row="gwa_1")

    with pytest.raises(CannotOpen):
        Vault((("new", b"x" * 32),)).open(sealed, row="gwa_1")


def test_no_error_repeats_the_secret_and_no_vault_shows_its_keys() -> None:
    sealed = VAULT.seal(SECRET, row="gwa_1")

    with pytest.raises(CannotOpen) as told:
        VAULT.open(sealed, row="gwa_2")

    assert SECRET not in str(told.value)
    assert "nnnn" not in repr(VAULT)
