"""The buyer's pages: pay, wait, result. Every view takes the session from its address and nothing from a cookie."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.coupons.rules import CouponRefused
from app.errors import Conflict, NotFound
from app.gateways.base import ScriptLaunch
from app.payments.attempts import (
    close_attempt,
    launch_of,
    methods_offered,
    refuse_launch,
    start_attempt,
    take_return,
)
from app.payments.models import CheckoutSession
from app.payments.queries import attempt_by_id, session_with_shop_and_attempt
from app.payments.session_coupons import drop_coupon
from app.payments.sessions import PaymentInProgress, cancel_session, mark_opened
from app.payments.states import AttemptState
from app.services import services
from app.web.checkout.forms import PageForm, PayForm
from app.web.checkout.pages import (
    page_of,
    render_pay,
    render_state,
    speak_language_of,
    urls_of,
)

blueprint = Blueprint("checkout", __name__)
CLOSED_BY_BUYER = "USER_CANCEL"


@blueprint.get("/<session:session_id>", endpoint="show_short")
@blueprint.get("/checkout/<session:session_id>")
def show(session_id: str) -> str:
    """Serves every state."""
    session = _session(session_id)
    attempt = g.attempt
    page = page_of(session, attempt, now=clock.now())
    if page == "pay" or (page == "failed" and "again" in request.args):
        answer = render_pay(session, g.shop, None, _notice(session, attempt))
        _note_visit(session)
        return answer
    return render_state(session, g.shop, attempt, page)


@blueprint.get("/checkout/<session:session_id>/status")
def status(session_id: str) -> Response:
    """Serves every state: 204 while the page that asks is still the right one, else a call to load anew."""
    session = _session(session_id)
    page = page_of(session, g.attempt, now=clock.now())
    seen = request.args.get("seen", "")
    still_right = page == seen or (page == "failed" and seen == "pay")
    return Response(status=204 if still_right else 200, headers={} if still_right else {"HX-Refresh": "true"})


@blueprint.post("/checkout/<session:session_id>/attempts")
def start(session_id: str) -> AnyResponse | tuple[str, int]:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    session = _session(session_id)
    if page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return _to_session(session_id)
    form = PayForm(session=session, methods=methods_offered(session))
    if not form.validate():
        return render_pay(session, g.shop, form, _stale_notice(form)), 422
    try:
        attempt_id = start_attempt(
            session_id=session_id, method=form.chosen_method, buyer=form.buyer, now=clock.now()
        )
    except CouponRefused:
        return _without_coupon(session_id)
    except Conflict:
        return _to_session(session_id)
    if attempt_id is None:
        return _to_session(session_id)
    return redirect(url_for("checkout.launch", session_id=session_id, attempt_id=attempt_id), 303)


def _without_coupon(session_id: str) -> AnyResponse | tuple[str, int]:
    """The coupon is not to be had any more. The buyer sees what is due without it before paying anything, and what was
    typed stays."""
    drop_coupon(session_id=session_id, now=clock.now())
    session = _session(session_id)
    if session.coupon or page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return _to_session(session_id)
    form = PayForm(session=session, methods=methods_offered(session))
    text = _("The coupon can no longer be used. Please check the new amount.")
    return render_pay(session, g.shop, form, {"kind": "warning", "text": text}), 409


@blueprint.get("/checkout/<session:session_id>/attempts/<attempt:attempt_id>")
def launch(session_id: str, attempt_id: str) -> AnyResponse | str:
    """Serves processing before the confirm; any other state shows its own page."""
    session = _session(session_id)
    if not _is_of(attempt_id, session):
        return _to_session(session_id)
    base = f"{services().settings.checkout_url}/return/{attempt_id}"
    try:
        how = launch_of(attempt_id=attempt_id, return_base=base)
    except Conflict:
        return _to_session(session_id)
    g.csp_hosts = how.hosts
    g.opens_windows = True
    return _render_launch(session, how, attempt_id)


@blueprint.post("/checkout/<session:session_id>/attempts/<attempt:attempt_id>/close")
def close(session_id: str, attempt_id: str) -> AnyResponse:
    """Serves processing before the confirm: the gateway's window was closed, or would not open."""
    session = _session(session_id)
    code = request.form.get("code", "")[:80]
    if not _is_of(attempt_id, session) or not PageForm(page=session_id).validate():
        return _to_session(session_id)
    if code in ("", CLOSED_BY_BUYER):
        close_attempt(attempt_id=attempt_id, now=clock.now())
    else:
        refuse_launch(attempt_id=attempt_id, gateway_code=code, now=clock.now())
    return _to_session(session_id)


@blueprint.post("/checkout/<session:session_id>/cancel")
def cancel(session_id: str) -> AnyResponse:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    _session(session_id)
    if PageForm(page=session_id).validate():
        try:
            cancel_session(session_id=session_id, now=clock.now())
        except (Conflict, PaymentInProgress):
            return _to_session(session_id)
    return _to_session(session_id)


@blueprint.route("/return/<attempt:attempt_id>/<any(approved, failed):outcome>", methods=["GET", "POST"])
def come_back(attempt_id: str, outcome: str) -> AnyResponse:
    """Serves every state. From the gateway, perhaps in another browser, perhaps twice: no cookie, no token."""
    attempt = attempt_by_id(attempt_id)
    if attempt is None:
        raise NotFound()
    session_id = attempt.session_id
    fields = {**request.args.to_dict(), **request.form.to_dict()}
    take_return(attempt_id=attempt_id, outcome=outcome, fields=fields, now=clock.now())
    return _to_session(session_id)


def _session(session_id: str) -> CheckoutSession:
    """Also sets g.shop, and g.attempt: the one that decides which page is shown, or None."""
    found = session_with_shop_and_attempt(session_id)
    if found is None:
        raise NotFound("invalid_session")
    session, g.shop, g.attempt = found
    speak_language_of(session, g.shop)
    return session


def _note_visit(session: CheckoutSession) -> None:
    """A browser that only fetches ahead has not shown the page to anybody."""
    fetches_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if session.opened_at is None and request.method == "GET" and not fetches_ahead:
        mark_opened(session_id=session.id, now=clock.now())


def _is_of(attempt_id: str, session: CheckoutSession) -> bool:
    attempt = attempt_by_id(attempt_id)
    return attempt is not None and attempt.session_id == session.id


def _to_session(session_id: str) -> AnyResponse:
    return redirect(url_for("checkout.show", session_id=session_id), 303)


def _render_launch(session: CheckoutSession, how: ScriptLaunch, attempt_id: str) -> str:
    urls = {
        **urls_of(session, "pay"),
        "close": url_for("checkout.close", session_id=session.id, attempt_id=attempt_id),
        "back": url_for("checkout.show", session_id=session.id),
    }
    form = PageForm(page=session.id, formdata=None)
    return render_template(
        "checkout/launch.html", launch=how, session=session, shop=g.shop, urls=urls, form=form
    )


def _notice(session: CheckoutSession, attempt: Any) -> dict[str, str] | None:
    """Why the buyer sees the pay page again."""
    if attempt is None:
        return None
    if attempt.state == AttemptState.LAUNCHED:
        return {"kind": "info", "text": _("Payment is running in another window")}
    if attempt.state == AttemptState.ABANDONED and session.state == "pending":
        return {"kind": "info", "text": _("You cancelled. You can pay another way.")}
    return None


def _stale_notice(form: PayForm) -> dict[str, str] | None:
    if "csrf_token" in form.errors:
        return {
            "kind": "warning",
            "text": _("This page was open for too long. Please press the button again."),
        }
    return None
