"""`flask chaos --payments 200 --seed 1`."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
import psycopg

from app.chaos.run import Outcome, percentile, run_chaos


@click.command("chaos")
@click.option("--payments", default=200, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Draws everything; the same seed, the same plans.")
@click.option(
    "--server",
    envvar="TEST_DATABASE_URL",
    help="A PostgreSQL where a database may be made. Without it, SQLite is used.",
)
@click.option(
    "--logs",
    type=click.Path(file_okay=False, resolve_path=True, path_type=Path),
    help="A folder that the programs' logs are kept in. Without it they are gone afterwards.",
)
@click.option("--no-kills", is_flag=True, help="Leave the programs alive.")
def chaos(payments: int, seed: int, server: str | None, logs: Path | None, no_kills: bool) -> None:
    """Run whole payments through the real programs while calls fail and processes are killed.

    Exit status 1 when money, sessions and webhooks disagree afterwards.
    """
    with _folder(logs) as folder, _database(server) as url:
        outcome = run_chaos(payments=payments, seed=seed, database_url=url, folder=folder, kill=not no_kills)
    _tell(outcome)
    sys.exit(0 if outcome.is_good else 1)


def _tell(outcome: Outcome) -> None:
    books = outcome.books
    for kind in ("lost", "double", "unknown", "oversold", "undelivered"):
        for sentence in getattr(books, kind):
            click.echo(f"{kind}: {sentence}")
    for sentence in outcome.trouble:
        click.echo(f"not carried out: {sentence}")
    states = ", ".join(f"{count} {state}" for state, count in sorted(books.states.items()))
    click.echo(f"Sessions: {states}")
    click.echo(f"Paid in {outcome.paying_s:.0f} s, quiet {outcome.quiet_s:.0f} s later")
    faults = ", ".join(f"{count} {fault}" for fault, count in sorted(outcome.tally.counts.items()))
    click.echo(f"Faults: {faults}")
    for gateway, times in sorted((books.certainty_s | {"all": books.certainties_s}).items()):
        click.echo(f"Time to certainty, {gateway}: {_spread(times)}")
    click.echo(f"Found out by a person at the gateway's console: {outcome.resolved_by_person}")
    click.echo(outcome.line)


def _spread(times: list[float]) -> str:
    middle, late, last = percentile(times, 50), percentile(times, 99), max(times, default=0.0)
    return f"p50 {middle:.1f} s, p99 {late:.1f} s, longest {last:.1f} s of {len(times)} confirms"


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """A new one within the one that is wanted, or one that is gone afterwards."""
    if wanted is None:
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            yield Path(folder)
        return
    wanted.mkdir(parents=True, exist_ok=True)
    yield Path(tempfile.mkdtemp(prefix="chaos-", dir=wanted))


@contextmanager
def _database(server: str | None) -> Iterator[str]:
    """Address of an empty database that is gone afterwards."""
    if not server:
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            yield f"sqlite:///{folder}/chaos.db"
        return
    plain = server.replace("+psycopg", "", 1)
    name = f"kc_chaos_{secrets.token_hex(6)}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlsplit(plain)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
