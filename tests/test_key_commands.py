"""`flask keys`: what an operator types and reads."""

import re

import pytest
from click.testing import Result
from flask import Flask

from app.database import db
from app.services import Services, services
from app.shops.keys import hash_of_key
from app.shops.models import ApiKey
from app.shops.queries import holder_of_key
from app.vault import Vault
from tests.support.world import NOW, World

KEY = re.compile(r"^Key:  (sk_(?:live|test)_[0-9a-f]{64})$", re.MULTILINE)
ID = re.compile(r"^Id:   (key_[0-9a-f]{32})$", re.MULTILINE)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["keys", *arguments])


def issued(app: Flask, world: World, *more: str, mode: str = "test") -> tuple[str, str]:
    """Id and key in clear."""
    result = run(app, "issue", "--merchant", world.merchant_id, "--mode", mode, *more)
    assert result.exit_code == 0, result.output
    key_id, key = ID.search(result.output), KEY.search(result.output)
    assert key_id is not None
    assert key is not None
    return key_id[1], key[1]


def works(key: str) -> bool:
    db.session.rollback()
    key_hash = hash_of_key(key)
    assert key_hash is not None
    return holder_of_key(key_hash, now=NOW.replace(year=2100)) is not None


@pytest.mark.parametrize("mode", ["test", "live"])
def test_a_key_is_issued_and_shown_once(app: Flask, world: World, mode: str) -> None:
    _, key = issued(app, world, mode=mode)

    listed = run(app, "list", "--merchant", world.merchant_id).output

    assert key.startswith(f"sk_{mode}_")
    assert works(key)
    assert key not in listed
    assert key[-4:] in listed


def test_a_list_tells_everything_but_the_keys(app: Flask, world: World) -> None:
    key_id, _ = issued(app, world, "--shop", world.shop_id, "--name", "창고 서버")
    run(app, "revoke", key_id)

    lines = run(app, "list", "--merchant", world.merchant_id).output.splitlines()

    assert lines[0].split() == ["ID", "MODE", "SHOP", "ENDS", "IN", "CREATED", "LAST", "USED", "STATE"]
    [line] = [line for line in lines if line.startswith(key_id)]
    assert world.shop_id in line
    assert "never" in line
    assert re.search(r"revoked 20\d\d-.*\(창고 서버\)$", line)
    assert sum(line.endswith("active") for line in lines) == 2


def test_a_rotation_shows_the_new_key_and_how_long_the_old_one_lives(app: Flask, world: World) -> None:
    key_id, old = issued(app, world)

    result = run(app, "rotate", key_id, "--grace-days", "3")

    new = KEY.search(result.output)
    assert new is not None
    assert new[1] != old
    assert works(new[1])
    assert f"{key_id} works for 3 more days." in result.output
    assert re.search(rf"^{key_id}.* ends 20", run(app, "list", "--merchant", world.merchant_id).output, re.M)


def test_a_rotation_without_grace_ends_the_old_key(app: Flask, world: World) -> None:
    key_id, old = issued(app, world)

    result = run(app, "rotate", key_id, "--grace-days", "0")

    assert f"{key_id} works no more." in result.output
    assert not works(old)
    assert re.search(
        rf"^{key_id}.* expired 20", run(app, "list", "--merchant", world.merchant_id).output, re.M
    )


def test_a_key_is_revoked(app: Flask, world: World) -> None:
    key_id, key = issued(app, world)

    result = run(app, "revoke", key_id)

    assert result.output == f"{key_id} works no more.\n"
    assert not works(key)


def test_a_key_is_restricted(app: Flask, world: World) -> None:
    key_id, _ = issued(app, world)

    result = run(app, "restrict", key_id, "--shop", world.shop_id)

    assert result.output == f"{key_id} sees {world.shop_id} only.\n"
    db.session.rollback()
    assert db.session.get_one(ApiKey, key_id, populate_existing=True).shop_id == world.shop_id


def test_what_goes_wrong_is_told_in_a_sentence(app: Flask, world: World) -> None:
    unknown = "key_" + "0" * 32
    key_id, _ = issued(app, world)
    run(app, "revoke", key_id)

    told = {
        "There is no such merchant.": ("issue", "--merchant", "mer_1", "--mode", "test"),
        "This merchant has no such shop in this mode.": (
            *("issue", "--merchant", world.merchant_id, "--mode", "test"),
            *("--shop", "shop_1"),
        ),
        "There is no such key. `flask keys list` shows their ids.": ("revoke", unknown),
        "This key was revoked or rotated already, or its grace is over.": ("rotate", key_id),
    }

    for sentence, arguments in told.items():
        result = run(app, *arguments)
        assert (result.exit_code, result.output) == (1, f"Error: {sentence}\n")


@pytest.mark.parametrize("days", ["8", "-1", "x", "nan"])
def test_a_grace_is_0_to_7_days(app: Flask, world: World, days: str) -> None:
    key_id, key = issued(app, world)

    result = run(app, "rotate", key_id, "--grace-days", days)

    assert result.exit_code != 0
    assert works(key)


def test_an_unknown_mode_is_refused(app: Flask, world: World) -> None:
    assert run(app, "issue", "--merchant", world.merchant_id, "--mode", "prod").exit_code == 2


class TestRotateMaster:
    def restarted_with(self, app: Flask, *keys: tuple[str, bytes]) -> None:
        app.extensions["korea_checkout"] = Services(services().settings, Vault(keys))

    def test_it_tells_what_was_sealed_and_that_the_old_key_can_go(self, app: Flask, world: World) -> None:
        self.restarted_with(app, ("spring", b"s" * 32), *services().vault.keys)

        result = run(app, "rotate-master")

        assert result.exit_code == 0
        assert result.output.splitlines() == [
            "gateway_accounts: 2 sealed again, 0 that no key opens",
            "webhook_secrets: 2 sealed again, 0 that no key opens",
            "refunds: 0 sealed again, 0 that no key opens",
            "All is sealed with spring. The older keys can be taken out.",
        ]

    def test_it_fails_when_a_key_is_missing(self, app: Flask, world: World) -> None:
        self.restarted_with(app, ("spring", b"s" * 32))

        result = run(app, "rotate-master")

        assert result.exit_code == 1
        assert "gateway_accounts: 0 sealed again, 2 that no key opens" in result.output
        assert "The key that sealed them is missing from MASTER_KEYS." in result.output
        assert "can be taken out" not in result.output
