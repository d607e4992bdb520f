"""One call to the server API, from the bytes that come to the bytes that go (notes §2.1, §9.4).

The work is committed before a fault may spoil the delivery of its answer.
"""

import sqlite3
from collections.abc import Callable

from flask import Response, g, request

from app.sandbox import faults, wire
from app.sandbox.background import background, wait_for_notice
from app.sandbox.faults import Fault, FaultKind
from app.sandbox.kcp import switches
from app.sandbox.kcp.answer import Answer
from app.sandbox.kcp.body import Body
from app.sandbox.kcp.results import KcpRefusal
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.storage import storage

# Does the work inside the transaction. Raises KcpRefusal for a refusal that changes nothing.
Operation = Callable[[sqlite3.Connection, Body], Answer]
# The fault that the tester chose in the window for this very call, used up by asking.
ScriptedFault = Callable[[sqlite3.Connection, Body], Fault | None]
# How a refusal looks; the registration of phone payments names its fields otherwise.
Refuse = Callable[[KcpRefusal], dict[str, str]]


def serve(
    target: str,
    operation: Operation,
    *,
    scripted_fault: ScriptedFault | None = None,
    refuse: Refuse = lambda refusal: refusal.body,
) -> Response:
    """Answer the current request. target: register, approve, cancel or inquiry, as faults are armed under."""
    body: Body = request.get_json(force=True, silent=True)
    _note_site(body)
    fault = _take_fault(target, body, scripted_fault)
    kind = fault.kind if fault else None
    g.kcp_fault = kind.value if kind else None
    if (spoiled := wire.before_work(fault)) is not None:
        return spoiled
    if kind is FaultKind.SYSTEM_ERROR_BEFORE:
        return Answer(refuse(KcpRefusal("9999"))).response()
    return _deliver(kind, _work(body, operation, refuse), refuse)


def _note_site(body: Body) -> None:
    site_cd = body.get("site_cd") if isinstance(body, dict) else None
    g.kcp_site = site_cd[:20] if isinstance(site_cd, str) else None


def _take_fault(target: str, body: Body, scripted_fault: ScriptedFault | None) -> Fault | None:
    with storage().transaction() as db:
        fault = faults.take_for_call(db, gateway=GATEWAY, target=target)
        if fault is None and scripted_fault is not None:
            fault = scripted_fault(db, body)
        return fault


def _work(body: Body, operation: Operation, refuse: Refuse) -> Answer:
    try:
        with storage().transaction() as db:
            answer = operation(db, body)
    except KcpRefusal as refusal:
        answer = Answer(refuse(refusal))
    background().wake()
    if answer.after_notice is not None:
        wait_for_notice(answer.after_notice)
    if answer.is_success:
        return answer
    with storage().transaction() as db:
        return Answer(answer.fields, status=int(switches.read(db, "error_status")))


def _deliver(kind: FaultKind | None, answer: Answer, refuse: Refuse) -> Response:
    if (spoiled := wire.after_work(kind, answer.encoded())) is not None:
        return spoiled
    if kind is FaultKind.SYSTEM_ERROR_AFTER:
        return Answer(refuse(KcpRefusal("9999"))).response()
    if kind is FaultKind.WRONG_CHARSET:
        return Response(
            answer.encoded("cp949"), status=answer.status, content_type="application/json; charset=utf-8"
        )
    return answer.response()
