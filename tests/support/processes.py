"""Real processes for tests: started with an environment of their own, ended whatever happens."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def needed_program(name: str, *, package: str) -> str:
    """Its path. On CI it has to be there; on somebody's desk what needs it is left out, and says why."""
    path = shutil.which(name)
    if path:
        return path
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {name}: apt-get install {package}", pytrace=False)
    pytest.skip(f"this needs {name}: apt-get install {package}")


class Process:
    """A Python module that runs until it is ended, or ends itself. log: what it wrote."""

    def __init__(self, *arguments: str, environ: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._file = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**os.environ, **environ},
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._file.close()

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        self._process.terminate()
        status = self._process.wait(timeout=30)
        self._file.close()
        return status


def wait_until(claim: Callable[[], bool], what: str, within_s: float = 60) -> None:
    end = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < end, f"not within {within_s} s: {what}"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.ConnectionError:
        return False
