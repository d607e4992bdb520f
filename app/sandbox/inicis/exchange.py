"""One call to the server API, from the bytes that come to the bytes that go.

The work is committed before a fault may spoil the delivery of its answer.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Response, g

from app.sandbox import faults, wire
from app.sandbox.background import background, wait_for_notice
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.inicis.answer import Answer
from app.sandbox.inicis.results import InicisRefusal
from app.sandbox.storage import storage

GATEWAY = "inicis"

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """What the calls of one kind have in common. target: approve, net_cancel, refund or inquiry.

    work: inside the transaction; raises InicisRefusal for a refusal that changes nothing.
    refuse: how a refusal looks. scripted_fault: chosen in the window for this very call, used up by asking.
    """

    target: str
    work: Callable[[sqlite3.Connection, Fields], Answer]
    refuse: Callable[[sqlite3.Connection, Fields, InicisRefusal], Answer]
    scripted_fault: Callable[[sqlite3.Connection, Fields], Fault | None] = lambda _db, _fields: None


def serve(call: Call, fields: Fields) -> Response:
    """Answer the current request. fields: what was posted, of which `mid` or `P_MID` is written down."""
    g.inicis_mid = (fields.get("mid") or fields.get("P_MID") or "")[:20] or None
    fault = _take_fault(call, fields)
    kind = fault.kind if fault else None
    g.inicis_fault = kind.value if kind else None
    if (spoiled := wire.before_work(fault)) is not None:
        return spoiled
    if kind is FaultKind.SYSTEM_ERROR_BEFORE:
        return _refused(call, fields, InicisRefusal("SIM9")).response()
    return _deliver(call, fields, kind, _work(call, fields))


def _take_fault(call: Call, fields: Fields) -> Fault | None:
    with storage().transaction() as db:
        armed = faults.take_for_call(db, gateway=GATEWAY, target=call.target)
        return armed or call.scripted_fault(db, fields)


def _work(call: Call, fields: Fields) -> Answer:
    try:
        with storage().transaction() as db:
            answer = call.work(db, fields)
    except InicisRefusal as refusal:
        return _refused(call, fields, refusal)
    background().wake()
    if answer.after_notice is not None:
        wait_for_notice(answer.after_notice)
    return answer


def _refused(call: Call, fields: Fields, refusal: InicisRefusal) -> Answer:
    with storage().transaction() as db:
        return call.refuse(db, fields, refusal)


def _deliver(call: Call, fields: Fields, kind: FaultKind | None, answer: Answer) -> Response:
    if (spoiled := wire.after_work(kind, answer.encoded())) is not None:
        return spoiled
    if kind is FaultKind.SYSTEM_ERROR_AFTER:
        return _refused(call, fields, InicisRefusal("SIM9")).response()
    if kind is FaultKind.WRONG_CHARSET:
        return answer.in_wrong_charset()
    return answer.response()
