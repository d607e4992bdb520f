"""Write down what became of tries: the delivery, its endpoint, and who is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

import structlog
from sqlalchemy import and_, insert, update

from app.database import db, transaction
from app.webhooks.endpoints import (
    ENDPOINT_DISABLED,
    Place,
    held_endpoints,
    note_failure,
    note_given_up,
    note_success,
)
from app.webhooks.models import Delivery, DeliveryTry, WebhookEndpoint
from app.webhooks.schedule import MOST_TRIES, next_try
from app.webhooks.sender import Answer

GONE_STATUS = 410
NO_SECRET = "no_secret"  # noqa: S105  # why there was no answer

log = structlog.get_logger()


@dataclass(frozen=True)
class Due:
    """A claimed delivery with everything that sending needs. whsecs: empty when there is none that opens.
    leased_until: from then on another worker may have it."""

    delivery_id: int
    event_id: str
    event: str
    place: Place
    host: str
    body: str
    tries: int
    most_tries: int
    whsecs: tuple[str, ...]
    due_at: datetime
    leased_until: datetime


@dataclass(frozen=True)
class Result:
    due: Due
    started_at: datetime
    answer: Answer

    @property
    def why(self) -> str:
        """An HTTP status or a word of ours."""
        return str(self.answer.status) if self.answer.status is not None else str(self.answer.error)


def store_results(results: Sequence[Result], *, now: datetime, random: Random) -> None:
    """Store tries and what follows from them, many in one commit."""
    if not results:
        return
    heard = [result for result in results if result.answer.error != NO_SECRET]  # else the fault is ours
    failed = {result.due.place.endpoint_id for result in heard if not result.answer.accepted}
    with transaction():
        endpoints = held_endpoints((result.due.place for result in heard), failed=failed, now=now)
        db.session.connection().execute(insert(DeliveryTry), [_try_row(result) for result in results])
        _store_accepted([result.due.delivery_id for result in results if result.answer.accepted], now)
        for result in results:
            change = _after_failure(result, now=now, random=random)
            if change:
                _update([result.due.delivery_id], **change)
            endpoint = endpoints.get(result.due.place.endpoint_id)
            if endpoint is not None and result in heard:
                _note(endpoint, result, change, now=now)


def end_undeliverable(delivery_ids: Sequence[int], *, now: datetime) -> None:
    """Their endpoint was disabled before they came due."""
    with transaction():
        _update(delivery_ids, state="failed", reason=ENDPOINT_DISABLED, ended_at=now)


def give_back(delivery_ids: Sequence[int]) -> None:
    """They were claimed and not begun: they are due as before."""
    if delivery_ids:
        with transaction():
            _update(delivery_ids, tries=Delivery.tries - 1)


def _note(endpoint: WebhookEndpoint, result: Result, change: dict[str, object], *, now: datetime) -> None:
    if result.answer.accepted:
        note_success(endpoint, now=now)
        return
    note_failure(endpoint, why=result.why, is_gone=result.answer.status == GONE_STATUS, now=now)
    if change.get("reason") == "exhausted" and result.due.most_tries == MOST_TRIES:
        note_given_up(endpoint, event_id=result.due.event_id, event=result.due.event, now=now)


def _store_accepted(ids: Sequence[int], now: datetime) -> None:
    """Also where it counted as not sent already, because its endpoint was disabled while it was under way."""
    if ids:
        change = update(Delivery).where(Delivery.id.in_(ids), Delivery.state != "delivered")
        delivered = {"state": "delivered", "reason": None, "ended_at": now, "leased_until": None}
        db.session.connection().execute(change.values(delivered))


def _update(ids: Sequence[int], **values: object) -> None:
    """Rows that somebody else has ended meanwhile stay as they are."""
    if ids:
        still_waiting = and_(Delivery.id.in_(ids), Delivery.state == "waiting")
        change = update(Delivery).where(still_waiting).values(leased_until=None, **values)
        db.session.connection().execute(change)


def _try_row(result: Result) -> dict[str, object]:
    return {
        "delivery_id": result.due.delivery_id,
        "started_at": result.started_at,
        "duration_ms": result.answer.duration_ms,
        "status": result.answer.status,
        "error": result.answer.error,
        "answer": result.answer.text,
    }


def _after_failure(result: Result, *, now: datetime, random: Random) -> dict[str, object]:
    """The columns of the delivery after a try that was not accepted; nothing after one that was."""
    due, answer = result.due, result.answer
    if answer.accepted:
        return {}
    log.info("webhook.not_delivered", webhook=due.event_id, status=answer.status, error=answer.error)
    again = next_try(
        tries=due.tries,
        most_tries=due.most_tries,
        retry_after_s=answer.retry_after_s,
        now=now,
        random=random,
    )
    if answer.status == GONE_STATUS:
        return {"state": "failed", "reason": "gone", "ended_at": now}
    return {"send_at": again} if again else {"state": "failed", "reason": "exhausted", "ended_at": now}
