"""A new master key: every secret moves to it, nothing is lost, and what does not open is told."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import String, Text, select

from app.database import db, transaction
from app.payments import master_keys
from app.payments.master_keys import SEALED, Resealed, reseal_secrets
from app.payments.models import Refund
from app.services import Services, services
from app.vault import CannotOpen, Vault
from app.webhooks.secrets import add_secret, secrets_of_shop
from tests.support.refunds import ask, paid_session
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World

NEW, LOST = ("new", b"n" * 32), ("lost", b"l" * 32)
ACCOUNT = '{"bank": "shinhan", "number": "110123456789", "holder": "홍길동"}'


@pytest.fixture
def vault(app: Flask) -> Vault:
    """The application's, with a new key in front, as after a restart with a longer MASTER_KEYS."""
    vault = Vault((NEW, *services().vault.keys))
    app.extensions["korea_checkout"] = Services(services().settings, vault)
    return vault


def old_prefix(vault: Vault) -> str:
    return f"{vault.keys[1][0]}:"


def refund_sealed_before(vault: Vault, world: World, sandbox: Sandbox) -> str:
    """A refund whose bank account is sealed with the old key. Returns its id."""
    refund_id = ask(paid_session(world, sandbox))
    with transaction():
        refund = db.session.get_one(Refund, refund_id)
        refund.account = Vault(vault.keys[1:]).seal(ACCOUNT, row=refund_id)
    return refund_id


def sealed_rows() -> dict[str, str]:
    """Row id → sealed text, of all columns that hold secrets."""
    db.session.rollback()
    return {
        row_id: text
        for table, column in SEALED.items()
        for row_id, text in db.session.execute(select(table.id, column).where(column.is_not(None)))
    }


def columns_that_hold(prefix: str) -> set[str]:
    """table.column of every text of the whole database that begins so."""
    db.session.rollback()
    columns = [
        column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | Text)
    ]
    return {
        f"{column.table.name}.{column.name}"
        for column in columns
        if db.session.scalar(select(column).where(column.startswith(prefix, autoescape=True)).limit(1))
    }


def test_every_secret_moves_to_the_new_key_and_the_old_one_can_go(
    world: World, sandbox: Sandbox, vault: Vault
) -> None:
    refund_sealed_before(vault, world, sandbox)
    before = sealed_rows()
    clear = {row_id: vault.open(text, row=row_id) for row_id, text in before.items()}

    told = reseal_secrets(vault=vault)

    after = sealed_rows()
    assert [(table.table, table.sealed, table.stuck) for table in told] == [
        ("gateway_accounts", 2, ()),
        ("webhook_secrets", 2, ()),
        ("refunds", 1, ()),
    ]
    assert all(text.startswith("new:") for text in after.values())
    assert {row_id: Vault((NEW,)).open(text, row=row_id) for row_id, text in after.items()} == clear


def test_no_sealed_column_is_forgotten(world: World, sandbox: Sandbox, vault: Vault) -> None:
    refund_sealed_before(vault, world, sandbox)
    before = columns_that_hold(old_prefix(vault))

    reseal_secrets(vault=vault)

    assert before == {f"{column.class_.__tablename__}.{column.key}" for column in SEALED.values()}
    assert columns_that_hold(old_prefix(vault)) == set()


def test_a_second_run_changes_nothing(world: World, vault: Vault) -> None:
    reseal_secrets(vault=vault)
    before = sealed_rows()

    told = reseal_secrets(vault=vault)

    assert [table.sealed for table in told] == [0, 0, 0]
    assert sealed_rows() == before


def test_more_rows_than_a_batch_holds_all_move(
    world: World, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(master_keys, "BATCH", 3)
    old = Vault(vault.keys[1:])
    with transaction():
        secrets = [
            add_secret(
                shop_id=world.shop_id, livemode=False, vault=old, now=NOW + timedelta(seconds=number + 1)
            )
            for number in range(10)
        ]

    told = reseal_secrets(vault=vault)

    assert told[1] == Resealed("webhook_secrets", 12, ())
    db.session.rollback()
    opened = secrets_of_shop(world.shop_id, livemode=False, vault=Vault((NEW,)), now=NOW)
    assert opened == [*reversed(secrets), world.webhook_secret]


def test_a_row_that_no_key_opens_is_told_and_left(world: World, vault: Vault) -> None:
    with transaction():
        add_secret(shop_id=world.shop_id, livemode=False, vault=Vault((LOST,)), now=NOW)
    [stuck] = [row_id for row_id, text in sealed_rows().items() if text.startswith("lost:")]

    told = reseal_secrets(vault=vault)

    assert told[1] == Resealed("webhook_secrets", 2, (stuck,))
    assert Vault((LOST,)).open(sealed_rows()[stuck], row=stuck)
    with pytest.raises(CannotOpen):
        vault.open(sealed_rows()[stuck], row=stuck)


def test_an_account_wiped_meanwhile_stays_wiped(
    world: World, sandbox: Sandbox, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker ends the refund between the command's reading and its writing."""
    refund_id = refund_sealed_before(vault, world, sandbox)
    seal = master_keys._sealed_again

    def wiped_in_between(rows: Any, of: Vault) -> Any:
        changes = seal(rows, of)
        with transaction():
            db.session.get_one(Refund, refund_id).account = None
        return changes

    monkeypatch.setattr(master_keys, "_sealed_again", wiped_in_between)

    told = reseal_secrets(vault=vault)

    assert told[2] == Resealed("refunds", 0, ())
    db.session.rollback()
    assert db.session.get_one(Refund, refund_id).account is None
    assert all(text.startswith("new:") for text in sealed_rows().values())
