"""`flask keys`: issue, list, rotate, restrict and revoke API keys; seal secrets with a new master key."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app import clock
from app.clock import to_wire
from app.errors import AppError
from app.payments.master_keys import reseal_secrets
from app.services import services
from app.shops.keys import IssuedKey, issue_key, restrict_key, revoke_key, rotate_key
from app.shops.models import ApiKey
from app.shops.queries import keys_of_merchant

keys = AppGroup("keys", help="API keys of merchants, and the master key.")

MODES = click.Choice(["test", "live"])
ROW = "{:<37} {:<5} {:<37} {:<7} {:<21} {:<21} {}"
SENTENCES = {
    "unknown_merchant": "There is no such merchant.",
    "invalid_shop": "This merchant has no such shop in this mode.",
    "unknown_api_key": "There is no such key. `flask keys list` shows their ids.",
    "api_key_not_active": "This key was revoked or rotated already, or its grace is over.",
    "api_key_is_restricted": "This key serves another shop only.",
    "invalid_parameter": "The grace must be 0 to 7 days.",
}


@keys.command("issue")
@click.option("--merchant", required=True, help="Id of the merchant, mer_….")
@click.option("--mode", type=MODES, required=True)
@click.option("--shop", help="Id of the only shop that the key may see.")
@click.option("--name", help="What the key is for, for people.")
def issue(merchant: str, mode: str, shop: str | None, name: str | None) -> None:
    """Make a key and show it, once."""
    with _told():
        issued = issue_key(
            merchant_id=merchant, livemode=mode == "live", shop_id=shop, name=name, now=clock.now()
        )
    _show(issued)


@keys.command("list")
@click.option("--merchant", required=True, help="Id of the merchant, mer_….")
def show_keys(merchant: str) -> None:
    """Show a merchant's keys, the newest first. Of each key only the last four digits are known."""
    with _told():
        found = keys_of_merchant(merchant)
    click.echo(ROW.format("ID", "MODE", "SHOP", "ENDS IN", "CREATED", "LAST USED", "STATE"))
    for key in found:
        click.echo(_row(key))


@keys.command("rotate")
@click.argument("key_id")
@click.option(
    "--grace-days",
    type=click.FloatRange(0, 7),
    default=1,
    show_default=True,
    help="How long the old key lives on.",
)
def rotate(key_id: str, grace_days: float) -> None:
    """Make a key in place of another and show it, once."""
    with _told():
        issued = rotate_key(key_id=key_id, grace=timedelta(days=grace_days), now=clock.now())
    _show(issued)
    click.echo(f"{key_id} works for {grace_days:g} more days." if grace_days else f"{key_id} works no more.")


@keys.command("restrict")
@click.argument("key_id")
@click.option("--shop", required=True, help="Id of the only shop that the key may see from now on.")
def restrict(key_id: str, shop: str) -> None:
    """Let a key see one shop only. This cannot be undone."""
    with _told():
        restrict_key(key_id=key_id, shop_id=shop, now=clock.now())
    click.echo(f"{key_id} sees {shop} only.")


@keys.command("revoke")
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """End a key at once."""
    with _told():
        revoke_key(key_id=key_id, now=clock.now())
    click.echo(f"{key_id} works no more.")


@keys.command("rotate-master")
def rotate_master() -> None:
    """Seal every stored secret with the first of MASTER_KEYS.

    Begin by putting the new key in front of the old one in MASTER_KEYS and starting web and worker again.
    When this has ended without an error, the old key can be taken out.
    """
    with _told():
        told = reseal_secrets(vault=services().vault)
    for table in told:
        click.echo(f"{table.table}: {table.sealed} sealed again, {len(table.stuck)} that no key opens")
    stuck = [row_id for table in told for row_id in table.stuck]
    if stuck:
        shown = ", ".join(stuck[:10]) + (", …" if len(stuck) > 10 else "")
        raise click.ClickException(
            f"Left as they were: {shown}. The key that sealed them is missing from MASTER_KEYS. Keep the older keys."
        )
    click.echo(f"All is sealed with {services().vault.keys[0][0]}. The older keys can be taken out.")


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong, in a sentence."""
    try:
        yield
    except AppError as error:
        raise click.ClickException(SENTENCES[error.code]) from error
    except DBAPIError as error:
        raise click.ClickException("The database has no tables yet. Run: flask db upgrade") from error


def _show(issued: IssuedKey) -> None:
    click.echo(f"Id:   {issued.key_id}")
    click.echo(f"Key:  {issued.secret}")
    click.echo("Keep the key now: it is shown this once and stored nowhere.")


def _row(key: ApiKey) -> str:
    return ROW.format(
        key.id,
        "live" if key.livemode else "test",
        key.shop_id or "all",
        key.last4,
        to_wire(key.created_at),
        to_wire(key.last_used_at) if key.last_used_at else "never",
        _state(key) + (f"  ({key.name})" if key.name else ""),
    ).rstrip()


def _state(key: ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {to_wire(key.revoked_at)}"
    if key.expires_at is None:
        return "active"
    return f"{'expired' if key.expires_at <= clock.now() else 'ends'} {to_wire(key.expires_at)}"
