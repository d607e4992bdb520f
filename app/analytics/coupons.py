"""What each coupon brought, and what it cost."""

from typing import Any

from sqlalchemy import func, select

from app.analytics.scope import Scope
from app.coupons.models import Coupon
from app.database import db
from app.payments.models import CheckoutSession


def coupons(scope: Scope) -> list[dict[str, Any]]:
    """One row for each coupon that sessions were paid with, the largest amount first.

    Counted are payments of the period, those that were refunded later included: refunded_amount tells how much.
    """
    paid = (
        select(
            CheckoutSession.coupon_id,
            func.count().label("payments"),
            func.sum(CheckoutSession.coupon_discount).label("discount_amount"),
            func.sum(CheckoutSession.total_amount).label("amount"),
            func.sum(CheckoutSession.refunded_amount).label("refunded_amount"),
        )
        .where(scope.paid, CheckoutSession.coupon_id.is_not(None))
        .group_by(CheckoutSession.coupon_id)
        .subquery()
    )
    found = (
        select(Coupon.id, Coupon.code, Coupon.name_ko, Coupon.name_en, Coupon.type, paid)
        .join(paid, paid.c.coupon_id == Coupon.id)
        .order_by(paid.c.amount.desc(), Coupon.code)
    )
    return [_row(row._mapping) for row in db.session.execute(found)]


def _row(row: Any) -> dict[str, Any]:
    sums = ("payments", "discount_amount", "amount", "refunded_amount")
    told = {name: row[name] for name in ("code", "name_ko", "name_en", "type")}
    return {"coupon_id": row["coupon_id"], **told, **{name: int(row[name]) for name in sums}}
