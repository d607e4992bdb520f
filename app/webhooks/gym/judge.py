"""Which exercises were done wrong, by what the receiver answered."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.webhooks.gym.exercises import ON_ALL, Exercise, Step
from app.webhooks.sender import Answer

SLOW_S = 5.0
PASSED, FAILED, UNPROVEN, NOT_RUN = "passed", "failed", "unproven", "not_run"
PROBLEMS = (
    "no_answer", "redirected", "refused", "crashed", "accepted_forgery", "crashed_on_forgery", "acted_on_forgery",
    "handled_twice", "went_back", "not_handled", "no_word", "slow", "leaks_trace", "leaks_secret",
)  # fmt: skip

# How programs show where they broke.
_TRACE = re.compile(
    r"""
      Traceback\ \(most\ recent\ call\ last\)
    | ^\s+at\ .+:\d+:\d+\)?$ | node_modules/      # Node.js
    | Stack\ trace: | \.php(?:\ on\ line\ |\(\d+\))
    | \.rb:\d+:in\  | \.java:\d+\) | goroutine\ \d+\ \[
    """,
    re.MULTILINE | re.VERBOSE,
)
_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{8,}|\bsk_(?:live|test)_[0-9a-f]{8,}")


@dataclass(frozen=True)
class Seen:
    """What was answered to one step: as many answers as it has copies."""

    step: Step
    answers: Sequence[Answer]


def judged(exercise: Exercise, seen: Sequence[Seen]) -> dict[str, Any]:
    """As it is stored: name, verdict, problem or None, and the answers."""
    found = [_problem(one, is_after_forgery=_is_after_forgery(one, seen)) for one in seen]
    problem = next((problem for problem in found if problem), None)
    verdict = FAILED if problem else PASSED
    if problem is None and exercise.is_seen_by_word and _word(seen[-1].answers[-1]) is None:
        verdict, problem = UNPROVEN, "no_word"
    return result(exercise.name, verdict, problem, [answer for one in seen for answer in one.answers])


def judged_on_all(answers: Sequence[Answer], *, slow_s: float = SLOW_S) -> list[dict[str, Any]]:
    """What is seen in the answers of all exercises together."""
    slowest = max((answer.duration_ms for answer in answers), default=0)
    problems = ("slow" if slowest > slow_s * 1000 else None, _leak(answers))
    return [
        result(name, FAILED if problem else PASSED, problem, [])
        for name, problem in zip(ON_ALL, problems, strict=True)
    ]


def result(name: str, verdict: str, problem: str | None, answers: Iterable[Answer] = ()) -> dict[str, Any]:
    told = [
        {"status": answer.status, "reason": answer.error, "durationMs": answer.duration_ms}
        for answer in answers
    ]
    return {"name": name, "verdict": verdict, "problem": problem, "answers": told}


def _problem(seen: Seen, *, is_after_forgery: bool) -> str | None:
    step = seen.step
    best = next((answer for answer in seen.answers if answer.accepted), seen.answers[-1])
    if not step.accepted:
        return _problem_of_forgery(best)
    if not best.accepted:
        return _why_not_accepted(best)
    if step.leaves is None or (word := _word(best)) is None:
        return None
    return _problem_of_order(word, step.leaves, is_after_forgery=is_after_forgery)


def _problem_of_forgery(answer: Answer) -> str | None:
    if answer.accepted:
        return "accepted_forgery"
    if answer.status is None:
        return "no_answer"
    return "crashed_on_forgery" if answer.status >= 500 else None


def _why_not_accepted(answer: Answer) -> str:
    if answer.status is None:
        return "no_answer"
    if 300 <= answer.status < 400:
        return "redirected"
    return "crashed" if answer.status >= 500 else "refused"


def _problem_of_order(word: tuple[str, int], left: tuple[str, int], *, is_after_forgery: bool) -> str | None:
    (status, fulfilled), (right_status, right_fulfilled) = word, left
    if fulfilled > right_fulfilled:
        return (
            "acted_on_forgery" if is_after_forgery else ("handled_twice" if right_fulfilled else "went_back")
        )
    if status != right_status:
        return "went_back" if right_status == "refunded" else "not_handled"
    return "not_handled" if fulfilled < right_fulfilled else None


def _is_after_forgery(one: Seen, seen: Sequence[Seen]) -> bool:
    return one is not seen[0] and not seen[0].step.accepted


def _word(answer: Answer) -> tuple[str, int] | None:
    """What the receiver says of the order; None when it says nothing that we can read."""
    try:
        told = json.loads(answer.text)
        status, fulfilled = told["status"], told["fulfilled"]
    except (ValueError, KeyError, TypeError):
        return None
    if not isinstance(status, str) or not isinstance(fulfilled, int) or isinstance(fulfilled, bool):
        return None
    return status, fulfilled


def _leak(answers: Iterable[Answer]) -> str | None:
    texts = [answer.text for answer in answers]
    if any(_SECRET.search(text) for text in texts):
        return "leaks_secret"
    return "leaks_trace" if any(_TRACE.search(text) for text in texts) else None
