"""Start everything, let the buyers loose, kill, wait until it is quiet, and look at the books."""

import base64
import json
import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from app import create_app
from app.chaos.books import Books, is_settled, settle_books
from app.chaos.buyer import Buyer
from app.chaos.http import NoAnswer, fetch
from app.chaos.operator import Operator
from app.chaos.plan import Plan, draw
from app.chaos.programs import BIN, Killer, Program, free_port, granian, wait_for
from app.chaos.shop import Inbox, Shop, receiving
from app.chaos.simulators import simulators_at
from app.database import db
from app.settings import ROOT, load_settings

BUYERS = 12
KILL_EVERY_S = 4.0
SHARE_OF_COUPONS = 6  # of the payments; three times as many buyers try
REPEATED_WITHIN_S = 20.0  # a second of ours, while notifications are waited for
QUIET_S = 180.0  # longer than any pause between two questions to the gateway, leases included
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TZ")


@dataclass(frozen=True)
class Outcome:
    payments: int
    faults: int
    kills: int
    books: Books
    trouble: list[str]
    resolved_by_person: int = 0

    @property
    def is_good(self) -> bool:
        return self.books.balance and not self.trouble

    @property
    def line(self) -> str:
        books = self.books
        return (
            f"CHAOS payments={self.payments} faults={self.faults} kills={self.kills} lost={len(books.lost)} "
            f"double={len(books.double)} unknown={len(books.unknown)} oversold={len(books.oversold)} "
            f"undelivered={len(books.undelivered)} certainty_p99={percentile(books.certainty_s, 99):.1f}s"
        )


@dataclass(frozen=True)
class Stage:
    web: str
    sandbox: str
    shop: Shop
    inbox: Inbox
    victims: list[Program]


def run_chaos(*, payments: int, seed: int, database_url: str, kill: bool = True) -> Outcome:
    """database_url: of an empty database."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, _stage(Path(folder), database_url) as stage:
        stage.shop.offer_coupon(uses=max(1, payments // SHARE_OF_COUPONS))
        stage.shop.use_all_gateways()
        app = create_app(load_settings(_environ(database_url) | {"SANDBOX_URL": stage.sandbox}))
        killer = Killer(stage.victims, seed, every_s=KILL_EVERY_S)
        operator = Operator(app, stage.sandbox)
        operator.start()
        if kill:
            killer.start()
        plans = [draw(seed, number) for number in range(payments)]
        done = _let_loose(plans, stage)
        if kill:
            killer.stop()
        wait_for(f"{stage.web}/healthz")
        with app.app_context():
            _wait_until_quiet(stage.sandbox)
            sessions = [session for session, _trouble in done if session]
            operator.stop()
            books = settle_books(sessions, sandbox=stage.sandbox, received=stage.inbox.received)
            db.session.remove()
            db.engine.dispose()
    trouble = [sentence for _session, sentence in done if sentence]
    if stage.inbox.forged:
        trouble.append(f"{stage.inbox.forged} webhooks had a wrong signature")
    return Outcome(payments, _faults(plans), killer.kills, books, trouble, operator.resolved)


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _let_loose(plans: list[Plan], stage: Stage) -> list[tuple[str | None, str | None]]:
    """For each plan its session, and what kept it from being carried out."""
    buyer = Buyer(stage.web, stage.sandbox)

    def play(plan: Plan) -> tuple[str | None, str | None]:
        session_id = None
        try:
            session_id = stage.shop.create(plan)
            _play(plan, session_id, buyer, stage)
        except (NoAnswer, ValueError, KeyError) as error:
            return session_id, f"payment {plan.number}: {type(error).__name__} {error}"
        return session_id, None

    with (
        ThreadPoolExecutor(BUYERS) as pool,
        click.progressbar(pool.map(play, plans), length=len(plans), label="Paying") as progress,
    ):
        return list(progress)


def _play(plan: Plan, session_id: str, buyer: Buyer, stage: Stage) -> None:
    with ThreadPoolExecutor(1) as beside:
        if plan.ending != "none":
            beside.submit(_end_after_a_while, plan, session_id, stage)
        buyer.pay(session_id, plan)
    if plan.refund_fault != "none" and plan.refunds:
        for simulator in simulators_at(stage.sandbox, fetch).values():
            simulator.spoil(plan.refund_fault)
    stage.shop.refund(session_id, plan.refunds)


def _end_after_a_while(plan: Plan, session_id: str, stage: Stage) -> None:
    time.sleep(plan.tries[-1].delay_s / 2)
    stage.shop.end(session_id, plan.ending)


def _wait_until_quiet(sandbox: str) -> None:
    """Quiet twice in a row: what was just delivered may bring about more. The gateway's clock goes faster meanwhile, so
    that it repeats at once what a killed server did not hear."""
    deadline, quiet = time.monotonic() + QUIET_S, 0
    while quiet < 2 and time.monotonic() < deadline:
        quiet = quiet + 1 if is_settled(sandbox=sandbox) else 0
        if not quiet:
            simulators_at(sandbox, fetch)["toss"].hurry(REPEATED_WITHIN_S)  # all gateways have one clock
        time.sleep(1.0)


def _faults(plans: list[Plan]) -> int:
    refunds = sum(plan.refund_fault != "none" and bool(plan.refunds) for plan in plans)
    webhooks = sum(plan.webhook != "none" for plan in plans)
    return sum(one.fault != "none" for plan in plans for one in plan.tries) + refunds + webhooks


@contextmanager
def _stage(folder: Path, database_url: str) -> Iterator[Stage]:
    web_port, sandbox_port = free_port(), free_port()
    web, sandbox = (f"http://127.0.0.1:{port}" for port in (web_port, sandbox_port))
    environ = _environ(database_url) | {
        "PORT": str(web_port),
        "CHECKOUT_URL": web,
        "SANDBOX_URL": sandbox,
        "SANDBOX_DATABASE": str(folder / "sandbox.db"),
        "SANDBOX_NOTICE_URL": f"{web}/notifications/test/{{gateway}}/shop_{{merchant}}",
        "GATEWAY_TIMEOUT_S": "3",
        "SMTP_URL": f"file://{folder / 'mails'}",
    }
    _flask("db", "upgrade", environ=environ)
    demo = json.loads(_flask("demo", "seed", environ=environ))
    inbox = Inbox(demo["webhookSecret"])
    commands = {
        "sandbox": granian("app.sandbox.wsgi:app", sandbox_port),
        "web": granian("app.wsgi:app", web_port),
        "worker": [str(BIN / "flask"), "--app", "app.wsgi", "worker"],
        "worker2": [str(BIN / "flask"), "--app", "app.wsgi", "worker"],
    }
    programs = {
        name: Program(command, environ=environ, log=folder / f"{name}.log")
        for name, command in commands.items()
    }
    with ExitStack() as cleanup:
        hook = cleanup.enter_context(receiving(inbox))
        for program in programs.values():
            cleanup.callback(program.stop)
            program.start()
        wait_for(f"{web}/healthz")
        wait_for(f"{sandbox}/healthz")
        victims = [programs["web"], programs["worker"], programs["worker2"]]
        yield Stage(web, sandbox, Shop(web, demo["apiKey"], hook, inbox), inbox, victims)


def _environ(database_url: str) -> dict[str, str]:
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


_SECRET, _MASTER = secrets.token_hex(32), base64.b64encode(secrets.token_bytes(32)).decode()


def _flask(*arguments: str, environ: Mapping[str, str]) -> str:
    command = [str(BIN / "flask"), "--app", "app.wsgi", *arguments]
    done: Any = subprocess.run(  # noqa: S603  # our own program
        command, cwd=ROOT, env=dict(environ), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise click.ClickException(f"flask {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return str(done.stdout)
