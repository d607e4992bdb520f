"""When each key was last used, without a write per request.

A process writes the use of a key down at most once in five minutes, after the answer has gone out, and the
statement itself passes over what another process has written meanwhile. A crash loses nothing but the newest
moment: the time that is shown is never more than five minutes behind.
"""

from datetime import datetime
from threading import Lock

import structlog
from flask import Flask, Response, g

from app import clock
from app.shops.keys import USE_IS_NOTED_EVERY, note_use

MOST_KEYS = 10_000

log = structlog.get_logger()


class KeyUse:
    """What this process has noted lately."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._noted: dict[str, datetime] = {}
        self._lock = Lock()

    def is_due(self, key_id: str, now: datetime) -> bool:
        """True for one caller only in five minutes; that one notes the use."""
        with self._lock:
            noted = self._noted.get(key_id)
            if noted and now - noted < USE_IS_NOTED_EVERY:
                return False
            if len(self._noted) >= MOST_KEYS:
                self._noted.clear()
            self._noted[key_id] = now
            return True

    def note(self, key_id: str, now: datetime) -> None:
        """Never raises: nobody's request fails because of this. What was not written is tried again."""
        try:
            with self._app.app_context():
                note_use(key_id=key_id, now=now)
        except Exception:
            self._noted.pop(key_id, None)
            log.warning("key.use_not_noted", key=key_id, exc_info=True)


def init_app(app: Flask) -> None:
    use = KeyUse(app)

    @app.after_request
    def _note(response: Response) -> Response:
        holder = g.get("caller")
        if holder is not None:
            now = clock.now()
            if use.is_due(holder.key_id, now):
                response.call_on_close(lambda: use.note(holder.key_id, now))
        return response
