"""Refunds over REST."""

from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.gateways.base import BankAccount
from app.payments.models import CheckoutSession
from app.payments.queries import refunds_of_merchant
from app.payments.refunds import RefundOrder, RefundPlan, plan_refund, refund_payment
from app.payments.representation import refund_data, refund_summary
from app.payments.states import SessionState
from app.web.api.auth import caller
from app.web.api.idempotency import repeated_id
from app.web.api.owned import refund_of_caller, session_of_caller
from app.web.api.paging import cursor_from, page_of
from app.web.api.refund_schemas import (
    CouponEffect,
    RefundAnswer,
    RefundBody,
    RefundPath,
    RefundPreview,
    RefundsAnswer,
    RefundsQuery,
    RefundSummary,
)
from app.web.api.session_schemas import SessionPath

blueprint = APIBlueprint("api_refunds", __name__, url_prefix="/api", doc_ui=True)


@blueprint.post("/checkout/session/<session_id>/refund", responses={200: RefundSummary})
def create(path: SessionPath, body: RefundBody) -> dict[str, Any]:
    """Refund a payment, all or part"""
    session = session_of_caller(path.session_id)
    refund = refund_payment(
        session_id=session.id, order=_order(body), now=clock.now(), refund_id=repeated_id("ref")
    )
    return RefundSummary(**refund_summary(refund)).model_dump()


@blueprint.post("/checkout/session/<session_id>/refund/preview", responses={200: RefundPreview})
def preview(path: SessionPath, body: RefundBody) -> dict[str, Any]:
    """See what a refund would do"""
    session = session_of_caller(path.session_id)
    plan = plan_refund(session_id=session.id, order=_order(body))
    return RefundPreview(
        sessionId=session.id,
        amount=plan.amount,
        taxFreeAmount=plan.tax_free_amount,
        paidAmount=plan.paid,
        refundedAmount=plan.refunded,
        processingAmount=plan.processing,
        refundableAmount=plan.refundable,
        remainingAmount=plan.refundable - plan.amount,
        statusAfter=plan.state_after,
        refundAccountRequired=plan.account_required,
        coupon=_coupon_effect(session, plan),
    ).model_dump()


@blueprint.get("/refunds/<refund_id>", responses={200: RefundAnswer})
def read(path: RefundPath) -> dict[str, Any]:
    """Read a refund"""
    refund = refund_of_caller(path.refund_id, field="refundId")
    return RefundAnswer(**refund_data(refund)).model_dump()


@blueprint.get("/refunds", responses={200: RefundsAnswer})
def list_refunds(query: RefundsQuery) -> dict[str, Any]:
    """List refunds, the newest first"""
    who = caller()
    session_id = session_of_caller(query.sessionId).id if query.sessionId is not None else None
    found = refunds_of_merchant(
        merchant_id=who.merchant_id,
        livemode=who.livemode,
        shop_id=who.shop_id,
        session_id=session_id,
        state=query.status,
        before_row=cursor_from(query.cursor),
        limit=query.limit + 1,
    )
    shown, next_cursor = page_of(found, query.limit)
    return RefundsAnswer(
        data=[RefundAnswer(**refund_data(refund)) for refund in shown],
        hasMore=next_cursor is not None,
        nextCursor=next_cursor,
    ).model_dump()


def _coupon_effect(session: CheckoutSession, plan: RefundPlan) -> CouponEffect | None:
    if session.coupon is None:
        return None
    return CouponEffect(code=session.coupon["code"], returned=plan.state_after == SessionState.REFUNDED)


def _order(body: RefundBody) -> RefundOrder:
    account = body.refundAccount
    return RefundOrder(
        amount=body.amount,
        tax_free_amount=body.taxFreeAmount,
        reason=body.reason,
        notify_customer=body.notify_customer,
        expected_refundable=body.expected_refundable,
        account=BankAccount(account.bank, account.number, account.holder) if account else None,
    )
