"""The programs of production, a simulator of every gateway and a shop that hears of its payments."""

import base64
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from app.chaos.programs import Nursery, Program, flask, free_port, granian, nursery, wait_for
from app.chaos.shop import Inbox, Shop, receiving

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")
WEB_PROCESSES, WEB_THREADS, SANDBOX_THREADS = 2, 8, 16
# How long we wait for a gateway's answer; slow ones take longer than that (see plan.py).
GATEWAY_TIMEOUT_S = 2.5
PATIENCE_S = 60.0
_SECRET, _MASTER = secrets.token_hex(32), base64.b64encode(secrets.token_bytes(32)).decode()


@dataclass(frozen=True)
class Stage:
    """web, sandbox: origins. notices: where the gateways tell us of payments, {gateway} to be filled in. victims: what
    may be killed."""

    web: str
    sandbox: str
    notices: str
    shop: Shop
    inbox: Inbox
    victims: list[Program]


@contextmanager
def set_up(folder: Path, database_url: str) -> Iterator[Stage]:
    """database_url: of an empty database. folder: for logs and mails."""
    web_port, sandbox_port = free_port(), free_port()
    web, sandbox = (f"http://127.0.0.1:{port}" for port in (web_port, sandbox_port))
    environ = environ_of(database_url) | {
        "PORT": str(web_port),
        "CHECKOUT_URL": web,
        "SANDBOX_URL": sandbox,
        "SANDBOX_DATABASE": str(folder / "sandbox.db"),
        "SANDBOX_NOTICE_URL": f"{web}/notifications/test/{{gateway}}/shop_{{merchant}}",
        "GATEWAY_TIMEOUT_S": str(GATEWAY_TIMEOUT_S),
        "SMTP_URL": f"file://{folder / 'mails'}",
    }
    commands = {
        "sandbox": granian("app.sandbox.wsgi:app", sandbox_port, processes=1, threads=SANDBOX_THREADS),
        "web": granian("app.wsgi:app", web_port, processes=WEB_PROCESSES, threads=WEB_THREADS),
        "worker": flask("worker"),
        "worker2": flask("worker"),
    }
    with ExitStack() as cleanup:
        parent = cleanup.enter_context(nursery(environ=environ))
        _run(parent, "db", "upgrade", environ=environ, folder=folder)
        demo = json.loads(_run(parent, "demo", "seed", environ=environ, folder=folder).splitlines()[-1])
        inbox = Inbox(demo["webhookSecret"])
        hooks = cleanup.enter_context(receiving(inbox))
        programs = {
            name: Program(parent, command, environ=environ, log=folder / f"{name}.log")
            for name, command in commands.items()
        }
        for program in programs.values():
            cleanup.callback(program.stop)
            program.start()
        wait_for(f"{web}/healthz")
        wait_for(f"{sandbox}/healthz")
        shop = Shop(web, demo["apiKey"], hooks, inbox)
        notices = f"{web}/notifications/test/{{gateway}}/{demo['shopId']}"
        yield Stage(
            web, sandbox, notices, shop, inbox, [programs[name] for name in ("web", "worker", "worker2")]
        )


def environ_of(database_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return kept | {
        "PYTHONUTF8": "1",
        "APP_ENV": "production",
        "API_LIMIT_TEST": "1000000000",
        "DATABASE_URL": database_url,
        "SECRET_KEY": _SECRET,
        "MASTER_KEYS": f"chaos:{_MASTER}",
        "WEBHOOK_ALLOW_PRIVATE": "1",
    }


def _run(parent: Nursery, *arguments: str, environ: Mapping[str, str], folder: Path) -> str:
    """What a command of ours prints."""
    log = folder / f"{'-'.join(arguments)}.log"
    status = parent.status(parent.start(flask(*arguments), environ=environ, log=log), within_s=PATIENCE_S)
    printed = log.read_text()
    if status != 0:
        raise click.ClickException(f"flask {' '.join(arguments)} failed:\n{printed[-2000:]}")
    return printed
