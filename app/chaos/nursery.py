"""The process that every program is a child of. It has loaded all modules before, so that a program that was killed is
back in a fraction of a second: with a kill every few seconds, loading would take most of the machine.

The programs run through their usual commands. One line of JSON comes for each request, and one goes back.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import flask.cli
import granian.cli

import app.factory

ENTRIES: dict[str, Callable[[], object]] = {"flask": flask.cli.main, "granian": granian.cli.entrypoint}
LOADED = app.factory.build_app  # all modules of the product, of which none has opened or read anything yet
LOOKS_EVERY_S = 0.02


def main() -> None:
    """Until the requests end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks for the programs stops them
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answer = _start(**request) if "command" in request else _wait(**request)
        print(json.dumps(answer), flush=True)


def _start(command: Sequence[str], environ: Mapping[str, str], log: str) -> int:
    """The process id. command: a name in ENTRIES and its arguments. log: a file that is added to."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _become(command, environ, log)
    return child


def _become(command: Sequence[str], environ: Mapping[str, str], log: str) -> None:
    """Run a program in this process, which ends with it."""
    status = 1
    try:
        os.setsid()
        _redirect(log)
        os.environ.clear()
        os.environ.update(environ)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = list(command)
        ENTRIES[command[0]]()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):  # as the interpreter would
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _redirect(log: str) -> None:
    null, file = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(null, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)


def _wait(pid: int, patience_s: float) -> int | None:
    """The program's exit status, negative for a signal; None when it runs on."""
    deadline = time.monotonic() + patience_s
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            return None
        time.sleep(LOOKS_EVERY_S)


if __name__ == "__main__":
    main()
