"""The sandbox's own pages: what it is and what happened in it."""

from flask import Blueprint, Response, jsonify, make_response, render_template

from app.sandbox import clock
from app.sandbox.kcp.payments import list_payments as list_kcp_payments
from app.sandbox.storage import public_url, storage
from app.sandbox.toss.payments import list_payments

pages = Blueprint("pages", __name__)

SHOWN = 100


@pages.get("/")
def overview() -> Response:
    with storage().transaction() as db:
        payments = list_payments(db)[:SHOWN]
        kcp_payments = list_kcp_payments(db)[:SHOWN]
        now = clock.korea_time(clock.now(db))
    page = render_template(
        "sandbox/overview.html",
        payments=payments,
        kcp_payments=kcp_payments,
        now=now,
        sdk_url=f"{public_url()}/toss/v2/standard",
        api_url=f"{public_url()}/toss",
        nts_url=f"{public_url()}/nts/api/nts-businessman/v1",
        kcp_url=f"{public_url()}/kcp",
        korea_time=clock.korea_time,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'"
    )
    return response


@pages.get("/healthz")
def health() -> Response:
    """200 when the database can be written."""
    with storage().transaction() as db:
        return jsonify(status="ok", now=clock.korea_time(clock.now(db)))
