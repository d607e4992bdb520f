"""The product as merchants meet it: web server and worker in processes of their own, and the tools that ask them."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from app import clock
from app.database import db
from tests.conftest import NO_LIMITS, app_on, let_go
from tests.spec.documentation import adapted
from tests.support.processes import Process, answers, free_port, needed_program, wait_until
from tests.support.sandbox import Sandbox, running_sandbox
from tests.support.shopper import Shopper
from tests.support.world import World, make_world

PACKAGES = {"curl": "curl", "sh": "dash", "node": "nodejs", "php": "php-cli php-curl", "ruby": "ruby"}
STAND_INS = Path(__file__).parent / "node" / "shop.js"


def tool(name: str) -> str:
    """Path of a program that the samples are run with. Its absence is a failure on CI only."""
    return needed_program(name, package=PACKAGES[name])


@dataclass(frozen=True)
class Answered:
    status: int
    json: dict[str, Any]


@dataclass(frozen=True)
class Live:
    """url: of the web server. app: the same application, for looking and arranging in this process."""

    url: str
    app: Flask
    world: World
    sandbox: Sandbox
    folder: Path

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context():
            yield
            db.session.remove()

    @property
    def shopper(self) -> Shopper:
        return Shopper(self.url, self.sandbox)

    def pay(self, session_id: str) -> None:
        """As a buyer does, page by page."""
        shopper = self.shopper
        shopper.come_back(shopper.authorise(shopper.press_pay(session_id)))

    def adapt(self, sample: str, **changes: Any) -> str:
        return adapted(sample, **{"base": self.url, "key": self.world.test_key, **changes})

    def curl(self, command: str, **changes: Any) -> Answered:
        """Run a documented command. curl learns from its own settings file to tell the status, too."""
        tool("curl")
        (self.folder / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\n%{http_code}"\n')
        environ = {**os.environ, "CURL_HOME": str(self.folder), "NO_PROXY": "*"}
        ran = subprocess.run(
            ["sh", "-c", self.adapt(command, **changes)],
            env=environ,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        body, _, status = ran.stdout.rpartition("\n")
        return Answered(int(status), json.loads(body))

    def node(self, script: str, **environ: str) -> "Node":
        defaults = {
            "API_BASE": self.url,
            "API_KEY": self.world.test_key,
            "WEBHOOK_SECRET": self.world.webhook_secret,
        }
        return Node(script, folder=self.folder, environ={**defaults, **environ})


class Node:
    """A documented snippet that runs in node. It prints one line of JSON for each call of a shop's function."""

    def __init__(self, script: str, *, folder: Path, environ: Mapping[str, str]) -> None:
        file = folder / "sample.js"
        file.write_text(script)
        self._process = subprocess.Popen(
            [tool("node"), "--require", str(STAND_INS), str(file)],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> "Node":
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait(timeout=20)
        self._reader.join(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def next(self, within_s: float = 30) -> dict[str, Any]:
        """The next line that it prints."""
        try:
            line = self._lines.get(timeout=within_s)
        except queue.Empty:
            raise AssertionError(f"node printed nothing within {within_s} s") from None
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            raise AssertionError(f"node said: {line}") from None
        return told

    def rest(self) -> list[dict[str, Any]]:
        """Wait for its end; the lines that were not read yet."""
        assert self._process.wait(timeout=60) == 0, list(self._lines.queue)
        self._reader.join(timeout=20)
        return [json.loads(self._lines.get()) for _ in range(self._lines.qsize())]

    @property
    def is_silent(self) -> bool:
        return self._lines.empty()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Live]:
    """A migrated database with one merchant; a web server and a worker on it."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(running_sandbox(folder))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environ = {
            "APP_ENV": "test",
            **NO_LIMITS,
            "DATABASE_URL": database_url,
            "SANDBOX_URL": sandbox.url,
            "CHECKOUT_URL": url,
            "WEBHOOK_ALLOW_PRIVATE": "1",
        }
        app = app_on(database_url, **environ)
        with app.app_context():
            upgrade()
            world = make_world(now=clock.now())
        web = Process(
            "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4", "app.wsgi:app",
            environ=environ, log=folder / "web.log",
        )  # fmt: skip
        stack.callback(web.stop)
        worker = Process("flask", "--app", "app.wsgi", "worker", environ=environ, log=folder / "worker.log")
        stack.callback(worker.stop)
        wait_until(lambda: answers(f"{url}/readyz"), "the web server is ready")
        yield Live(url, app, world, sandbox, folder)
        with app.app_context():
            let_go()
