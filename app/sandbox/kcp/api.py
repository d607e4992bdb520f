"""KCP's server API (notes §2)."""

from functools import partial

from flask import Blueprint, Response, g, request

from app.sandbox import calls
from app.sandbox.calls import Call
from app.sandbox.faults import FaultKind
from app.sandbox.kcp import approval, cancel, inquiry, register
from app.sandbox.kcp.exchange import serve
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.storage import public_url, storage

api = Blueprint("api", __name__)

_BREAKS_CONNECTION = (FaultKind.ANSWER_LOST, FaultKind.REQUEST_LOST)


@api.post("/std/tradeReg/register", defaults={"with_certificate": True})
@api.post("/trade/register.do", defaults={"with_certificate": False})
def register_trade(with_certificate: bool) -> Response:
    pay_url = f"{public_url()}/kcp/pay/mobileGW.kcp"
    operation = partial(register.register, pay_url=pay_url, with_certificate=with_certificate)
    return serve("register", operation, refuse=register.refused)


@api.post("/gw/enc/v1/payment")
def approve_payment() -> Response:
    return serve("approve", approval.approve, scripted_fault=approval.scripted_fault)


@api.post("/gw/mod/v1/cancel")
def cancel_payment() -> Response:
    return serve("cancel", cancel.cancel)


@api.post("/std/inquery")
def inquire() -> Response:
    return serve("inquiry", inquiry.inquire)


@api.after_request
def record(response: Response) -> Response:
    fault: str | None = g.get("kcp_fault")
    call = Call(
        gateway=GATEWAY,
        method=request.method,
        path=request.path,
        merchant=g.get("kcp_site"),
        authorization=None,
        idempotency_key=None,
        status=None if fault in _BREAKS_CONNECTION else response.status_code,
        fault=fault,
    )
    with storage().transaction() as db:
        calls.record(db, call)
    return response
