"""Wait for something to become so, never for a length of time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_S = 0.05


def wait_for(what: str, found: Callable[[], T | bool | None], *, within_s: float = 10) -> T:
    """Ask again and again; the first answer that is neither None, False nor empty is returned."""
    deadline = time.monotonic() + within_s
    while True:
        answer = found()
        if answer:
            return answer  # type: ignore[return-value]  # True, too, is handed back as it is
        if time.monotonic() > deadline:
            raise AssertionError(f"after {within_s:g} s still no {what}; last answer: {answer!r}")
        time.sleep(PAUSE_S)
