"""Run several programs together: prefix what they print, end all of them when one ends or Ctrl-C comes."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

PATIENCE_S = 10.0
COLOURS = (36, 35, 33, 32)  # cyan, magenta, yellow, green
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    name: str
    command: list[str]
    environ: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Use from the main thread: it sets signal handlers."""

    def __init__(
        self, programs: list[Program], *, root: Path, environ: Mapping[str, str], colour: bool
    ) -> None:
        self._programs = programs
        self._root = root
        self._environ = environ
        self._colour = colour
        self._width = max(len(program.name) for program in programs)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._pumps: dict[str, threading.Thread] = {}
        self._printing = threading.Lock()
        self._stops_asked = 0
        self._woken = threading.Event()

    def run(
        self, *, waiting_for: Callable[[], str | None], when_ready: Callable[[], None], timeout_s: float
    ) -> int:
        """Start everything and stay until it ends; returns the exit status.

        waiting_for: says what is not ready yet, or None; asked again and again, so it must be quick.
        """
        before = {number: signal.signal(number, self._ask_to_stop) for number in STOPPERS}
        try:
            self._start_all()
            return self._watch(waiting_for, when_ready, time.monotonic() + timeout_s)
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _watch(
        self, waiting_for: Callable[[], str | None], when_ready: Callable[[], None], deadline: float
    ) -> int:
        ready = False
        while not self._stops_asked:
            for name, process in self._running.items():
                if process.poll() is not None:
                    self._pumps[name].join(timeout=0.5)
                    how = how_it_ended(process.returncode)
                    self._tell(f"The {name} ended by itself ({how}); stopping the others.")
                    return 1
            if not ready:
                missing = waiting_for()
                ready = missing is None
                if ready:
                    with self._printing:
                        when_ready()
                elif time.monotonic() > deadline:
                    self._tell(f"Gave up waiting: {missing}.")
                    return 1
            self._woken.wait(0.05 if not ready else 0.3)
        self._tell("Stopping …")
        return 0

    def _start_all(self) -> None:
        prepare = _end_with_parent()
        for program in self._programs:
            self._running[program.name] = subprocess.Popen(
                program.command,
                cwd=self._root,
                env={**self._environ, **program.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C then reaches only us, and each program hears of it once
                preexec_fn=prepare,  # safe: no thread is running yet, the pumps start below
            )
        for number, (name, process) in enumerate(self._running.items()):
            assert process.stdout is not None
            pump = threading.Thread(
                target=self._pump, args=(self._prefix(name, number), process.stdout), daemon=True
            )
            pump.start()
            self._pumps[name] = pump

    def _prefix(self, name: str, number: int) -> bytes:
        text = f"{name:<{self._width}} | "
        return (f"\033[{COLOURS[number % len(COLOURS)]}m{text}\033[0m" if self._colour else text).encode()

    def _pump(self, prefix: bytes, lines: IO[bytes]) -> None:
        try:
            for line in lines:
                with self._printing:
                    sys.stdout.buffer.write(prefix + line.rstrip(b"\n") + b"\n")
                    sys.stdout.buffer.flush()
        except (BrokenPipeError, ValueError):  # nobody reads us any more
            self._stops_asked += 1
            self._woken.set()

    def _tell(self, sentence: str) -> None:
        with self._printing, contextlib.suppress(BrokenPipeError):
            print(sentence, flush=True)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stops_asked += 1
        self._woken.set()

    def _stop_all(self) -> None:
        """TERM to each program, which ends its helpers; KILL to what is left, or at a second Ctrl-C."""
        asked = self._stops_asked
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + PATIENCE_S
        while any(process.poll() is None for process in self._running.values()):
            if time.monotonic() > deadline or self._stops_asked > max(asked, 1):
                break
            time.sleep(0.02)
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pump in self._pumps.values():
            pump.join(timeout=0.5)


STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def how_it_ended(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux each program gets TERM when we are killed with -9, so that nothing keeps holding a port."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
