"""Limits are those of a minute of the clock, so a test must not run over its end."""

import time

from app.web.api.counters import WINDOW_S


def wait_for_room_in_the_minute(seconds: float = 4) -> None:
    """A test that runs over the end of a minute would see two of them."""
    left = WINDOW_S - time.time() % WINDOW_S
    if left < seconds:
        time.sleep(left + 0.05)
