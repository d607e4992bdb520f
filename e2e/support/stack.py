"""Everything that runs in production, on free ports of this machine, with a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from e2e.support.http import answers
from e2e.support.programs import BIN, ROOT, Program, free_port
from e2e.support.waiting import wait_for
from tests.support.databases import postgresql_database, sqlite_database


@dataclass(frozen=True)
class Stack:
    """*_url: origins. database_url: as DATABASE_URL, for what no buyer and no merchant can do."""

    web: Program
    worker: Program
    web_url: str
    sandbox_url: str
    shop_url: str
    database_url: str
    api_key: str

    def kill_web_and_worker(self) -> None:
        self.web.kill()
        self.worker.kill()

    def start_web_and_worker(self) -> None:
        self.web.start()
        self.worker.start()
        wait_until_ready(self.web, f"{self.web_url}/healthz")


@contextmanager
def running_stack(
    folder: Path, logs: Path, *, web_port: int = 0, sandbox_port: int = 0, **more: str
) -> Iterator[Stack]:
    """folder: for the databases. more: environment of web and worker. Everything has ended when the block is left."""
    web_port, sandbox_port, shop_port = web_port or free_port(), sandbox_port or free_port(), free_port()
    web_url, sandbox_url, shop_url = (
        f"http://127.0.0.1:{port}" for port in (web_port, sandbox_port, shop_port)
    )
    with ExitStack() as cleanup:
        database_url = cleanup.enter_context(_database(folder))
        environ = {
            **{name: value for name, value in os.environ.items() if name in KEPT},
            "PYTHONUTF8": "1",
            "APP_ENV": "development",
            "API_LIMIT_TEST": "1000000000",
            "DATABASE_URL": database_url,
            "PORT": str(web_port),
            "CHECKOUT_URL": web_url,
            "SANDBOX_URL": sandbox_url,
            "SANDBOX_DATABASE": str(folder / "sandbox.db"),
            "SANDBOX_NOTICE_URL": f"{web_url}/notifications/test/{{gateway}}/shop_{{merchant}}",
            "WEBHOOK_ALLOW_PRIVATE": "1",
            "FLASK_APP": "app.wsgi:app",
            "DNS_RESOLVERS": "127.0.0.1:1",  # nobody's domain is asked about outside of this machine
            **more,
        }
        _flask("db", "upgrade", environ=environ)
        demo = json.loads(_flask("demo", "seed", "--webhook-url", f"{shop_url}/hook", environ=environ))

        def program(name: str, *command: str, **more: str) -> Program:
            made = Program(name, list(command), environ={**environ, **more}, log=logs / f"{name}.log")
            cleanup.callback(made.stop)
            made.start()
            return made

        receiver = [sys.executable, "app/sandbox/receiver.py", str(shop_port)]
        shop = program("shop", *receiver, WEBHOOK_SECRET=demo["webhookSecret"], NO_COLOR="1")
        sandbox = program("sandbox", *_granian("app.sandbox.wsgi:app", sandbox_port))
        web = program("web", *_granian("app.wsgi:app", web_port))
        worker = program("worker", str(BIN / "flask"), "worker")
        wait_until_ready(web, f"{web_url}/healthz")
        wait_until_ready(sandbox, f"{sandbox_url}/healthz")
        wait_until_ready(shop, shop_url)
        yield Stack(web, worker, web_url, sandbox_url, shop_url, database_url, demo["apiKey"])


KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")


def wait_until_ready(program: Program, url: str) -> None:
    def is_ready() -> bool:
        assert program.is_running, f"the {program.name} ended by itself:\n{program.tail()}"
        return answers(url)

    wait_for(f"answer of the {program.name}", is_ready, within_s=30)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    wanted = os.environ.get("E2E_DATABASE", "sqlite")
    assert wanted in ("sqlite", "postgresql"), f"E2E_DATABASE={wanted}"
    with postgresql_database() if wanted == "postgresql" else sqlite_database(folder) as url:
        yield url


def _granian(app: str, port: int) -> list[str]:
    options = f"--interface wsgi --host 127.0.0.1 --port {port} --workers 1 --blocking-threads 4"
    return [str(BIN / "granian"), *options.split(), "--log-level", "warning", app]


def _flask(*arguments: str, environ: dict[str, str]) -> str:
    done = subprocess.run(
        [str(BIN / "flask"), *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)}:\n{done.stderr[-3000:]}"
    return done.stdout
