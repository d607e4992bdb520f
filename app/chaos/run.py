"""Start everything, let the buyers loose, kill, wait until it is quiet, and look at the books."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from app import create_app
from app.chaos.books import Books, is_settled, settle_books
from app.chaos.buyer import Buyer
from app.chaos.http import NoAnswer, fetch
from app.chaos.operator import Operator
from app.chaos.plan import Plan, draw
from app.chaos.programs import Killer, wait_for
from app.chaos.simulators import simulators_at
from app.chaos.stage import Stage, environ_of, set_up
from app.chaos.switches import draw_switches
from app.chaos.tally import Tally
from app.database import db
from app.settings import load_settings

BUYERS = 32
KILL_EVERY_S = 4.0
SHARE_OF_COUPONS = 6  # of the payments; three times as many buyers try
REPEATED_WITHIN_S = 60.0  # a second of ours, while notifications are waited for
# Longer than any pause between two questions to a gateway, leases included, and than a merchant is left alone whose
# server did not take a webhook for the second time.
QUIET_S = 400.0


@dataclass(frozen=True)
class Outcome:
    payments: int
    tally: Tally
    kills: int
    books: Books
    trouble: list[str]
    resolved_by_person: int
    paying_s: float
    quiet_s: float

    @property
    def is_good(self) -> bool:
        return self.books.balance and not self.trouble

    @property
    def line(self) -> str:
        books = self.books
        return (
            f"CHAOS payments={self.payments} faults={self.tally.total} kills={self.kills} lost={len(books.lost)} "
            f"double={len(books.double)} unknown={len(books.unknown)} oversold={len(books.oversold)} "
            f"undelivered={len(books.undelivered)} certainty_p99={percentile(books.certainties_s, 99):.1f}s"
        )


def run_chaos(*, payments: int, seed: int, database_url: str, folder: Path, kill: bool = True) -> Outcome:
    """database_url: of an empty database. folder: an empty one, for what the programs write."""
    with set_up(folder, database_url) as stage:
        _prepare(stage, payments=payments, seed=seed)
        app = create_app(load_settings(environ_of(database_url) | {"SANDBOX_URL": stage.sandbox}))
        killer = Killer(stage.victims, seed, every_s=KILL_EVERY_S)
        operator = Operator(app, stage.sandbox)
        operator.start()
        if kill:
            killer.start()
        tally, began = Tally(), time.monotonic()
        done = _let_loose([draw(seed, number) for number in range(payments)], stage, tally)
        if kill:
            killer.stop()
        paid = time.monotonic()
        wait_for(f"{stage.web}/healthz")
        with app.app_context():
            _wait_until_quiet(stage.sandbox)
            quiet = time.monotonic()
            sessions = [session for session, _trouble in done if session]
            operator.stop()
            books = settle_books(sessions, sandbox=stage.sandbox, received=stage.inbox.received)
            db.session.remove()
            db.engine.dispose()
    trouble = [sentence for _session, sentence in done if sentence]
    if stage.inbox.forged:
        trouble.append(f"{stage.inbox.forged} webhooks had a wrong signature")
    return Outcome(
        payments, tally, killer.kills, books, trouble, operator.resolved, paid - began, quiet - paid
    )


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def _prepare(stage: Stage, *, payments: int, seed: int) -> None:
    stage.shop.offer_coupon(uses=max(1, payments // SHARE_OF_COUPONS))
    stage.shop.use_all_gateways()
    simulators = simulators_at(stage.sandbox, fetch)
    for gateway, values in draw_switches(seed).items():
        simulators[gateway].switch(values)


def _let_loose(plans: list[Plan], stage: Stage, tally: Tally) -> list[tuple[str | None, str | None]]:
    """For each plan its session, and what kept it from being carried out."""
    buyer = Buyer(stage.web, stage.sandbox, notices=stage.notices, tally=tally)

    def play(plan: Plan) -> tuple[str | None, str | None]:
        session_id = None
        try:
            session_id = stage.shop.create(plan)
            _play(plan, session_id, buyer, stage, tally)
        except (NoAnswer, ValueError, KeyError) as error:
            return session_id, f"payment {plan.number}: {type(error).__name__} {error}"
        return session_id, None

    with (
        ThreadPoolExecutor(BUYERS) as pool,
        click.progressbar(pool.map(play, plans), length=len(plans), label="Paying") as progress,
    ):
        return list(progress)


def _play(plan: Plan, session_id: str, buyer: Buyer, stage: Stage, tally: Tally) -> None:
    tally.add("webhook", plan.webhook)
    with ThreadPoolExecutor(1) as beside:
        if plan.ending != "none":
            beside.submit(_end_after_a_while, plan, session_id, stage)
        buyer.pay(session_id, plan)
    if plan.refund_fault != "none" and plan.refunds:
        for simulator in simulators_at(stage.sandbox, fetch).values():
            simulator.spoil_cancel(plan.refund_fault)
        tally.add("refund", plan.refund_fault)
    stage.shop.refund(session_id, plan.refunds, may_be_paid=plan.tries[-1].may_pay)


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
