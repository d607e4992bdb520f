"""One running program: started in a process group of its own, so that all of it can be killed."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE_S = 15
PR_SET_PDEATHSIG = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """log: what it prints, of every start, one after the other."""

    def __init__(self, name: str, command: list[str], *, environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = command
        self._environ = dict(environ)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert not self.is_running
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent(),
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def freeze(self) -> None:
        """It stays where it is: what arrives at its sockets is not read."""
        self._send(signal.SIGSTOP)

    def kill(self) -> None:
        """kill -9: nothing is finished, nothing is written down."""
        self._send(signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """Ask it to end, and see that nothing of its group is left."""
        if self._process is None:
            return
        if self.is_running:
            self._process.terminate()
            self._wait()
        self._send(signal.SIGKILL)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""

    def _wait(self) -> None:
        assert self._process is not None
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._send(signal.SIGKILL)
            self._process.wait(PATIENCE_S)

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):  # the whole group is gone
            os.killpg(self._process.pid, number)


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux a program is told to end when the tests are killed, so that none is left holding a port."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
