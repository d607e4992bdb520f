"""Every page that a buyer can see, by name. A page of a state is here because it is a page of a state."""

from collections.abc import Callable
from functools import partial

from flask import g, render_template, request
from werkzeug.user_agent import UserAgent

from app.errors import AppError, Invalid, NotFound, TooManyRequests
from app.gateways.orders import ScriptLaunch
from app.gateways.reasons import Reason
from app.payments.models import Attempt
from app.payments.states import AttemptState, SessionState
from app.shops.models import Shop
from app.web.checkout.errors import show_app_error, show_unexpected
from app.web.checkout.pages import DEPOSIT, PAGES, render_launch, render_state
from app.web.gallery.order import (
    ACCOUNT,
    ATTEMPT_ID,
    COUPON,
    IN_INSTAGRAM,
    MAIL,
    TOTAL,
    attempt,
    session,
    shop,
)
from app.web.gallery.pay_pages import PAY_PAGES
from app.web.static_files import static_url

STATE_OF = {page: state for state, page in PAGES.items()} | {DEPOSIT: SessionState.PROCESSING}
ATTEMPT_AT: dict[str, Callable[[], Attempt]] = {
    "completed": lambda: attempt(AttemptState.APPROVED),
    "partially_refunded": lambda: attempt(AttemptState.APPROVED),
    "refunded": lambda: attempt(AttemptState.APPROVED),
    "processing": lambda: attempt(AttemptState.CONFIRMING),
    "failed": lambda: attempt(AttemptState.DECLINED, failure_reason=Reason.BALANCE),
    DEPOSIT: lambda: _waiting(),
}


def exhibits() -> dict[str, Callable[[], str]]:
    """Each renders its page for the language of this request."""
    pages = [page for page in STATE_OF if page != "pay"]
    return {**PAY_PAGES, **_OTHERS, **{page: partial(_state, page) for page in pages}, **_VARIANTS, **_ERRORS}


def _state(page: str) -> str:
    of_page = ATTEMPT_AT.get(page)
    return render_state(session(STATE_OF[page]), _shop(), of_page() if of_page else None, page)


def _taken_back() -> str:
    return render_state(session(SessionState.PROCESSING), _shop(), _waiting(), DEPOSIT, taken_back=True)


def _expired_account() -> str:
    return render_state(session(SessionState.EXPIRED), _shop(), _waiting(), "expired")


def _blocked() -> str:
    refused = attempt(AttemptState.DECLINED, failure_reason=Reason.RISK)
    return render_state(session(SessionState.FAILED), _shop(), refused, "failed")


def _branded() -> str:
    branding = {"primary_color": "#fee500", "primary_text_color": "#191919", "button_radius": "4px"}
    g.shop = shop(branding=branding)
    return render_state(session(SessionState.COMPLETED), g.shop, attempt(AttemptState.APPROVED), "completed")


def _failed_in_app() -> str:
    request.user_agent = UserAgent(IN_INSTAGRAM)
    return _state("failed")


def _paid_by_account() -> str:
    paid = attempt(AttemptState.APPROVED, method="virtual_account", virtual_account=ACCOUNT, card=None)
    return render_state(session(SessionState.COMPLETED), _shop(), paid, "completed")


def _free() -> str:
    nothing_due = session(SessionState.COMPLETED, **{**COUPON, "coupon_discount": TOTAL, "total_amount": 0})
    return render_state(nothing_due, _shop(), None, "completed")


def _mail() -> str:
    """Mails have their styles in place, which no page of ours is allowed."""
    g.csp_hosts = {"style-src-attr": ["'unsafe-inline'"]}
    return render_template("emails/refund.html", **MAIL)


def _waiting() -> Attempt:
    return attempt(AttemptState.ISSUED, method="virtual_account", virtual_account=ACCOUNT)


def _launch() -> str:
    """The window never opens: after a while the page says so."""
    nowhere = ScriptLaunch("toss", static_url("js/copy.js"), {})
    return render_launch(session(SessionState.PROCESSING), _shop(), nowhere, ATTEMPT_ID)


def _onward() -> str:
    return render_template("checkout/onward.html", onward="/dev/gallery/completed")


def _closed() -> str:
    script_url = static_url("js/copy.js")
    return render_template("checkout/closed.html", script_url=script_url, onward="/dev/gallery/pay")


def _postcode() -> str:
    """No search comes: this page loads nothing from elsewhere."""
    return render_template("checkout/postcode.html", scripts=())


def _error(error: AppError) -> str:
    return show_app_error(error)[0]


def _crash() -> str:
    return show_unexpected(RuntimeError("gallery"))[0]


def _shop() -> Shop:
    made = shop()
    g.shop = made  # whose time zone it is
    return made


_OTHERS = {
    "launch": _launch,
    "onward": _onward,
    "closed": _closed,
    "postcode": _postcode,
}
_VARIANTS = {
    "deposit-taken-back": _taken_back,
    "expired-account": _expired_account,
    "failed-blocked": _blocked,
    "failed-in-app": _failed_in_app,
    "completed-branded": _branded,
    "completed-by-account": _paid_by_account,
    "completed-free": _free,
    "mail-refund": _mail,
}
_ERRORS: dict[str, Callable[[], str]] = {
    "error-400": partial(_error, Invalid()),
    "error-404": partial(_error, NotFound()),
    "error-429": partial(_error, TooManyRequests()),
    "error-500": _crash,
}
