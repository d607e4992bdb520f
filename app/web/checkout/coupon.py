"""A coupon on the pay page: the same operations and limits as over the API, told in the buyer's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from app import clock
from app.coupons.rules import CouponRefused
from app.errors import Conflict, NotFound, TooManyRequests
from app.payments.models import CheckoutSession
from app.payments.session_coupons import apply_coupon, remove_coupon
from app.services import services
from app.web.api.limits import count_address, limit_by
from app.web.checkout.filters import when, won
from app.web.checkout.forms import PayForm

LONGEST_CODE = 100
WHY = {
    "coupon_not_applicable": _("This coupon is not valid for these items."),
    "coupon_expired": _("This coupon has expired."),
    "coupon_disabled": _("This coupon is no longer offered."),
    "coupon_usage_limit_reached": _("This coupon is used up."),
    "coupon_customer_limit_reached": _("You have already used this coupon."),
    "coupon_temporarily_reserved": _(
        "Another buyer is paying with the last of this coupon. Try again shortly."
    ),
}


@dataclass(frozen=True)
class CouponNews:
    """What became of a coupon. text: for the buyer. status: of the answer; below 400 something has changed."""

    text: str | LazyString
    status: int = 200

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400


TOO_OLD = CouponNews(_("This page was open for too long. Please press the button again."), 422)


def try_coupon(session_id: str, code: str) -> CouponNews:
    if not code:
        return CouponNews(gettext("Enter a coupon code"), 422)
    if len(code) > LONGEST_CODE or not code.isprintable():
        return CouponNews(gettext("This code is not valid. Please check it."), 422)

    def put_on() -> CheckoutSession:
        return apply_coupon(session_id=session_id, code=code, now=clock.now())

    return _tried(session_id, put_on, gettext("Coupon applied (−%(amount)s). Total to pay: %(total)s"))


def take_coupon(session_id: str) -> CouponNews:
    def take_off() -> CheckoutSession:
        return remove_coupon(session_id=session_id, now=clock.now())

    return _tried(session_id, take_off, gettext("Coupon removed. Total to pay: %(total)s"))


def tell(form: PayForm, news: CouponNews) -> None:
    """On the form that the buyer sees next: a code that was taken leaves its field, one that was not stays there."""
    if news.is_refusal:
        form.coupon_code.errors = [news.text]
        form.coupon_refused.data = form.coupon_code.data
    else:
        form.coupon_code.data = form.coupon_refused.data = ""


def _tried(session_id: str, operation: Callable[[], CheckoutSession], sentence: str) -> CouponNews:
    try:
        count_address()
        limit_by("session", session_id, services().settings.api_limit_address)
        session = operation()
    except TooManyRequests:
        return CouponNews(gettext("Too many tries. Please try again in a minute."), 429)
    except NotFound:
        return CouponNews(gettext("This code is not valid. Please check it."), 422)
    except CouponRefused as refused:
        return CouponNews(why_refused(refused.code, refused.details), 422)
    except Conflict:  # the session has moved on, and shows a page of its own
        return CouponNews(gettext("The coupon cannot be changed now."), 409)
    return CouponNews(sentence % {"amount": won(session.coupon_discount), "total": won(session.total_amount)})


def why_refused(code: str, details: dict[str, Any]) -> str:
    """details: as CouponRefused has them."""
    if code == "coupon_minimum_not_met":
        short, least = won(details["shortBy"]), won(details["minimumOrderAmount"])
        return str(
            gettext(
                "For orders of %(least)s or more: add items for %(short)s to use it.",
                least=least,
                short=short,
            )
        )
    if code == "coupon_not_started":
        return str(gettext("Usable from %(time)s", time=when(datetime.fromisoformat(details["validFrom"]))))
    return str(WHY.get(code, WHY["coupon_not_applicable"]))
