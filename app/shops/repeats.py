"""The same POST sent twice: what an Idempotency-Key promises.

A key is written down before its request is carried out, and the answer after. A process that dies in between leaves
the key taken until its lease is over; then the request is carried out again, and what it makes has the same id as the
first time (`nonce`), so what was made already is found and not made twice.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, LargeBinary, String, Text, delete, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Table, UtcDateTime, db, transaction
from app.errors import Conflict

KEPT = timedelta(hours=24)
# Longer than any request takes, a gateway's patience included.
LEASE = timedelta(minutes=2)


class IdempotencyKeyReused(Conflict):
    """The key came with another request before."""

    code = "idempotency_key_reused"


class IdempotencyKeyInUse(Conflict):
    """The first request with this key is still being carried out."""

    code = "idempotency_key_in_use"


class IdempotencyKey(Table):
    """scope: whose key it is. request: hash of method, path and body. status, body: the first answer, once there is
    one. leased_until: somebody is at it until then. nonce: what the ids of that request are made from."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_created", "created_at"),)

    scope: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Claim:
    """The right to carry a request out, once."""

    scope: str
    key: str
    nonce: str

    def object_id(self, prefix: str) -> str:
        """The id of what the request makes: the same each time that it is carried out."""
        return f"{prefix}_{hashlib.sha256(f'{self.nonce}/{prefix}'.encode()).hexdigest()[:32]}"


@dataclass(frozen=True)
class FirstAnswer:
    status: int
    body: bytes


def claim_key(*, scope: str, key: str, request: str, now: datetime) -> Claim | FirstAnswer:
    """Raises IdempotencyKeyReused, IdempotencyKeyInUse."""
    claim = Claim(scope, key, secrets.token_hex(32))
    try:
        with transaction():
            db.session.add(_row(claim, request, now))
    except IntegrityError:
        return _second(claim, request, now)
    return claim


def keep_answer(claim: Claim, *, status: int, body: bytes) -> None:
    """From here on the key gives this answer."""
    with transaction():
        row = _locked(claim)
        if row and row.nonce == claim.nonce and row.status is None:
            row.status, row.body = status, body


def let_go(claim: Claim, *, now: datetime) -> None:
    """There was no answer worth keeping: the request may be tried again at once, and then makes the same ids."""
    with transaction():
        row = _locked(claim)
        if row and row.nonce == claim.nonce and row.status is None:
            row.leased_until = now


def forget_old_keys(*, now: datetime, limit: int) -> int:
    """How many were forgotten: up to `limit` at once, so that nobody who writes waits long."""
    name = tuple_(IdempotencyKey.scope, IdempotencyKey.key)
    is_old = IdempotencyKey.created_at <= now - KEPT
    oldest = select(IdempotencyKey.scope, IdempotencyKey.key).where(is_old).limit(limit)
    # Said twice: a key that is taken anew at this moment is young when its row is free again.
    statement = delete(IdempotencyKey).where(name.in_(oldest), is_old)
    with transaction():
        return db.session.connection().execute(statement).rowcount


def _second(claim: Claim, request: str, now: datetime) -> Claim | FirstAnswer:
    with transaction():
        row = _locked(claim)
        if row is None:  # forgotten just now
            raise IdempotencyKeyInUse()
        if row.created_at <= now - KEPT:
            row.request, row.nonce, row.status, row.body = request, claim.nonce, None, None
            row.created_at, row.leased_until = now, now + LEASE
            return claim
        if row.request != request:
            raise IdempotencyKeyReused()
        if row.status is not None:
            return FirstAnswer(row.status, row.body or b"")
        if row.leased_until > now:
            raise IdempotencyKeyInUse()
        row.leased_until = now + LEASE
        return Claim(claim.scope, claim.key, row.nonce)


def _locked(claim: Claim) -> IdempotencyKey | None:
    found = (
        select(IdempotencyKey)
        .where(IdempotencyKey.scope == claim.scope, IdempotencyKey.key == claim.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(found)


def _row(claim: Claim, request: str, now: datetime) -> IdempotencyKey:
    return IdempotencyKey(
        scope=claim.scope,
        key=claim.key,
        request=request,
        nonce=claim.nonce,
        created_at=now,
        leased_until=now + LEASE,
    )
