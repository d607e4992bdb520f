"""The pay page as different orders and buyers make it."""

from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.user_agent import UserAgent

from app.payments.methods import METHODS
from app.payments.models import CheckoutSession
from app.payments.states import SessionState
from app.shops.models import Shop
from app.web.checkout.coupon import why_refused
from app.web.checkout.forms import PayForm
from app.web.checkout.pages import render_pay
from app.web.gallery.order import (
    CHOSEN,
    COUPON,
    DELIVERY,
    IN_KAKAOTALK,
    LARGE,
    LONG_ORDER,
    LONG_SHOP,
    NOBODY,
    QUESTIONS,
    session,
    shop,
)


def _page(
    order: CheckoutSession,
    said: dict[str, str] | None = None,
    notice: dict[str, Any] | None = None,
    *,
    at: Shop | None = None,
    wrong: dict[str, str] | None = None,
) -> str:
    """said: what stands in the form. wrong: complaints beside its fields."""
    g.shop = at or shop()  # whose time zone it is
    methods = list(METHODS.values())
    form = PayForm(session=order, methods=methods, formdata=MultiDict(said)) if said else None
    for name, complaint in (wrong or {}).items():
        form[name].errors = [complaint]  # type: ignore[index]  # complaints are about a form
    return render_pay(order, g.shop, form, notice, methods=methods)


def _pending(**changes: Any) -> CheckoutSession:
    return session(SessionState.PENDING, **changes)


def _asked() -> str:
    return _page(_pending(**NOBODY))


def _with_errors() -> str:
    order = _pending(**NOBODY, collect_shipping_address=True)
    form = PayForm(
        session=order,
        methods=list(METHODS.values()),
        formdata=MultiDict({"name": " ", "phone": "12", "email": "a@b", "postal_code": "1"}),
    )
    form.validate()
    g.shop = shop()
    return render_pay(order, g.shop, form, None, methods=list(METHODS.values()))


def _test_mode() -> str:
    notice = {"kind": "info", "text": gettext("Payment is running in another window")}
    return _page(_pending(livemode=False), notice=notice)


def _with_everything() -> str:
    order = _pending(collect_shipping_address=True, custom_fields=QUESTIONS, **COUPON)
    at = shop(interest_free_installments={"shinhan": [2, 3], "hyundai": [2, 3, 4, 5, 6]})
    return _page(order, {**CHOSEN, "method": "card", "card_issuer": "hyundai"}, at=at)


def _by_account() -> str:
    return _page(_pending(**LARGE), {"method": "virtual_account", "receipt": "income"})


def _by_transfer_without_receipt() -> str:
    return _page(_pending(**LARGE), {"method": "bank_transfer", "receipt": "none"})


def _coupon_refused() -> str:
    why = why_refused("coupon_minimum_not_met", {"minimumOrderAmount": 100_000, "shortBy": 29_500})
    return _page(_pending(), {"coupon_code": "WELCOME10"}, wrong={"coupon_code": why})


def _free() -> str:
    return _page(_pending(**{**COUPON, "coupon_discount": 71_000, "total_amount": 0}), {"receipt": "none"})


def _delivery_known() -> str:
    return _page(_pending(shipping_address=DELIVERY))


def _long_words() -> str:
    return _page(_pending(**LONG_ORDER), at=shop(**LONG_SHOP))


def _branded() -> str:
    colours = {"primary_color": "#03c75a", "button_radius": "28px", "background_color": "#101418"}
    return _page(_pending(), {"method": "card"}, at=shop(branding=colours))


def _in_app() -> str:
    request.user_agent = UserAgent(IN_KAKAOTALK)
    return _page(_pending())


PAY_PAGES: dict[str, Callable[[], str]] = {
    "pay": _asked,
    "pay-with-errors": _with_errors,
    "pay-in-test-mode": _test_mode,
    "pay-with-everything": _with_everything,
    "pay-by-account": _by_account,
    "pay-by-transfer": _by_transfer_without_receipt,
    "pay-coupon-refused": _coupon_refused,
    "pay-free": _free,
    "pay-delivery-known": _delivery_known,
    "pay-long-words": _long_words,
    "pay-branded": _branded,
    "pay-in-app": _in_app,
}
