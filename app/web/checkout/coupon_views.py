"""The coupon's buttons on the pay page. Each sends the whole form, so that nothing typed is lost: htmx gets the parts
that change, a plain post the page."""

from flask import Response, g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.payments.models import CheckoutSession
from app.web.checkout.coupon import TOO_OLD, CouponNews, take_coupon, tell, try_coupon
from app.web.checkout.forms import PageForm
from app.web.checkout.method_details import band_of
from app.web.checkout.pages import page_of, pay_form, pay_values, render_pay
from app.web.checkout.views import blueprint, session_at, to_session


@blueprint.post("/checkout/<session:session_id>/coupon")
def put_coupon(session_id: str) -> AnyResponse:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    session_at(session_id)
    code = request.form.get("coupon_code", "").strip()
    return _answer(session_id, try_coupon(session_id, code) if _is_ours(session_id) else TOO_OLD)


@blueprint.post("/checkout/<session:session_id>/coupon/removal")
def take_coupon_off(session_id: str) -> AnyResponse:
    """Serves pending, failed and a processing that was not confirmed; any other shows its own page."""
    session_at(session_id)
    return _answer(session_id, take_coupon(session_id) if _is_ours(session_id) else TOO_OLD)


def _is_ours(session_id: str) -> bool:
    return bool(PageForm(page=session_id).validate())


def _answer(session_id: str, news: CouponNews) -> AnyResponse:
    session = session_at(session_id)
    in_place = request.headers.get("HX-Request") == "true"
    if page_of(session, g.attempt, now=clock.now()) not in ("pay", "failed"):
        return Response(headers={"HX-Refresh": "true"}) if in_place else to_session(session_id)
    form = pay_form(session)
    tell(form, news)
    if not in_place:
        return make_response(render_pay(session, g.shop, form, _notice(news)), news.status)
    values = {**pay_values(session, g.shop, form), "news": news, "new_panel": _needs_other_details(session)}
    return make_response(render_template("checkout/_coupon_answer.html", **values), news.status)


def _notice(news: CouponNews) -> dict[str, str] | None:
    """What is wrong stands beside the field."""
    return None if news.is_refusal else {"kind": "info", "text": str(news.text)}


def _needs_other_details(session: CheckoutSession) -> bool:
    """Whether the fields of payment methods on the buyer's page go with an amount of another kind."""
    seen = request.form.get("seen_total", "")
    return not seen.isdecimal() or band_of(int(seen[:12])) != band_of(session.total_amount)
