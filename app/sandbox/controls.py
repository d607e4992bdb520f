"""What the control endpoints of every simulated gateway have in common."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox import calls, clock, faults, magic, notices
from app.sandbox.faults import DEFAULT_DELAY_S, Fault, FaultKind
from app.sandbox.storage import storage
from app.sandbox.switches import Switchboard

Targets = Mapping[str, Collection[FaultKind]]

# What can happen to a call to the server API.
CALL_KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.TWICE)

# What can happen to a notice on its way.
NOTICE_KINDS = (
    FaultKind.TWICE,
    FaultKind.SLOW,
    FaultKind.REQUEST_LOST,
    FaultKind.ANSWER_LOST,
    FaultKind.GARBLED,
    FaultKind.WRONG_CHARSET,
    FaultKind.OUTAGE,
)


def add_usual(
    sim: Blueprint,
    gateway: str,
    *,
    kinds_of: Targets,
    argument: str,
    switches: Switchboard,
    table: magic.Table,
) -> None:
    """All that this file has, for a gateway with notices, switches and magic numbers."""
    add_calls(sim, gateway)
    add_notices(sim, gateway, argument=argument)
    add_faults(sim, gateway, kinds_of)
    add_clock(sim)
    add_switches(sim, switches)
    add_magic(sim, table)
    add_refusal(sim)


def add_calls(sim: Blueprint, gateway: str) -> None:
    @sim.get("/calls")
    def recent_calls() -> Response:
        """`?limit=` asks for other than a hundred."""
        limit = request.args.get("limit", 100, int)
        with storage().transaction() as db:
            return jsonify(calls.recent(db, gateway=gateway, limit=min(max(limit, 1), calls.KEEP)))


def add_notices(sim: Blueprint, gateway: str, *, argument: str) -> None:
    """argument: what the gateway calls a transaction; with it the list is of that one alone."""

    @sim.get("/notices")
    def recent_notices() -> Response:
        with storage().transaction() as db:
            return jsonify(notices.recent(db, gateway=gateway, subject=request.args.get(argument)))


def add_faults(sim: Blueprint, gateway: str, kinds_of: Targets) -> None:
    """kinds_of: by target, what can be armed for it."""

    @sim.post("/faults")
    def arm() -> Response:
        """JSON `{target, fault, times, delay_s?}`; times 0 disarms the target."""
        return _arm_fault(gateway, kinds_of)


def add_clock(sim: Blueprint) -> None:
    @sim.post("/advance-clock")
    def advance_clock() -> Response:
        """JSON `{seconds}`. Due dates, planned deposits and repeated notices follow."""
        seconds = float(read_body().get("seconds", -1))
        with storage().transaction() as db:
            return jsonify(now=clock.korea_time(clock.advance(db, seconds)))


def add_switches(sim: Blueprint, switches: Switchboard) -> None:
    @sim.get("/switches")
    def show_switches() -> Response:
        with storage().transaction() as db:
            return jsonify(switches.listed(db))

    @sim.post("/switches")
    def change_switches() -> Response:
        """JSON `{name: value, …}`: all of them or none."""
        wanted = read_body()
        with storage().transaction() as db:
            switches.change(db, wanted)
            return jsonify({name: switches.read(db, name) for name in wanted})


def add_magic(sim: Blueprint, table: magic.Table) -> None:
    @sim.get("/magic")
    def magic_numbers() -> Response:
        return jsonify(magic.listed(table))


def add_refusal(sim: Blueprint) -> None:
    """What makes no sense is answered with 400 and a sentence."""

    @sim.errorhandler(ValueError)
    @sim.errorhandler(TypeError)
    def refuse(error: ValueError | TypeError) -> tuple[Response, int]:
        return jsonify(code="INVALID_SIM_REQUEST", message=str(error)), 400


def read_body() -> dict[str, Any]:
    """The posted JSON object. ValueError when it is none."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError("a JSON object is expected")
    return body


def _arm_fault(gateway: str, kinds_of: Targets) -> Response:
    """Carry out the posted JSON. ValueError for what is none of kinds_of."""
    body = read_body()
    target, times = body.get("target", faults.ALL_TARGETS), body.get("times", 1)
    if target not in kinds_of:
        raise ValueError(f"target must be one of {', '.join(kinds_of)}")
    if not isinstance(times, int) or isinstance(times, bool) or times < 0:
        raise ValueError("times must be a whole number, 0 or more")
    fault = Fault(FaultKind(body.get("fault", "")), float(body.get("delay_s", DEFAULT_DELAY_S)))
    if fault.kind not in kinds_of[target]:
        raise ValueError(f"fault of {target} must be one of {', '.join(kinds_of[target])}")
    with storage().transaction() as db:
        faults.arm(db, gateway=gateway, target=target, fault=fault, times=times)
    return jsonify(target=target, fault=fault.kind.value, times=times, delay_s=fault.delay_s)
