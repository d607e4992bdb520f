"""The command line: `flask worker`, `demo seed`, `keys`, `attempts`, `webhooks`, `chaos`."""

import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app import clock
from app.attempt_commands import attempts
from app.chaos.command import chaos
from app.jobs.worker import run_worker
from app.key_commands import keys
from app.shops.demo import seed_demo
from app.webhook_commands import webhooks

demo = AppGroup("demo", help="A merchant to try the product with.")


def register_commands(app: Flask) -> None:
    app.cli.add_command(worker)
    app.cli.add_command(demo)
    app.cli.add_command(keys)
    app.cli.add_command(attempts)
    app.cli.add_command(webhooks)
    app.cli.add_command(chaos)


@click.command("worker")
def worker() -> None:
    """Deliver webhooks, expire sessions, settle payments and refunds and send mails until told to stop."""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy, documented


@demo.command("seed")
@click.option("--webhook-url", help="Where the demo shop wants its webhooks.")
def seed(webhook_url: str | None) -> None:
    """Make the demo merchant and print its new test key as JSON."""
    try:
        made = seed_demo(webhook_url=webhook_url, now=clock.now())
    except DBAPIError as error:
        raise click.ClickException("The database has no tables yet. Run: flask db upgrade") from error
    answer = {"apiKey": made.api_key, "shopId": made.shop_id, "webhookSecret": made.webhook_secret}
    click.echo(json.dumps(answer))
