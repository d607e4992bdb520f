"""Every page that a buyer can see, by name. A page of a state is here because it is a page of a state."""

from collections.abc import Callable
from functools import partial

from flask import g, render_template
from werkzeug.datastructures import MultiDict

from app.errors import AppError, Invalid, NotFound, TooManyRequests
from app.gateways.orders import ScriptLaunch
from app.gateways.reasons import Reason
from app.payments.methods import METHODS
from app.payments.models import Attempt
from app.payments.states import AttemptState, SessionState
from app.shops.models import Shop
from app.web.checkout.errors import show_app_error, show_unexpected
from app.web.checkout.forms import PayForm
from app.web.checkout.pages import DEPOSIT, PAGES, render_launch, render_pay, render_state
from app.web.gallery.order import ACCOUNT, ATTEMPT_ID, attempt, session, shop
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
    return {**_PAY, **{page: partial(_state, page) for page in pages}, **_VARIANTS, **_ERRORS}


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


def _waiting() -> Attempt:
    return attempt(AttemptState.ISSUED, method="virtual_account", virtual_account=ACCOUNT)


def _pay() -> str:
    asked = session(SessionState.PENDING, customer_name=None, customer_email=None, customer_phone=None)
    return render_pay(asked, _shop(), None, None, methods=list(METHODS.values()))


def _pay_in_test_mode() -> str:
    known = session(SessionState.PENDING, livemode=False)
    notice = {"kind": "info", "text": "다른 창에서 결제를 진행하고 있어요"}
    return render_pay(known, _shop(), None, notice, methods=list(METHODS.values()))


def _pay_with_errors() -> str:
    asked = session(SessionState.PENDING, customer_name=None, customer_email=None, customer_phone=None)
    methods = list(METHODS.values())
    form = PayForm(
        session=asked, methods=methods, formdata=MultiDict({"name": " ", "phone": "12", "email": "a@b"})
    )
    form.validate()
    return render_pay(asked, _shop(), form, None, methods=methods)


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


_PAY = {
    "pay": _pay,
    "pay-with-errors": _pay_with_errors,
    "pay-in-test-mode": _pay_in_test_mode,
    "launch": _launch,
    "onward": _onward,
    "closed": _closed,
    "postcode": _postcode,
}
_VARIANTS = {
    "deposit-taken-back": _taken_back,
    "expired-account": _expired_account,
    "failed-blocked": _blocked,
    "completed-branded": _branded,
}
_ERRORS: dict[str, Callable[[], str]] = {
    "error-400": partial(_error, Invalid()),
    "error-404": partial(_error, NotFound()),
    "error-429": partial(_error, TooManyRequests()),
    "error-500": _crash,
}
