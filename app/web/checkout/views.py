"""The buyer's pages: pay, wait, result. Every view takes the session from its address and nothing from a cookie."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.coupons.rules import CouponRefused
from app.errors import Conflict, GatewayError, NotFound
from app.payments.attempts import (
    close_attempt,
    start_attempt,
)
from app.payments.gateway_choice import MethodNotAvailable
from app.payments.launches import Addresses, launch_elsewhere, launch_of, refuse_launch
from app.payments.models import CheckoutSession
from app.payments.queries import attempt_by_id, session_with_shop_and_attempt
from app.payments.session_coupons import drop_coupon
from app.payments.sessions import PaymentInProgress, cancel_session, mark_opened
from app.payments.states import AttemptState
from app.services import services
from app.web.checkout.coupon import tell, try_coupon
from app.web.checkout.forms import PageForm, PayForm
from app.web.checkout.pages import (
    DEPOSIT,
    page_of,
    pay_form,
    render_launch,
    render_pay,
    render_state,
    speak_language_of,
)
from app.web.checkout.pictures import picture_origins
from app.web.checkout.returned import browser_app_of, device_of
from app.web.checkout.way_back import return_base
from app.web.hosts import domain_called
from app.webhooks.queries import has_been_told

blueprint = Blueprint("checkout", __name__)
CLOSED_BY_BUYER = "USER_CANCEL"


@blueprint.get("/<session:session_id>", endpoint="show_short")
@blueprint.get("/checkout/<session:session_id>")
def show(session_id: str) -> str:
    """Serves every state."""
    session = session_at(session_id)
    attempt = g.attempt
    page = page_of(session, attempt, now=clock.now())
    if page == "pay" or (page == "failed" and "again" in request.args):
        answer = render_pay(session, g.shop, None, _notice(session, attempt), last=attempt)
        _note_visit(session)
        return answer
    taken_back = page == DEPOSIT and has_been_told(session.id, "payment.deposit_reversed")
    return render_state(session, g.shop, attempt, page, taken_back=taken_back)


@blueprint.get("/checkout/<session:session_id>/status")
def status(session_id: str) -> Response:
    """Serves every state: 204 while the page that asks is still the right one, else a call to load anew."""
    session = session_at(session_id)
    page = page_of(session, g.attempt, now=clock.now())
    seen = request.args.get("seen", "")
    still_right = page == seen or (page == "failed" and seen == "pay")
    return Response(status=204 if still_right else 200, headers={} if still_right else {"HX-Refresh": "true"})


@blueprint.post("/checkout/<session:session_id>/attempts")
def start(session_id: str) -> AnyResponse | tuple[str, int]:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    session = session_at(session_id)
    if page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return to_session(session_id)
    form = pay_form(session)
    if not form.validate():
        return render_pay(session, g.shop, form, _stale_notice(form)), 422
    if form.new_code:
        return _with_coupon(session_id, form.new_code)
    if form.saw_another_total:
        text = _("The amount changed. Please check and pay again.")
        return render_pay(session, g.shop, form, {"kind": "warning", "text": text}), 409
    try:
        return _to_gateway(session_id, form)
    except CouponRefused:
        return _without_coupon(session_id)
    except MethodNotAvailable:
        text = _("This method is unavailable now. Choose another.")
        return render_pay(session, g.shop, form, {"kind": "warning", "text": text}), 409
    except Conflict:
        return to_session(session_id)


def _to_gateway(session_id: str, form: PayForm) -> AnyResponse:
    attempt_id = start_attempt(
        session_id=session_id,
        method=form.chosen_method,
        buyer=form.buyer,
        choice=form.choice,
        now=clock.now(),
    )
    if attempt_id is None:
        return to_session(session_id)
    return redirect(url_for("checkout.launch", session_id=session_id, attempt_id=attempt_id), 303)


def _with_coupon(session_id: str, code: str) -> AnyResponse | tuple[str, int]:
    """A code was typed, but never applied: the buyer sees what is due with it, or why not, before paying anything."""
    news = try_coupon(session_id, code)
    session = session_at(session_id)
    if page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return to_session(session_id)
    form = pay_form(session)
    tell(form, news)
    notice = None if news.is_refusal else {"kind": "info", "text": news.text}
    return render_pay(session, g.shop, form, notice), news.status if news.is_refusal else 409


def _without_coupon(session_id: str) -> AnyResponse | tuple[str, int]:
    """The coupon is not to be had any more. The buyer sees what is due without it before paying anything, and what was
    typed stays."""
    drop_coupon(session_id=session_id, now=clock.now())
    session = session_at(session_id)
    if session.coupon or page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return to_session(session_id)
    form = pay_form(session)
    text = _("The coupon can no longer be used. Please check the new amount.")
    return render_pay(session, g.shop, form, {"kind": "warning", "text": text}), 409


@blueprint.get("/checkout/<session:session_id>/attempts/<attempt:attempt_id>")
def launch(session_id: str, attempt_id: str) -> AnyResponse | str:
    """Serves processing before the confirm; any other state shows its own page."""
    session = session_at(session_id)
    if not _is_of(attempt_id, session):
        return to_session(session_id)
    addresses = Addresses(
        returns=return_base(
            services().settings.checkout_url, attempt_id, at_domain=domain_called() is not None
        ),
        notices=f"{services().settings.checkout_url}/notifications",
        closed=url_for("checkout.closed", attempt_id=attempt_id, _external=True),
    )
    device, app = device_of(request), browser_app_of(request)
    try:
        how = launch_of(
            attempt_id=attempt_id, addresses=addresses, device=device, browser_app=app, now=clock.now()
        )
    except Conflict:
        return to_session(session_id)
    except GatewayError as error:
        return _to_another_gateway(session_id, attempt_id, error)
    pictures = g.csp_hosts["img-src"]
    g.csp_hosts = {**how.hosts, "img-src": [*pictures, *how.hosts.get("img-src", [])]}
    g.opens_windows = True
    return render_launch(session, g.shop, how, attempt_id)


def _to_another_gateway(session_id: str, attempt_id: str, error: GatewayError) -> AnyResponse:
    """The buyer sees nothing of a gateway that lets nobody in, where there is another."""
    again = launch_elsewhere(attempt_id=attempt_id, error=error, now=clock.now())
    if again is None:
        return to_session(session_id)
    return redirect(url_for("checkout.launch", session_id=session_id, attempt_id=again), 303)


@blueprint.post("/checkout/<session:session_id>/attempts/<attempt:attempt_id>/close")
def close(session_id: str, attempt_id: str) -> AnyResponse:
    """Serves processing before the confirm: the gateway's window was closed, or would not open; and a deposit that
    is awaited: the buyer wants to pay in another way."""
    session = session_at(session_id)
    code = request.form.get("code", "")[:80]
    if not _is_of(attempt_id, session) or not PageForm(page=session_id).validate():
        return to_session(session_id)
    if code in ("", CLOSED_BY_BUYER):
        with suppress(GatewayError):  # the account may still take money: its page is shown again
            close_attempt(attempt_id=attempt_id, now=clock.now())
    else:
        refuse_launch(attempt_id=attempt_id, gateway_code=code, now=clock.now())
    return to_session(session_id)


@blueprint.post("/checkout/<session:session_id>/cancel")
def cancel(session_id: str) -> AnyResponse:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    session_at(session_id)
    if PageForm(page=session_id).validate():
        try:
            cancel_session(session_id=session_id, now=clock.now())
        except (Conflict, PaymentInProgress, GatewayError):
            return to_session(session_id)
    return to_session(session_id)


def session_at(session_id: str) -> CheckoutSession:
    """Also sets g.shop, and g.attempt: the one that decides which page is shown, or None. At a shop's domain there are
    only the sessions of that shop."""
    found, domain = session_with_shop_and_attempt(session_id), domain_called()
    if found is None or (domain is not None and found[0].shop_id != domain.shop_id):
        raise NotFound("invalid_session")
    session, g.shop, g.attempt = found
    speak_language_of(session, g.shop)
    g.csp_hosts = {"img-src": picture_origins(session, g.shop)}
    return session


def _note_visit(session: CheckoutSession) -> None:
    """A browser that only fetches ahead has not shown the page to anybody."""
    fetches_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if session.opened_at is None and request.method == "GET" and not fetches_ahead:
        mark_opened(session_id=session.id, now=clock.now())


def _is_of(attempt_id: str, session: CheckoutSession) -> bool:
    attempt = attempt_by_id(attempt_id)
    return attempt is not None and attempt.session_id == session.id


def to_session(session_id: str) -> AnyResponse:
    return redirect(url_for("checkout.show", session_id=session_id), 303)


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
