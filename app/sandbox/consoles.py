"""What the deposit consoles (입금 콘솔) of every simulated gateway have in common."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, redirect, request, url_for

from app.sandbox import clock, notices
from app.sandbox.deposits import REMITTER
from app.sandbox.storage import storage

Account = TypeVar("Account")

SHOWN = 50
NOTICE_STATES = {
    notices.WAITING: "보내는 중",
    notices.ACKNOWLEDGED: "확인됨",
    notices.GAVE_UP: "포기",
    notices.UNREGISTERED: "등록된 주소 없음",
}


def usual_values(db: sqlite3.Connection, gateway: str) -> dict[str, object]:
    """What the page of every console is given: its notices, the time, and what went wrong with the last action."""
    return {
        "notices": notices.recent(db, gateway=gateway, limit=SHOWN),
        "now": clock.korea_time(clock.now(db))[:19].replace("T", " "),
        "due_of": due_of,
        "notice_states": NOTICE_STATES,
        "remitter": REMITTER,
        "problem": request.args.get("problem", "")[:200],
    }


def add_bank(
    console: Blueprint,
    gateway: str,
    *,
    argument: str,
    find_account: Callable[[sqlite3.Connection, str], Account],
    deposit: Callable[..., object],
    reverse: Callable[[sqlite3.Connection, Account], object],
) -> None:
    """The forms that pay into an account and take the latest deposit back. argument: the field that names it."""

    def named(db: sqlite3.Connection) -> Account:
        return find_account(db, request.form.get(argument, ""))

    @console.post("/console/deposits", endpoint="deposit")
    def pay_in() -> Response:
        """Form `amount`, `remitter`, `force`."""
        form = request.form

        def transfer(db: sqlite3.Connection) -> None:
            account = named(db)
            amount, remitter = int(form.get("amount", "").replace(",", "")), form.get("remitter", REMITTER)
            deposit(db, account, amount=amount, remitter=remitter[:30], force="force" in form)

        return act(gateway, transfer)

    @console.post("/console/reversals", endpoint="reverse")
    def take_back() -> Response:
        return act(gateway, lambda db: reverse(db, named(db)))


def act(gateway: str, action: Callable[[sqlite3.Connection], object]) -> Response:
    """Do it and show the console again, with the sentence of a ValueError."""
    problem = None
    try:
        with storage().transaction() as db:
            action(db)
    except ValueError as error:
        problem = str(error)
    address = url_for(f"{gateway}.console.show_console", problem=problem)
    return redirect(address, code=303, Response=Response)  # type: ignore[return-value]  # werkzeug's wider type


def due_of(due_at: float | None) -> str:
    """Until when an account takes money, for people; "" for a payment that is none."""
    return "" if due_at is None else clock.korea_time(due_at)[:16].replace("T", " ")
