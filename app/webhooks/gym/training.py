"""Carry the exercises out against one receiver."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from app import clock
from app.webhooks.gym.exercises import FIRST, Exercise, Step, exercises
from app.webhooks.gym.judge import FAILED, NOT_RUN, SLOW_S, Seen, judged, judged_on_all, result
from app.webhooks.gym.messages import Signer
from app.webhooks.sender import Answer, Sender

WHOLE_S = 150.0  # what has not begun by then is not sent


def train(
    *,
    run: str,
    url: str,
    whsecs: Sequence[str],
    sender: Sender,
    now: datetime,
    slow_s: float = SLOW_S,
    whole_s: float = WHOLE_S,
) -> list[dict[str, Any]]:
    """The results, exercise by exercise. Where not even the first was accepted the others would say nothing, so they
    are not sent."""
    until = time.monotonic() + whole_s
    results: list[dict[str, Any]] = []
    answers: list[Answer] = []
    is_hopeless = False
    for exercise in exercises(run=run, signer=Signer(tuple(whsecs)), now=now):
        if is_hopeless or time.monotonic() > until:
            results.append(result(exercise.name, NOT_RUN, None))
            continue
        seen = _carry_out(exercise, url, sender)
        answers += [answer for one in seen for answer in one.answers]
        results.append(judged(exercise, seen))
        is_hopeless = exercise.name == FIRST and not seen[0].answers[0].accepted
    if is_hopeless:
        return results + [_leaks_or_not_run(one) for one in judged_on_all(answers, slow_s=slow_s)]
    return results + judged_on_all(answers, slow_s=slow_s)


def _leaks_or_not_run(found: dict[str, Any]) -> dict[str, Any]:
    return found if found["verdict"] == FAILED else result(found["name"], NOT_RUN, None)


def _carry_out(exercise: Exercise, url: str, sender: Sender) -> list[Seen]:
    return [Seen(step, _send(step, url, sender)) for step in exercise.steps]


def _send(step: Step, url: str, sender: Sender) -> list[Answer]:
    def once(_number: int) -> Answer:
        message = step.make(clock.now())
        return sender.send(url=url, body=message.body, headers=message.headers)

    if step.copies == 1:
        return [once(0)]
    with ThreadPoolExecutor(step.copies, thread_name_prefix="gym") as pool:
        return list(pool.map(once, range(step.copies)))
