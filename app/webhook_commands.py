"""`flask webhooks tail`: watch a shop's events on the command line, and pass them on while developing a receiver."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import FrameType

import click
from flask.cli import AppGroup
from sqlalchemy import select, true

from app import clock
from app.database import db, end_reading
from app.ids import shortened
from app.services import services
from app.shops.models import Shop
from app.webhooks.feed import bring_up_to_date
from app.webhooks.models import Event
from app.webhooks.queries import events_of_shop, last_position
from app.webhooks.secrets import secrets_of_shop
from app.webhooks.sender import Answer, Sender
from app.webhooks.signing import signature_headers

webhooks = AppGroup("webhooks", help="Webhook events of a shop.")

LOOK_EVERY_S = 0.5
PATIENCE_S = 2.0  # before a receiver that is down is tried again
AT_ONCE = 50


@webhooks.command("tail")
@click.option("--shop", "shop_id", help="Id of the shop, shop_…; not needed where there is only one.")
@click.option("--mode", type=click.Choice(["test", "live"]), default="test", show_default=True)
@click.option("--forward", metavar="URL", help="Post each event there, signed like the real webhook.")
@click.option("--last", type=click.IntRange(0, 1000), default=0, help="Begin with so many earlier events.")
def tail(shop_id: str | None, mode: str, forward: str | None, last: int) -> None:
    """Print events as they happen, one line each, until Ctrl-C.

    With --forward each is also posted to URL. While nobody answers there the event is tried again and the others wait;
    whatever status comes, the next event follows. Real deliveries go on as ever.
    """
    shop, livemode = _shop(shop_id), mode == "live"
    click.echo(f"Events of {shop}, {mode} mode" + (f", to {forward}" if forward else "") + ". Ctrl-C ends.")
    try:
        with _interrupted() as stop:
            _follow(shop, stop, livemode=livemode, forward=forward, last=last)
    except KeyboardInterrupt:
        pass
    click.echo("\nStopped.")


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Set by Ctrl-C, so that it breaks off no question to the database. A second one does not wait for anything."""
    stop = threading.Event()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _shop(shop_id: str | None) -> str:
    """Raises ClickException."""
    wanted = Shop.id == shop_id if shop_id else true()
    found = list(db.session.scalars(select(Shop.id).where(wanted).limit(2)))
    end_reading()
    if not found:
        raise click.ClickException("There is no such shop.")
    if len(found) > 1:
        raise click.ClickException("There are several shops: name one with --shop.")
    return found[0]


def _follow(shop_id: str, stop: threading.Event, *, livemode: bool, forward: str | None, last: int) -> None:
    sender = Sender(guard=None) if forward else None  # the developer's own machine
    bring_up_to_date()
    position = last_position(shop_id, livemode=livemode, but=last)
    while not stop.is_set():
        bring_up_to_date()
        events = events_of_shop(shop_id, livemode=livemode, after=position, limit=AT_ONCE)
        end_reading()
        for event in events:
            _tell(event, sender, forward, stop)
            position = event.position or position
            if stop.is_set():
                return
        if not events:
            stop.wait(LOOK_EVERY_S)


def _tell(event: Event, sender: Sender | None, url: str | None, stop: threading.Event) -> None:
    click.echo(_line(event), nl=sender is None)
    if sender is None or url is None:
        return
    answer = _post(event, sender, url, clock.now())
    while answer.status is None:
        click.echo(f"  {_said(answer)}; trying again every {PATIENCE_S:.0f} s", nl=False)
        while answer.status is None:
            if stop.wait(PATIENCE_S):
                return
            answer = _post(event, sender, url, clock.now())
    click.echo(f"  {_said(answer)}")


def _line(event: Event) -> str:
    moment = event.created_at.astimezone().strftime("%H:%M:%S")
    return f"{moment}  {event.name:<30}  {shortened(event.session_id)}  #{event.sequence}"


def _said(answer: Answer) -> str:
    if answer.status is None:
        return f"→ no answer ({str(answer.error).replace('_', ' ')})"
    verdict = "accepted" if answer.accepted else "not accepted"
    return f"→ {answer.status} {verdict} in {answer.duration_ms} ms"


def _post(event: Event, sender: Sender, url: str, now: datetime) -> Answer:
    secrets = secrets_of_shop(event.shop_id, livemode=event.livemode, vault=services().vault, now=now)
    end_reading()
    headers = signature_headers(event_id=event.id, body=event.body, whsecs=secrets, now=now)
    return sender.send(url=url, body=event.body.encode(), headers=headers)
