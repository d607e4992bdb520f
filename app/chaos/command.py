"""`flask chaos --payments 200 --seed 1`."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
@click.option("--no-kills", is_flag=True, help="Leave the programs alive.")
def chaos(payments: int, seed: int, server: str | None, no_kills: bool) -> None:
    """Run whole payments through the real programs while calls fail and processes are killed.

    Exit status 1 when money, sessions and webhooks disagree afterwards.
    """
    with _database(server) as url:
        outcome = run_chaos(payments=payments, seed=seed, database_url=url, kill=not no_kills)
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
    certainty = books.certainty_s
    click.echo(f"Sessions: {states}")
    click.echo(
        f"Time to certainty of {len(certainty)} confirms: p50 {percentile(certainty, 50):.1f} s, "
        f"p99 {percentile(certainty, 99):.1f} s, longest {max(certainty, default=0.0):.1f} s"
    )
    click.echo(f"Found out by a person at the gateway's console: {outcome.resolved_by_person}")
    click.echo(outcome.line)


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
