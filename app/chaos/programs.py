"""The programs of production, each in a process group of its own so that all of it can be killed."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from app.chaos.http import NoAnswer, fetch
from app.settings import ROOT

PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Nursery:
    """The process that starts the others; see nursery.py. May be asked by several threads."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._asking = threading.Lock()

    def start(self, command: Sequence[str], *, environ: Mapping[str, str], log: Path) -> int:
        """The process id of the program."""
        pid: int = self._ask({"command": list(command), "environ": dict(environ), "log": str(log)})
        return pid

    def status(self, pid: int, *, within_s: float) -> int | None:
        """Wait for a program to end; None when it runs on. Once only: afterwards its number may be another's."""
        status: int | None = self._ask({"pid": pid, "patience_s": within_s})
        return status

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline())


@contextmanager
def nursery(*, environ: Mapping[str, str], module: str = "app.chaos.nursery") -> Iterator[Nursery]:
    """module: what is run; one that knows further programs."""
    process = subprocess.Popen(  # noqa: S603  # a module of our own
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Nursery(process)


class Program:
    """log: what it prints, of every start."""

    def __init__(
        self, nursery: Nursery, command: Sequence[str], *, environ: Mapping[str, str], log: Path
    ) -> None:
        self._nursery, self._command, self._environ, self._log = nursery, command, environ, log
        self._pid: int | None = None

    def start(self) -> None:
        self._pid = self._nursery.start(self._command, environ=self._environ, log=self._log)

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is written down."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if not self._end(signal.SIGTERM):
            self.kill()

    def _end(self, number: signal.Signals) -> bool:
        if self._pid is None:
            return True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, number)
        if self._nursery.status(self._pid, within_s=PATIENCE_S) is None:
            return False
        self._pid = None
        return True


def granian(app: str, port: int, *, processes: int, threads: int) -> list[str]:
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers {processes}"
    return ["granian", *options.split(), "--blocking-threads", str(threads), "--log-level", "warning", app]


def flask(*arguments: str) -> list[str]:
    return ["flask", "--app", "app.wsgi", *arguments]


def wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if fetch("GET", url).status == 200:
                return
        except NoAnswer:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


class Killer(threading.Thread):
    """Kills one of the programs every few seconds and starts it again at once. The first kill comes early, so that
    there is one in the shortest run too."""

    def __init__(self, programs: Sequence[Program], seed: int, *, every_s: float) -> None:
        super().__init__(daemon=True)
        self.kills = 0
        self._programs, self._every_s = programs, every_s
        self._random = Random(f"{seed}/kills")  # noqa: S311  # to be repeated, not to be secret
        self._enough = threading.Event()

    def run(self) -> None:
        pause = self._every_s / 8
        while not self._enough.wait(pause):
            victim = self._random.choice(self._programs)
            victim.kill()
            victim.start()
            self.kills += 1
            pause = self._random.uniform(0.5, 1.5) * self._every_s

    def stop(self) -> None:
        self._enough.set()
        self.join()
