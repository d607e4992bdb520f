"""KCP's server API (notes §2)."""

from functools import partial

from flask import Blueprint, Response, g

from app.sandbox import calls
from app.sandbox.kcp import approval, cancel, inquiry, register
from app.sandbox.kcp.exchange import serve
from app.sandbox.kcp.webhook import GATEWAY
from app.sandbox.storage import public_url

api = Blueprint("api", __name__)


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
    return calls.record_request(
        response, gateway=GATEWAY, merchant=g.get("kcp_site"), fault=g.get("kcp_fault")
    )
