"""`flask attempts`: the payments that wait for a person, and what the person found out."""

import click
from flask.cli import AppGroup

from app import clock
from app.clock import to_wire
from app.errors import GatewayError
from app.payments.held import (
    CannotBeChecked,
    CannotResolve,
    NotHeld,
    NotThisPayment,
    held_attempts,
    resolve_as_issued,
    resolve_as_paid,
    resolve_as_unpaid,
)

attempts = AppGroup("attempts", help="Payments that wait for a person.")

ROW = "{:<37} {:<10} {:<16} {:>13} {:<21} {}"
WHY = {
    "outcome_unknown": "The gateway did not answer and cannot be asked. Find the order number in its console.",
    "closing_unknown": "Money came to an account that we were closing. Its console shows whether it is still there.",
    "deposit_at_closing": "Money came to an account that is closed. See in the console that it goes back.",
    "payment_of_another_order": "The gateway told of a payment of another order.",
    "deposit_reversed_after_refund": "The bank took a deposit back of which part was refunded already.",
    "already_paid": "Paid twice; automatic refunds are off in this shop.",
    "session_ended": "Paid after the session had ended; automatic refunds are off in this shop.",
}
SENTENCES: dict[type[CannotResolve], str] = {
    NotHeld: "No such attempt waits for a person. `flask attempts held` shows those that do.",
    NotThisPayment: "The gateway says that this payment did not pay this attempt. Nothing has changed.",
    CannotBeChecked: "The gateway does not say what this payment is. If its console shows this order "
    "number and this amount, repeat with --unchecked.",
}


@attempts.command("held")
def show_held() -> None:
    """Show the payments that wait for a person, the oldest first. The id is the order number at the gateway."""
    found = held_attempts()
    if not found:
        click.echo("No payment waits for a person.")
        return
    click.echo(ROW.format("ID", "GATEWAY", "METHOD", "WON", "BEGAN", "WHY"))
    for one in found:
        why = WHY.get(one.needs_person or "", one.needs_person or "")
        click.echo(ROW.format(one.id, one.gateway, one.method, one.amount, to_wire(one.created_at), why))


@attempts.command("resolve")
@click.argument("attempt_id")
@click.option("--paid", "transaction_id", metavar="NUMBER", help="The gateway's number of the payment.")
@click.option(
    "--account", "account_id", metavar="NUMBER", help="The same, of a virtual account that waits for money."
)
@click.option(
    "--unchecked", is_flag=True, help="Believe it where the gateway cannot be asked even by that number."
)
@click.option(
    "--not-paid",
    is_flag=True,
    help="The console shows no payment of this order number, or one that was taken back.",
)
def resolve(
    attempt_id: str, transaction_id: str | None, account_id: str | None, unchecked: bool, not_paid: bool
) -> None:
    """Tell what the gateway's console shows about a payment that waits. The session then goes on by itself."""
    if [not_paid, bool(transaction_id), bool(account_id)].count(True) != 1:
        raise click.UsageError("Say either --paid NUMBER, --account NUMBER or --not-paid.")
    now = clock.now()
    try:
        if transaction_id:
            resolve_as_paid(
                attempt_id=attempt_id, transaction_id=transaction_id, unchecked=unchecked, now=now
            )
        elif account_id:
            resolve_as_issued(attempt_id=attempt_id, transaction_id=account_id, now=now)
        else:
            resolve_as_unpaid(attempt_id=attempt_id, now=now)
    except GatewayError as error:
        raise click.ClickException(
            f"The gateway does not answer ({error.code}). Nothing has changed."
        ) from None
    except CannotResolve as error:
        raise click.ClickException(SENTENCES[type(error)]) from None
    click.echo("Done. `flask attempts held` shows what is left.")
