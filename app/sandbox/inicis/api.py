"""Inicis' server API: approval and net-cancel in each data centre, and INIAPI."""

from flask import Blueprint, Response, g, request

from app.sandbox import calls
from app.sandbox.inicis import approval, iniapi_v1, iniapi_v2, mobile_approval, net_cancel
from app.sandbox.inicis.exchange import GATEWAY, Call, serve
from app.sandbox.text import read_form

api = Blueprint("api", __name__)


@api.post("/<any(fc, ks, stg):idc>/api/payAuth", defaults={"call": approval.APPROVE})
@api.post("/<any(fc, ks, stg):idc>/api/netCancel", defaults={"call": net_cancel.NET_CANCEL})
@api.post("/<any(fc, ks, stg):idc>/smart/payReq.ini", defaults={"call": mobile_approval.APPROVE})
@api.post("/<any(fc, ks, stg):idc>/smart/payNetCancel.ini", defaults={"call": mobile_approval.NET_CANCEL})
def approve_or_take_back(idc: str, call: Call) -> Response:
    """Every data centre knows every payment."""
    return serve(call, read_form(request.get_data(), "utf-8"))


@api.post("/api/v1/refund")
def refund_v1() -> Response:
    return serve(iniapi_v1.REFUND, read_form(request.get_data(), "utf-8"))


@api.post("/api/v1/extra")
def inquire_v1() -> Response:
    return serve(iniapi_v1.INQUIRY, read_form(request.get_data(), "utf-8"))


@api.post("/v2/pg/refund", defaults={"path": "refund"})
@api.post("/v2/pg/partialRefund", defaults={"path": "partialRefund"})
@api.post("/v2/pg/refund/vacct", defaults={"path": "refund/vacct"})
@api.post("/v2/pg/partialRefund/vacct", defaults={"path": "partialRefund/vacct"})
def refund_v2(path: str) -> Response:
    return serve(iniapi_v2.refund_call(path), iniapi_v2.read_v2(request.get_data()))


@api.post("/v2/pg/inquiry")
def inquire_v2() -> Response:
    return serve(iniapi_v2.INQUIRY, iniapi_v2.read_v2(request.get_data()))


@api.route("/api/v1/<path:rest>", methods=["GET", "POST"])
@api.route("/v2/pg/<path:rest>", methods=["GET", "POST"])
def no_such_service(rest: str) -> Response:
    """A wrong path is answered with a text that names it (notes §3.5)."""
    return Response(f"Not Found: {request.base_url}", content_type="text/plain; charset=utf-8")


@api.after_request
def record(response: Response) -> Response:
    return calls.record_request(
        response, gateway=GATEWAY, merchant=g.get("inicis_mid"), fault=g.get("inicis_fault")
    )
