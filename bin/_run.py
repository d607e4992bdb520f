"""Run one check: show what it prints as it comes, and keep its last line."""

import contextlib
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COLOURS = re.compile(rb"\033\[[0-9;]*m")


@dataclass(frozen=True)
class Done:
    status: int
    last_line: str
    timed_out: bool = False


def run(command: list[str], *, root: Path, environ: Mapping[str, str], timeout_s: float) -> Done:
    """Never raises for a check that fails. One that runs longer is ended with all it started."""
    if timeout_s <= 0:
        return Done(1, "", timed_out=True)
    if {"--pdb", "--trace"} & set(command):  # a debugger needs the terminal for itself
        return Done(subprocess.run(command, cwd=root, env=dict(environ), check=False).returncode, "")
    with subprocess.Popen(
        command,
        cwd=root,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            tail, timed_out = _show(process, time.monotonic() + timeout_s)
        except KeyboardInterrupt:
            _end(process, signal.SIGINT)  # pytest then tears its fixtures down
            raise
        if timed_out:
            _end(process, signal.SIGTERM)
    return Done(process.returncode, _last_line(tail), timed_out)


def _show(process: subprocess.Popen[bytes], deadline: float) -> tuple[bytes, bool]:
    """Copies the output; answers its last 4 kB, and whether the time was up."""
    assert process.stdout is not None
    tail = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            if not selector.select(timeout=0.5):
                if process.poll() is not None:  # ended, but something it started still holds the pipe
                    return tail, False
                continue
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                return tail, False
            tail = (tail + piece)[-4096:]
            sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
    return tail, True


def _end(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    for attempt, patience_s in ((number, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, attempt)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience_s)


def _last_line(tail: bytes) -> str:
    lines = COLOURS.sub(b"", tail).decode(errors="replace").split("\n")
    return next((line.strip("= \r") for line in reversed(lines) if line.strip("= \r")), "")
