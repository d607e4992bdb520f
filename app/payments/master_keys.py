"""Seal again, with the newest master key, what an older one had sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.database import db, transaction
from app.payments.models import Refund
from app.shops.models import GatewayAccount
from app.vault import CannotOpen, Vault
from app.webhooks.models import WebhookSecret

# Every column that holds a sealed secret. Each is bound to the id of its row.
SEALED: dict[type[Any], InstrumentedAttribute[Any]] = {
    GatewayAccount: GatewayAccount.credentials,
    WebhookSecret: WebhookSecret.secret,
    Refund: Refund.account,
}
BATCH = 200

log = structlog.get_logger()


@dataclass(frozen=True)
class Resealed:
    """table: its name. sealed: rows sealed again. stuck: ids of rows that no known key opens, left as they were."""

    table: str
    sealed: int
    stuck: tuple[str, ...]


def reseal_secrets(*, vault: Vault) -> list[Resealed]:
    """Bring every stored secret to the vault's first key, a batch a transaction.

    May be killed and run again, and run beside web and worker processes that know the same keys: a row that
    changes meanwhile is left to whoever changed it.
    """
    return [_reseal_table(table, column, vault) for table, column in SEALED.items()]


def _reseal_table(table: type[Any], column: InstrumentedAttribute[Any], vault: Vault) -> Resealed:
    sealed, stuck, last_id = 0, list[str](), ""
    while rows := _older(table, column, vault, after=last_id):
        changes, failed = _sealed_again(rows, vault)
        with transaction():
            sealed += sum(_replace(table, column, *change) for change in changes)
        stuck += failed
        last_id = rows[-1][0]
    return Resealed(table.__tablename__, sealed, tuple(stuck))


def _older(
    table: type[Any], column: InstrumentedAttribute[Any], vault: Vault, *, after: str
) -> Sequence[tuple[str, str]]:
    """Id and sealed text of the next rows that another key than the first has sealed."""
    statement = (
        select(table.id, column)
        .where(table.id > after, column.is_not(None), ~column.startswith(vault.prefix, autoescape=True))
        .order_by(table.id)
        .limit(BATCH)
    )
    return [(row_id, text) for row_id, text in db.session.execute(statement)]


def _sealed_again(
    rows: Sequence[tuple[str, str]], vault: Vault
) -> tuple[list[tuple[str, str, str]], list[str]]:
    """(id, old text, new text) of each row that opens, and the ids of the others."""
    changes, failed = [], []
    for row_id, old in rows:
        try:
            changes.append((row_id, old, vault.seal(vault.open(old, row=row_id), row=row_id)))
        except CannotOpen as error:
            log.error("vault.secret_does_not_open", row=row_id, error=str(error))
            failed.append(row_id)
    return changes, failed


def _replace(table: type[Any], column: InstrumentedAttribute[Any], row_id: str, old: str, new: str) -> int:
    """1, or 0 when the row was changed meanwhile: a refund's bank account is wiped when the refund ends."""
    change = update(table).where(table.id == row_id, column == old).values({column: new})
    return db.session.connection().execute(change).rowcount
