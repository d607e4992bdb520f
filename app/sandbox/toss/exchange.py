"""One call to the server API, from authorization to the bytes on the wire (protocol notes §2.1, §6, §9.2).

Order of checks: outage, authorization, test code, idempotency, then the operation. The work and its stored
answer are committed together, before a fault may spoil the delivery.
"""

import sqlite3
import time
from collections.abc import Callable

from flask import Response, g, request

from app.sandbox import faults, wire
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.storage import storage
from app.sandbox.toss import idempotency
from app.sandbox.toss.answers import Answer, error_answer
from app.sandbox.toss.errors import API_ERRORS, TossError
from app.sandbox.toss.idempotency import Slot
from app.sandbox.toss.keys import Account, authenticate

GATEWAY = "toss"

# Does the work inside the transaction. Raises TossError for a refusal that changes nothing; a refusal that
# changes the payment is a returned Answer.
Operation = Callable[[sqlite3.Connection, Account], Answer]
# The fault the buyer chose in the pay window for this very call, used up by asking.
ScriptedFault = Callable[[sqlite3.Connection, Account], Fault | None]


def serve(target: str, operation: Operation, scripted_fault: ScriptedFault | None = None) -> Response:
    """Answer the current request. `target`: confirm, cancel or lookup, the name faults are armed under."""
    with storage().transaction() as db:
        if faults.in_outage(db, gateway=GATEWAY, target=target):
            g.toss_fault = FaultKind.OUTAGE.value
            return wire.outage()
    try:
        account = authenticate(request.headers.get("Authorization"))
        g.toss_account = account
        _force_test_code()
        return _exchange(target, account, operation, scripted_fault)
    except TossError as error:
        return Answer(error.status, error.body).response()


def _force_test_code() -> None:
    """`TossPayments-Test-Code`: raise exactly that error, whatever the request asks for."""
    code = request.headers.get("TossPayments-Test-Code")
    if code:
        raise TossError(code if code in API_ERRORS else "INVALID_TEST_CODE")


def _exchange(
    target: str, account: Account, operation: Operation, scripted_fault: ScriptedFault | None
) -> Response:
    key = request.headers.get("Idempotency-Key")
    slot = idempotency.slot_for(account, method=request.method, path=request.path, key=key)
    with storage().transaction() as db:
        stored = idempotency.stored_answer(db, slot)
        fault = faults.take_armed(db, gateway=GATEWAY, target=target)
        if fault is None and stored is None and scripted_fault is not None:
            fault = scripted_fault(db, account)
        kind = fault.kind if fault else None
        if stored is None and kind is not FaultKind.REQUEST_LOST:
            idempotency.claim(db, slot)
    g.toss_fault = kind.value if kind else None
    if kind is FaultKind.REQUEST_LOST:
        return wire.broken_connection()
    if fault is not None and kind is FaultKind.SLOW:
        time.sleep(fault.delay_s)  # before the work: a lookup meanwhile still finds the payment unapproved
    return _deliver(kind, stored or _work(slot, account, kind, operation))


def _work(slot: Slot | None, account: Account, kind: FaultKind | None, operation: Operation) -> Answer:
    """Do the work and keep its answer, in one transaction."""
    try:
        with storage().transaction() as db:
            answer = _answer(db, account, kind, operation)
            idempotency.keep_answer(db, slot, answer)
            return answer
    except Exception:
        with storage().transaction() as db:
            idempotency.release(db, slot)
        raise


def _answer(db: sqlite3.Connection, account: Account, kind: FaultKind | None, operation: Operation) -> Answer:
    # A 500 is an answer of the application, so it is kept for repeats of the key like any other.
    if kind is FaultKind.ERROR_500_BEFORE:
        return error_answer("FAILED_INTERNAL_SYSTEM_PROCESSING")
    try:
        answer = operation(db, account)
    except TossError as error:
        answer = Answer(error.status, error.body)
    if kind is FaultKind.ERROR_500_AFTER:
        return error_answer("FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING")
    return answer


def _deliver(kind: FaultKind | None, answer: Answer) -> Response:
    if kind is FaultKind.ANSWER_LOST:
        return wire.broken_connection()
    if kind is FaultKind.GARBLED:
        return wire.garbled(answer.encoded())
    return answer.response()
