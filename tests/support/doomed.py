"""A web server or worker that kills itself at its n-th write point.

    python -m tests.support.doomed web PORT N POINTS_FILE
    python -m tests.support.doomed worker N POINTS_FILE

A write point is just before or just after a commit, a call to a gateway or to a merchant, or a mail. N = 0 never dies.
Names of the points passed are appended to POINTS_FILE, so that the test can tell what was still to come.
Nothing of this is in the product: the points are found by wrapping the four doors every write goes through.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from app import create_app
from app.database import db
from app.gateways import http
from app.jobs.worker import run_worker
from app.mails.transport import FileTransport
from app.webhooks.sender import Sender


class Fate:
    def __init__(self, die_at: int, points_file: Path) -> None:
        self._die_at = die_at
        self._file = points_file
        self._passed = 0
        self._lock = threading.Lock()

    def point(self, name: str) -> None:
        with self._lock:
            self._passed += 1
            with self._file.open("a") as file:
                file.write(f"{name}\n")
            if self._passed == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)
                threading.Event().wait()  # the signal is on its way; nothing more may happen

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.point(f"before {name}")
            result = work(*args, **kwargs)
            self.point(f"after {name}")
            return result

        return wrapped


def doom(app: Flask, fate: Fate) -> None:
    with app.app_context():
        dialect = db.engine.dialect
    dialect.do_commit = fate.around("commit", dialect.do_commit)  # type: ignore[method-assign]  # wrapped on purpose
    http._send = fate.around("gateway call", http._send)
    Sender._post = fate.around("webhook", Sender._post)  # type: ignore[method-assign]  # wrapped on purpose
    FileTransport.send = fate.around("mail", FileTransport.send)  # type: ignore[method-assign]  # the same


def main(kind: str, *arguments: str) -> None:
    app = create_app()
    *place, die_at, points_file = arguments
    doom(app, Fate(int(die_at), Path(points_file)))
    if kind == "worker":
        run_worker(app)
    else:
        make_server("127.0.0.1", int(place[0]), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
