"""`flask attempts`: the payments that wait for a person, and what the person found out."""

import click
from flask.cli import AppGroup

from app import clock
from app.clock import to_wire
from app.errors import GatewayError
from app.payments.held import (
    CannotBeChecked,
    CannotResolve,
    KnownAlready,
    NotGivenBack,
    NotHeld,
    NotKnownYet,
    NotThisPayment,
    StillAsked,
    held_attempts,
    held_refunds,
    resolve_as_issued,
    resolve_as_paid,
    resolve_as_seen_to,
    resolve_as_unpaid,
)
from app.payments.queries import attempt_by_id

attempts = AppGroup("attempts", help="Payments that wait for a person.")

ROW = "{:<37} {:<10} {:<16} {:>13} {:<21} {}"
WHY = {
    "outcome_unknown": "The gateway did not answer and cannot be asked. Find the order number in its console.",
    "closing_unknown": "Money came to an account that we were closing. Its console shows whether it is still there.",
    "deposit_at_closing": "Money came to an account that is closed. See in the console that it goes back.",
    "deposit_amount_differs": "Another amount came to the account. See in the console that it goes back.",
    "payment_of_another_order": "The gateway told of a payment of another order. Compare with its console.",
    "deposit_reversed_after_refund": "The bank took a deposit back of which part was refunded already.",
    "cancel_refused": "The gateway refuses to give the money back. Give it back in its console.",
    "gateway_misconfigured": "The gateway does not accept the shop's credentials. It is asked again by itself.",
    "refund_unsettled": "The gateway has not done this refund for a day. It is asked again by itself.",
}
NOT_KEPT = {
    "already_paid": "Paid twice.",
    "session_ended": "Paid after the session had ended.",
    "declined_before": "Paid after the buyer was told that nothing was taken.",
    "amount_mismatch": "Another amount was paid.",
}
IN_CONSOLE = "It does not go back by itself: give it back in the console."
SENTENCES: dict[type[CannotResolve], str] = {
    NotHeld: "No such attempt waits for a person. `flask attempts held` shows those that do.",
    KnownAlready: "What became of this payment is known. When you have done what the list asks for, say --seen-to.",
    NotKnownYet: "What became of this payment is not known. Say --paid NUMBER, --account NUMBER or --not-paid.",
    StillAsked: "The gateway is asked again by itself. Correct the shop's credentials; nothing else is to be done.",
    NotGivenBack: "The gateway says that the money is still there, or that the account still takes some. "
    "Nothing has changed.",
    NotThisPayment: "The gateway says that this payment did not pay this attempt. Nothing has changed.",
    CannotBeChecked: "The gateway does not say how this payment stands. If its console shows what you say, "
    "with this order number and this amount, repeat with --unchecked.",
}


@attempts.command("held")
def show_held() -> None:
    """Show the payments that wait for a person, the oldest first. The id is the order number at the gateway."""
    found, refunds = held_attempts(), held_refunds()
    if not found and not refunds:
        click.echo("No payment waits for a person.")
        return
    click.echo(ROW.format("ID", "GATEWAY", "METHOD", "WON", "BEGAN", "WHY"))
    for one in found:
        why = sentence_of(one.needs_person or "")
        click.echo(ROW.format(one.id, one.gateway, one.method, one.amount, to_wire(one.created_at), why))
    for refund in refunds:
        paid, why = attempt_by_id(refund.attempt_id), sentence_of(refund.needs_person or "")
        assert paid is not None
        began = to_wire(refund.created_at)
        click.echo(ROW.format(refund.id, paid.gateway, "refund", refund.amount, began, why))


def sentence_of(why: str) -> str:
    """why: the reason's word, where a gateway gave one with its code after a colon."""
    word, _, code = why.partition(":")
    if word in WHY:
        return f"{WHY[word]} ({code})" if code else WHY[word]
    return f"{NOT_KEPT.get(word, f'Paid, but it cannot be kept ({word}).')} {IN_CONSOLE}"


@attempts.command("resolve")
@click.argument("attempt_id")
@click.option("--paid", "transaction_id", metavar="NUMBER", help="The gateway's number of the payment.")
@click.option(
    "--account", "account_id", metavar="NUMBER", help="The same, of a virtual account that waits for money."
)
@click.option(
    "--unchecked", is_flag=True, help="Believe it where the gateway cannot be asked, even by its own number."
)
@click.option(
    "--seen-to",
    is_flag=True,
    help="Where it is known what became of it: what the list asks for was done in the console.",
)
@click.option(
    "--not-paid",
    is_flag=True,
    help="The console shows no payment of this order number, or one that was taken back.",
)
def resolve(
    attempt_id: str,
    transaction_id: str | None,
    account_id: str | None,
    unchecked: bool,
    seen_to: bool,
    not_paid: bool,
) -> None:
    """Tell what the gateway's console shows about a payment that waits. The session then goes on by itself."""
    if [not_paid, seen_to, bool(transaction_id), bool(account_id)].count(True) != 1:
        raise click.UsageError("Say one of --paid NUMBER, --account NUMBER, --not-paid and --seen-to.")
    now = clock.now()
    try:
        if transaction_id:
            resolve_as_paid(
                attempt_id=attempt_id, transaction_id=transaction_id, unchecked=unchecked, now=now
            )
        elif account_id:
            resolve_as_issued(attempt_id=attempt_id, transaction_id=account_id, now=now)
        elif seen_to:
            resolve_as_seen_to(attempt_id=attempt_id, unchecked=unchecked, now=now)
        else:
            resolve_as_unpaid(attempt_id=attempt_id, now=now)
    except GatewayError as error:
        raise click.ClickException(
            f"The gateway does not answer ({error.code}). Nothing has changed."
        ) from None
    except CannotResolve as error:
        raise click.ClickException(SENTENCES[type(error)]) from None
    click.echo("Done. `flask attempts held` shows what is left.")
