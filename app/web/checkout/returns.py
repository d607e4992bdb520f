"""The buyer comes back from a gateway: by a link, or by a form post from another site, perhaps inside its frame."""

from contextlib import suppress

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.domains.queries import served_for
from app.errors import GatewayError, NotFound
from app.payments.attempts import close_attempt, take_return
from app.payments.models import Attempt
from app.payments.outcomes import gateway_of
from app.payments.queries import attempt_by_id
from app.web.checkout.returned import returned_fields
from app.web.checkout.views import blueprint, session_at
from app.web.checkout.way_back import take_way
from app.web.security import may_be_framed


@blueprint.route("/return/<attempt:attempt_id>/<any(approved, failed):outcome>", methods=["GET", "POST"])
@blueprint.route(
    "/return/<attempt:attempt_id>/<way:way>/<any(approved, failed):outcome>", methods=["GET", "POST"]
)
def come_back(attempt_id: str, outcome: str, way: str = "") -> AnyResponse | str:
    """Serves every state. From the gateway, perhaps in another browser, perhaps twice: no cookie, no token."""
    attempt = _attempt(attempt_id)
    at_domain = take_way(way)
    session = session_at(attempt.session_id)
    session_id, shop_id = session.id, session.shop_id
    fields = returned_fields(request)
    take_return(attempt_id=attempt_id, outcome=outcome, fields=fields, now=clock.now())
    onward = _page_of_session(session_id, shop_id, at_domain=at_domain)
    return redirect(onward, 303) if request.method == "GET" else _out_of_frame(onward)


@blueprint.route("/return/<attempt:attempt_id>/closed", methods=["GET", "POST"])
@blueprint.route("/return/<attempt:attempt_id>/<way:way>/closed", methods=["GET", "POST"])
def closed(attempt_id: str, way: str = "") -> AnyResponse | str:
    """Serves every state. The gateway's window opens this page when the buyer closes it; the gateway's own script on it
    takes the window away. Nothing was confirmed, so anybody may say so."""
    attempt = _attempt(attempt_id)
    at_domain = take_way(way)
    session = session_at(attempt.session_id)
    script_url = gateway_of(attempt).close_script_url
    with suppress(GatewayError):  # an account that was issued stays as it is
        close_attempt(attempt_id=attempt_id, now=clock.now())
    onward = _page_of_session(session.id, session.shop_id, at_domain=at_domain)
    if script_url is None:
        return redirect(onward, 303)
    may_be_framed()
    g.csp_hosts = {"script-src": [script_url]}
    return render_template("checkout/closed.html", script_url=script_url, onward=onward)


def _attempt(attempt_id: str) -> Attempt:
    attempt = attempt_by_id(attempt_id)
    if attempt is None:
        raise NotFound()
    return attempt


def _out_of_frame(onward: str) -> str:
    """Some gateways post into the frame that their window is: whether that is so, only the browser knows."""
    may_be_framed()
    return render_template("checkout/onward.html", onward=onward)


def _page_of_session(session_id: str, shop_id: str, *, at_domain: bool) -> str:
    """At the shop's own domain where the buyer came from there, unless that is out of order by now."""
    path = url_for("checkout.show", session_id=session_id)
    served = served_for(shop_id) if at_domain else None
    return f"https://{served.name}{path}" if served and served.healthy else path
