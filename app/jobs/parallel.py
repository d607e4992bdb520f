"""Do the same to several rows at once, so that one gateway that hangs holds up no other."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import structlog
from flask import Flask, current_app

from app.database import db

THREADS = 8

log = structlog.get_logger()


def in_parallel(work: Callable[[str], None], ids: Sequence[str]) -> None:
    """Call work(id) for each, THREADS at a time. A failure is logged and the others go on: a row that was not
    finished comes due again."""
    if not ids:
        return
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy, documented

    def one(row_id: str) -> None:
        with app.app_context():
            try:
                work(row_id)
            except Exception:
                log.exception("row.failed", work=work.__name__)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(min(THREADS, len(ids)), thread_name_prefix="row") as pool:
        list(pool.map(one, ids))
