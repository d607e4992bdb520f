"""The programs of production, each in a process group of its own so that all of it can be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from app.chaos.http import NoAnswer, fetch
from app.settings import ROOT

BIN = Path(sys.executable).parent
PATIENCE_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """log: what it prints, of every start."""

    def __init__(self, command: Sequence[str], *, environ: Mapping[str, str], log: Path) -> None:
        self._command, self._environ, self._log = list(command), dict(environ), log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # our own programs
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is written down."""
        self._signal(signal.SIGKILL)
        if self._process:
            self._process.wait()

    def stop(self) -> None:
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._process:
                self._process.wait(PATIENCE_S)
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._process:
                os.killpg(self._process.pid, number)


def granian(app: str, port: int) -> list[str]:
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 8"
    return [str(BIN / "granian"), *options.split(), "--log-level", "warning", app]


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
