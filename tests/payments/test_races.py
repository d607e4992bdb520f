"""Many at once: threads that all begin at the same moment, each with a database connection of its own."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from app.database import db
from app.errors import AppError
from app.payments.attempts import Buyer, start_attempt, take_return
from app.payments.sessions import cancel_session, expire_session
from tests.support.buyer import begin, events_of, launch, session_now
from tests.support.sandbox import Sandbox
from tests.support.world import NOW, World, make_session

CROWD = 12


def all_at_once(app: Flask, works: list[Callable[[], object]]) -> Counter[str]:
    """How often each outcome came: "ok", or the code of the error."""
    barrier = Barrier(len(works))

    def one(work: Callable[[], object]) -> str:
        with app.app_context():
            barrier.wait(timeout=10)
            try:
                work()
                return "ok"
            except AppError as error:
                return error.code
            finally:
                db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(len(works)) as pool:
        return Counter(pool.map(one, works))


def test_one_return_in_many_tabs_takes_money_once(app: Flask, world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempt = begin(session)
    fields = sandbox.authorise(launch(attempt))

    all_at_once(
        app,
        [lambda: take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW)] * CROWD,
    )

    assert session_now(session).state == "completed"
    assert sandbox.taken(attempt) == 29000
    assert events_of(session) == ["payment.completed"]


def test_many_tabs_that_all_authorised_pay_once(app: Flask, world: World, sandbox: Sandbox) -> None:
    session = make_session(world)
    attempts = [begin(session) for _ in range(CROWD)]

    # All but the newest were let go when the next one began; their buyers authorise all the same.
    fields = {attempts[-1]: sandbox.authorise(launch(attempts[-1]))}
    for attempt in attempts[:-1]:
        other = launch(attempts[-1])
        other.params["request"]["orderId"] = attempt
        fields[attempt] = sandbox.authorise(other)
    all_at_once(
        app,
        [
            lambda one=attempt: take_return(attempt_id=one, outcome="approved", fields=fields[one], now=NOW)  # type: ignore[misc]  # a lambda's default
            for attempt in attempts
        ],
    )

    assert session_now(session).state == "completed"
    assert sum(sandbox.taken(attempt) for attempt in attempts) == 29000
    assert events_of(session) == ["payment.completed"]


def test_many_presses_of_the_button_leave_one_attempt(app: Flask, world: World) -> None:
    session = make_session(world)
    session_id = session.id

    outcomes = all_at_once(
        app,
        [lambda: start_attempt(session_id=session_id, method="card", buyer=Buyer(), now=NOW)] * CROWD,
    )

    assert outcomes == {"ok": CROWD}
    assert session_now(session).state == "processing"


def test_paying_against_cancelling_and_expiring_has_one_winner(
    app: Flask, world: World, sandbox: Sandbox
) -> None:
    for _round in range(5):
        session = make_session(world)
        attempt = begin(session)
        fields = sandbox.authorise(launch(attempt))
        session_id, after_the_end = session.id, session.expires_at

        all_at_once(
            app,
            [
                lambda: take_return(attempt_id=attempt, outcome="approved", fields=fields, now=NOW),  # noqa: B023  # run in this round
                lambda: cancel_session(session_id=session_id, now=NOW),  # noqa: B023  # run in this round
                lambda: expire_session(session_id=session_id, now=after_the_end),  # noqa: B023  # run in this round
            ],
        )

        state = session_now(session).state
        assert state in ("completed", "cancelled", "expired")
        assert sandbox.taken(attempt) == (29000 if state == "completed" else 0)
        assert len(events_of(session)) == 1
