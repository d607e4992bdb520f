"""The person at the gateways' consoles: looks for the payments that we cannot ask about, or that should have gone back,
and tells what is there."""

import threading
from datetime import timedelta

from flask import Flask

from app import clock
from app.chaos.http import NoAnswer, fetch
from app.chaos.simulators import Payment, simulators_at
from app.database import db, end_reading
from app.errors import GatewayError
from app.payments.held import (
    CannotResolve,
    held_attempts,
    resolve_as_issued,
    resolve_as_paid,
    resolve_as_seen_to,
    resolve_as_unpaid,
)
from app.payments.models import Attempt
from app.payments.people import is_unknown

LOOKS_EVERY_S = 2.0
# A person waits until what was sent to the gateway has surely been done there: longer than its slowest answer.
COMES_AFTER = timedelta(seconds=10)


class Operator(threading.Thread):
    """resolved: how many payments were found out in this way."""

    def __init__(self, app: Flask, sandbox: str) -> None:
        super().__init__(daemon=True)
        self._app, self._simulators = app, simulators_at(sandbox, fetch)
        self._over = threading.Event()
        self.resolved = 0

    def run(self) -> None:
        while not self._over.wait(LOOKS_EVERY_S):
            with self._app.app_context():
                try:
                    self._look()
                except NoAnswer:
                    continue
                finally:
                    db.session.remove()

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _look(self) -> None:
        due = [(one.id, one.gateway, is_unknown(one)) for one in held_attempts() if _is_due(one)]
        end_reading()
        for attempt_id, gateway, unknown in due:
            simulator = self._simulators[gateway]
            found = [one for one in simulator.payments(simulator.number_of(attempt_id)) if one.key]
            self._tell(attempt_id, found[0] if found else None, unknown)

    def _tell(self, attempt_id: str, payment: Payment | None, unknown: bool) -> None:
        """Money that is still there and should not be is left to be found by the accountant."""
        now = clock.now()
        try:
            if not unknown:
                if payment and not payment.went_back:
                    return
                resolve_as_seen_to(attempt_id=attempt_id, unchecked=True, now=now)
            elif payment is None or payment.key is None or payment.went_back:
                resolve_as_unpaid(attempt_id=attempt_id, now=now)
            elif payment.waits:
                resolve_as_issued(attempt_id=attempt_id, transaction_id=payment.key, now=now)
            else:
                is_account = bool(payment.account)  # of those KCP does not say whether money has come
                resolve_as_paid(
                    attempt_id=attempt_id, transaction_id=payment.key, unchecked=is_account, now=now
                )
            self.resolved += 1
        except (CannotResolve, GatewayError):
            return  # looked at again


def _is_due(attempt: Attempt) -> bool:
    asked_at = attempt.close_asked_at or attempt.confirmed_at
    return asked_at is not None and asked_at <= clock.now() - COMES_AFTER
