"""A process that dies at each write point of a refund: before and after every commit and every call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.database import db
from app.gateways import http
from app.jobs.process_refunds import claim_refunds
from app.payments.refund_outcomes import settle_refund
from tests.support.buyer import events_of, session_now
from tests.support.refunds import (
    ask,
    cancels_at_gateway,
    left_at_gateway,
    mails,
    paid_session,
    refund_now,
    work,
)
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World

MOST_POINTS = 60


class Death(BaseException):
    """Nothing of the product catches this; what was not committed is rolled back, as after kill -9."""


class Fate:
    def __init__(self, die_at: int) -> None:
        self.points: list[str] = []
        self._die_at = die_at

    def around(self, name: str, door: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self._point(f"before {name}")
            result = door(*args, **kwargs)
            self._point(f"after {name}")
            return result

        return wrapped

    def _point(self, name: str) -> None:
        self.points.append(name)
        if len(self.points) == self._die_at:
            raise Death


@contextmanager
def doomed(die_at: int) -> Iterator[Fate]:
    fate, dialect = Fate(die_at), db.engine.dialect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialect, "do_commit", fate.around("commit", dialect.do_commit))
        patch.setattr(http, "_send", fate.around("gateway call", http._send))
        yield fate


def lives_through(refund_id: str, die_at: int) -> tuple[bool, Fate]:
    with doomed(die_at) as fate:
        try:
            for second in range(0, 30, 2):
                now = NOW + timedelta(seconds=second)
                for due in claim_refunds(now=now, limit=1):
                    settle_refund(due, now=now)
        except Death:
            db.session.rollback()
            return False, fate
    return refund_now(refund_id).state == "succeeded", fate


@pytest.mark.parametrize(
    "fault", [None, "answer_lost", "error_500_after", "error_500_before", "request_lost"]
)
@pytest.mark.parametrize("amount", [10_000, 29_000])
def test_a_refund_whose_worker_dies_is_done_once(
    app: Flask, world: World, sandbox: Sandbox, amount: int, fault: str | None
) -> None:
    survived = False
    for die_at in range(1, MOST_POINTS):
        session = paid_session(world, sandbox)
        refund = ask(session, amount, notify_customer=True)
        sandbox.arm("cancel", fault or "answer_lost", times=1 if fault else 0)

        survived, fate = lives_through(refund, die_at)
        if not survived:
            work(refund, start=NOW + timedelta(seconds=60))

        assert refund_now(refund).state == "succeeded", fate.points
        assert left_at_gateway(sandbox, session) == 29_000 - amount, fate.points
        assert cancels_at_gateway(sandbox, session) == 1, fate.points
        assert session_now(session).refunded_amount == amount
        assert events_of(session) == ["payment.completed", "payment.refunded"]
        assert len(mails()) == die_at, "one mail for each session so far"
        if survived:
            break
    assert survived
    assert fate.points.count("after gateway call") >= 2
