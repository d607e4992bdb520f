"""Coupons over REST. `apply` and `remove` need no key: whoever has a session's id may pay it, with a coupon too."""

from typing import Any

from flask import g
from flask_openapi import APIBlueprint

from app import clock
from app.coupons.coupons import (
    coupon_by_code,
    coupon_by_id,
    coupons_of_merchant,
    create_coupon,
    update_coupon,
)
from app.coupons.models import Coupon
from app.coupons.rules import CouponRefused, Goods, check_time, discount_of
from app.coupons.uses import Customer, check_availability
from app.errors import Invalid, NotFound
from app.payments.models import CheckoutSession
from app.payments.queries import session_by_id
from app.payments.session_coupons import apply_coupon, goods_of, remove_coupon
from app.services import services
from app.shops.queries import KeyHolder, shop_of_holder
from app.web.api.auth import caller
from app.web.api.coupon_schemas import (
    APPLIES_TO,
    Applied,
    AppliedBody,
    CouponAnswer,
    CouponChanges,
    CouponList,
    CouponListQuery,
    CouponPath,
    CreatedCoupon,
    Discount,
    NewCoupon,
    Refusal,
    Removed,
    RemovedBody,
    Validated,
    ValidatedBody,
    answer_of,
    fields_of,
)
from app.web.api.errors import sentence_of
from app.web.api.idempotency import repeated_id
from app.web.api.limits import limit_by
from app.web.api.owned import session_of_caller
from app.web.api.paging import cursor_from, page_of

blueprint = APIBlueprint("api_coupons", __name__, url_prefix="/api/coupons")


@blueprint.post("/create", responses={201: CreatedCoupon})
def create(body: NewCoupon) -> tuple[dict[str, Any], int]:
    """Create a coupon"""
    who = caller()
    _check_applies_to(body)
    coupon = create_coupon(
        merchant_id=who.merchant_id,
        shop_id=_shop_named(body.shop_id, who),
        livemode=who.livemode,
        values=body.model_dump(exclude={"shop_id", "applies_to"}),
        now=clock.now(),
        coupon_id=repeated_id("cpn"),
    )
    return CreatedCoupon(**fields_of(coupon)).model_dump(), 201


@blueprint.get("", responses={200: CouponList})
def index(query: CouponListQuery) -> dict[str, Any]:
    """List coupons, the newest first"""
    who = caller()
    found = coupons_of_merchant(
        merchant_id=who.merchant_id,
        livemode=who.livemode,
        shop_id=_shop_named(query.shop_id, who) if query.shop_id is not None else who.shop_id,
        code=query.code,
        active=query.active,
        before_row=cursor_from(query.cursor),
        limit=query.limit + 1,
    )
    shown, next_cursor = page_of(found, query.limit)
    return CouponList(
        data=[answer_of(coupon) for coupon in shown],
        has_more=next_cursor is not None,
        next_cursor=next_cursor,
    ).model_dump()


@blueprint.get("/<coupon:coupon_id>", responses={200: CouponAnswer})
def read(path: CouponPath) -> dict[str, Any]:
    """Read a coupon"""
    return answer_of(_own_coupon(path)).model_dump()


@blueprint.patch("/<coupon:coupon_id>", responses={200: CouponAnswer})
def update(path: CouponPath, body: CouponChanges) -> dict[str, Any]:
    """Change a coupon. Sessions that carry it already keep the discount that their buyers were shown."""
    changes = body.model_dump(exclude_unset=True)
    return answer_of(update_coupon(coupon_id=_own_coupon(path).id, changes=changes)).model_dump()


@blueprint.delete("/<coupon:coupon_id>", responses={200: CouponAnswer})
def disable(path: CouponPath) -> dict[str, Any]:
    """Disable a coupon. What was used stays in the books."""
    return answer_of(update_coupon(coupon_id=_own_coupon(path).id, changes={"active": False})).model_dump()


@blueprint.post("/apply", responses={200: Applied})
def apply(body: AppliedBody) -> dict[str, Any]:
    """Put a coupon on a session"""
    session_id = _session_named(body.sessionId).id
    session = apply_coupon(session_id=session_id, code=body.couponCode, now=clock.now())
    coupon = session.coupon
    assert coupon is not None
    discount = Discount(type=coupon["type"], value=coupon["value"], amount=coupon["amount"])
    return Applied(discount=discount, newTotal=session.total_amount).model_dump()


@blueprint.post("/remove", responses={200: Removed})
def remove(body: RemovedBody) -> dict[str, Any]:
    """Take the coupon off a session"""
    session = remove_coupon(session_id=_session_named(body.sessionId).id, now=clock.now())
    return Removed(newTotal=session.total_amount).model_dump()


@blueprint.post("/validate", responses={200: Validated})
def validate(body: ValidatedBody) -> dict[str, Any]:
    """See whether a coupon could be used, and what it would take off"""
    shop_id, goods, customer = _order_of(body)
    coupon = coupon_by_code(body.couponCode, shop_id=shop_id, livemode=caller().livemode)
    if coupon is None:
        raise NotFound("coupon_not_found", field="couponCode")
    try:
        check_time(coupon, clock.now())
        amount = discount_of(coupon, goods)
        check_availability(coupon, customer, now=clock.now())
    except CouponRefused as refused:
        return _not_valid(refused).model_dump()
    before = max(0, goods.subtotal + goods.shipping_fee - goods.discount)
    discount = Discount(type=_type_of(coupon), value=coupon.discount_value, amount=min(amount, before))
    return Validated(
        valid=True, discount=discount, newTotal=before - discount.amount, reason=None
    ).model_dump()


def _not_valid(refused: CouponRefused) -> Validated:
    reason = Refusal(code=refused.code, message=sentence_of(refused.code), details=refused.details)
    return Validated(valid=False, discount=None, newTotal=None, reason=reason)


def _order_of(body: ValidatedBody) -> tuple[str, Goods, Customer]:
    """(shop's id, what is bought, by whom). Raises Invalid unless there is a session or an order, and not both."""
    if (body.sessionId is None) == (body.items is None):
        raise Invalid(field="sessionId", reason="or items must be given, and not both")
    if body.sessionId is not None:
        session = session_of_caller(body.sessionId)
        return session.shop_id, goods_of(session), Customer(session.customer_email, session.customer_phone)
    assert body.items is not None
    goods = Goods([item.model_dump() for item in body.items], body.shippingFee, body.discountAmount)
    customer = body.customer
    return (
        _shop_named(body.shopId, caller()),
        goods,
        Customer(customer.email, customer.phone) if customer else Customer(None, None),
    )


def _session_named(session_id: str) -> CheckoutSession:
    """Counted by session too where no key is given, so that nobody tries codes for long. Raises NotFound."""
    who: KeyHolder | None = g.get("caller")
    if who is not None:
        return session_of_caller(session_id)
    session = session_by_id(session_id)
    if session is None:
        raise NotFound("invalid_session", sessionId=session_id[:100], field="sessionId")
    limit_by("session", session_id, services().settings.api_limit_address)
    return session


def _own_coupon(path: CouponPath) -> Coupon:
    """The coupon, if the key may see it. Raises NotFound, the same for an id that does not exist."""
    who, coupon = caller(), coupon_by_id(path.coupon_id)
    if coupon is None or (coupon.merchant_id, coupon.livemode) != (who.merchant_id, who.livemode):
        raise NotFound("coupon_not_found", couponId=path.coupon_id[:100], field="couponId")
    if who.shop_id not in (None, coupon.shop_id):
        raise NotFound("coupon_not_found", couponId=path.coupon_id[:100], field="couponId")
    return coupon


def _shop_named(wanted: str | None, who: KeyHolder) -> str:
    """The shop that is named, else the key's own. Raises NotFound for one that the key may not see."""
    if wanted is None and who.default_shop_id:
        return who.default_shop_id
    shop = shop_of_holder(wanted, who) if wanted else None
    if shop is None:
        raise NotFound("invalid_shop", field="shop_id")
    return shop.id


def _check_applies_to(body: NewCoupon) -> None:
    if body.applies_to not in (None, APPLIES_TO[body.type]):
        reason = f"of a {body.type} coupon is {APPLIES_TO[body.type]}"
        raise Invalid(field="applies_to", reason=reason)


def _type_of(coupon: Coupon) -> Any:
    """One word of Discount.type."""
    return coupon.type
