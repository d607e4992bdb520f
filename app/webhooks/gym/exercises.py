"""The exercises: what is sent in which order, and what a receiver that does everything right answers.

A status tells whether a webhook was believed. What became of an order is seen only by a receiver's own word, so a 2xx
answer may carry {"status": …, "fulfilled": …}: the order's status as the receiver now has it, and how often it was
fulfilled.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.webhooks.gym.messages import Message, Order, Signer, new_order

LARGE = 150_000  # bytes; more than a hundred items make

Make = Callable[[datetime], Message]  # signs at the moment of sending


@dataclass(frozen=True)
class Step:
    """accepted: whether a 2xx is right. leaves: status of the order and how often it was fulfilled, afterwards.
    copies: how many are sent at once; of several one must be accepted."""

    make: Make
    accepted: bool = True
    leaves: tuple[str, int] | None = None
    copies: int = 1


@dataclass(frozen=True)
class Exercise:
    """is_seen_by_word: only the receiver's word shows whether it was done right."""

    name: str
    steps: list[Step] = field(default_factory=list)
    is_seen_by_word: bool = False


FIRST = "plain"
FORGED: dict[str, Callable[[Signer], Callable[[dict[str, Any], datetime], Message]]] = {
    "wrong_signature": lambda signer: signer.of_another,
    "changed_body": lambda signer: signer.of_another_body,
    "unsigned": lambda signer: signer.unsigned,
    "empty_signature": lambda signer: signer.empty,
    "expired": lambda signer: signer.expired,
    "from_the_future": lambda signer: signer.from_the_future,
    "moved_time": lambda signer: signer.with_its_time_moved,
    "garbage": lambda signer: signer.garbage,
}
NAMES = (
    FIRST, "duplicate", "at_once", "out_of_order", *FORGED, "second_signature", "odd_spelling", "unknown_event",
    "unknown_fields", "large", "late_repeat",
)  # fmt: skip
ON_ALL = ("speed", "leaks")  # seen in the answers of all the others


def exercises(*, run: str, signer: Signer, now: datetime) -> list[Exercise]:
    """run: in the names of the orders, so that each run has its own."""
    orders = {name: new_order(run, number) for number, name in enumerate(NAMES, 1)}
    plain = orders[FIRST].paid(now=now)
    done = ("completed", 1)

    def good(event: dict[str, Any]) -> Make:
        return lambda moment: signer.good(event, moment)

    return [
        Exercise(FIRST, [Step(good(plain), leaves=done)]),
        _twice("duplicate", good(orders["duplicate"].paid(now=now)), copies=1),
        _twice("at_once", good(orders["at_once"].paid(now=now)), copies=2),
        _out_of_order(orders["out_of_order"], good, now),
        *(_forged(name, orders[name], signer, now) for name in FORGED),
        _valid("second_signature", orders, now, signer.with_another_first),
        _valid("odd_spelling", orders, now, signer.oddly_spelt),
        _unknown_event(orders["unknown_event"], good, now),
        _valid("unknown_fields", orders, now, signer.good, unheardOf={"list": [1, None]}),
        _valid("large", orders, now, signer.good, padding="가" * (LARGE // 3)),
        Exercise("late_repeat", [Step(good(plain), leaves=done)], is_seen_by_word=True),
    ]


def _twice(name: str, make: Make, *, copies: int) -> Exercise:
    first = Step(make, leaves=None if copies > 1 else ("completed", 1), copies=copies)
    return Exercise(name, [first, Step(make, leaves=("completed", 1))], is_seen_by_word=True)


def _out_of_order(order: Order, good: Callable[[dict[str, Any]], Make], now: datetime) -> Exercise:
    later, earlier = order.refunded(now=now), order.paid(now=now)
    left = ("refunded", 0)
    steps = [Step(good(later), leaves=left), Step(good(earlier), leaves=left)]
    return Exercise("out_of_order", steps, is_seen_by_word=True)


def _forged(name: str, order: Order, signer: Signer, now: datetime) -> Exercise:
    """What comes after it is genuine, and shows whether the forgery was acted on."""
    forge, event, genuine = FORGED[name](signer), order.paid(now=now), order.cancelled(now=now)
    refused = Step(lambda moment: forge(event, moment), accepted=False)
    return Exercise(
        name, [refused, Step(lambda moment: signer.good(genuine, moment), leaves=("cancelled", 0))]
    )


def _unknown_event(order: Order, good: Callable[[dict[str, Any]], Make], now: datetime) -> Exercise:
    unheard = order.event("gym.unheard_of", status="completed", sequence=2, now=now)
    done = ("completed", 1)
    return Exercise(
        "unknown_event", [Step(good(order.paid(now=now)), leaves=done), Step(good(unheard), leaves=done)]
    )


def _valid(
    name: str,
    orders: dict[str, Order],
    now: datetime,
    sign: Callable[[dict[str, Any], datetime], Message],
    **more: Any,
) -> Exercise:
    event = orders[name].paid(now=now, **more)
    return Exercise(name, [Step(lambda moment: sign(event, moment), leaves=("completed", 1))])
