"""Programs that are children of one process which has loaded everything."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.chaos.programs import Nursery, Program, flask, nursery

ENVIRON = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
SANDBOX = ENVIRON | {"APP_ENV": "development"}


@pytest.fixture(scope="module")
def parent() -> Iterator[Nursery]:
    with nursery(environ=ENVIRON) as parent:
        yield parent


def test_a_command_runs_with_its_own_environment_and_log(parent: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "routes.log"

    status = parent.status(parent.start(flask("routes"), environ=SANDBOX, log=log), within_s=60)

    assert status == 0
    assert "/healthz" in log.read_text()


def test_a_command_that_fails_says_so(parent: Nursery, tmp_path: Path) -> None:
    log, environ = tmp_path / "routes.log", ENVIRON | {"APP_ENV": "no such place"}

    status = parent.status(parent.start(flask("routes"), environ=environ, log=log), within_s=60)

    assert status != 0
    assert "Korea Checkout cannot start" in log.read_text()


def test_a_program_that_was_killed_starts_again(parent: Nursery, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    environ = SANDBOX | {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.db"}
    program = Program(parent, flask("worker"), environ=environ, log=log)

    for _ in range(2):
        program.start()
        wait_for_line(log, "worker.started")
        program.kill()
        log.rename(tmp_path / "earlier.log")

    assert not log.exists()


def wait_for_line(log: Path, text: str) -> None:
    for _ in range(600):
        if log.exists() and text in log.read_text():
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text())
