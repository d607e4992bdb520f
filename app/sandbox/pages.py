"""The sandbox's own pages: what it is and what happened in it."""

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template

from app.sandbox import clock
from app.sandbox.controls import read_body
from app.sandbox.inicis.payments import list_payments as list_inicis_payments
from app.sandbox.kcp.payments import list_payments as list_kcp_payments
from app.sandbox.passing import pass_time
from app.sandbox.storage import public_url, storage
from app.sandbox.toss.payments import list_payments

pages = Blueprint("pages", __name__)

SHOWN = 100


@pages.get("/")
def overview() -> Response:
    with storage().transaction() as db:
        payments = list_payments(db)[:SHOWN]
        kcp_payments = list_kcp_payments(db)[:SHOWN]
        inicis_payments = list_inicis_payments(db)[:SHOWN]
        now = clock.korea_time(clock.now(db))
    page = render_template(
        "sandbox/overview.html",
        payments=payments,
        kcp_payments=kcp_payments,
        inicis_payments=inicis_payments,
        now=now,
        sdk_url=f"{public_url()}/toss/v2/standard",
        api_url=f"{public_url()}/toss",
        nts_url=f"{public_url()}/nts/api/nts-businessman/v1",
        kcp_url=f"{public_url()}/kcp",
        inicis_url=f"{public_url()}/inicis",
        korea_time=clock.korea_time,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    )
    return response


@pages.post("/sim/pass-time")
def let_time_pass() -> Response | tuple[Response, int]:
    """JSON `{gateway, merchant, seconds}`: all that this merchant has there becomes so much older."""
    ages = current_app.extensions["sandbox_ages"]
    try:
        body = read_body()
        gateway, merchant = str(body.get("gateway")), str(body.get("merchant"))
        seconds = float(body.get("seconds", 0))
        with storage().transaction() as db:
            pass_time(db, gateway=gateway, merchant=merchant, seconds=seconds, ages=ages)
    except (ValueError, TypeError) as error:
        return jsonify(error=str(error)), 400
    return jsonify(gateway=gateway, merchant=merchant, seconds=seconds)


@pages.get("/healthz")
def health() -> Response:
    """200 when the database can be written."""
    with storage().transaction() as db:
        return jsonify(status="ok", now=clock.korea_time(clock.now(db)))
