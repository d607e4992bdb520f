"""Which page a session shows, and what the templates get."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import g, render_template, url_for

from app.payments.attempts import methods_offered
from app.payments.issuers import issuer_label
from app.payments.methods import METHODS
from app.payments.models import Attempt, CheckoutSession
from app.payments.notices import language_of
from app.payments.states import OPEN_STATES, AttemptState, SessionState
from app.shops.models import Shop
from app.web.checkout.failures import sentence_for
from app.web.checkout.forms import PayForm

# Every state has its page; only `processing` depends on where the attempt is.
PAGES = {
    SessionState.PENDING: "pay",
    SessionState.PROCESSING: "processing",
    SessionState.COMPLETED: "completed",
    SessionState.FAILED: "failed",
    SessionState.CANCELLED: "cancelled",
    SessionState.EXPIRED: "expired",
    SessionState.PARTIALLY_REFUNDED: "partially_refunded",
    SessionState.REFUNDED: "refunded",
}


def page_of(session: CheckoutSession, attempt: Attempt | None, *, now: datetime) -> str:
    """The name of the page. A buyer still at the gateway may begin anew; only a confirm makes everybody
    wait."""
    state = SessionState(session.state)
    confirming = attempt is not None and attempt.state == AttemptState.CONFIRMING
    if state in OPEN_STATES and session.expires_at <= now and not confirming:
        return "expired"
    if state == SessionState.PROCESSING and not confirming:
        return "pay"
    return PAGES[state]


def speak_language_of(session: CheckoutSession, shop: Shop) -> None:
    g.language = language_of(session, shop)


def render_state(session: CheckoutSession, shop: Shop, attempt: Attempt | None, page: str) -> str:
    return render_template(
        f"checkout/states/{page}.html",
        session=_view(session, attempt),
        shop=shop,
        urls=urls_of(session, page),
        failure={"sentence": sentence_for(attempt.failure_reason if attempt else None)},
        notify_email=None,
    )


def render_pay(
    session: CheckoutSession, shop: Shop, form: PayForm | None, notice: dict[str, Any] | None
) -> str:
    methods = methods_offered(session)
    return render_template(
        "checkout/pay.html",
        session=_view(session, None),
        shop=shop,
        form=form or PayForm(session=session, methods=methods, formdata=None),
        methods=methods,
        notice=notice,
        urls=urls_of(session, "pay"),
    )


def urls_of(session: CheckoutSession, page: str) -> dict[str, str]:
    session_id = session.id
    return {
        "pay": url_for("checkout.start", session_id=session_id),
        "cancel": url_for("checkout.cancel", session_id=session_id),
        "status": url_for("checkout.status", session_id=session_id, seen=page),
        "retry": url_for("checkout.show", session_id=session_id, again=1),
        "home": url_for("checkout.show", session_id=session_id),
        "return_shop": with_session_id(session.return_url, session.id),
        "cancel_shop": with_session_id(session.cancel_url, session.id),
    }


def with_session_id(url: str, session_id: str) -> str:
    """The shop's address with `sessionId` added, and nothing else: a status in an address would be believed,
    and forged. The rest stays to the byte: shops sign their query, or write it in EUC-KR."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != "sessionId"]
    return urlunsplit(parts._replace(query="&".join([*kept, f"sessionId={session_id}"])))


def _view(session: CheckoutSession, attempt: Attempt | None) -> dict[str, Any]:
    """A session as templates read it."""
    method = METHODS.get(attempt.method) if attempt else None
    columns = {column.key: getattr(session, column.key) for column in session.__mapper__.column_attrs}
    return {
        **columns,
        "method_label": method.label if method else None,
        "card": _card(attempt),
        "receipt_url": attempt.receipt_url if attempt else None,
    }


def _card(attempt: Attempt | None) -> dict[str, Any] | None:
    card = attempt.card if attempt else None
    return {**card, "issuer_label": issuer_label(card["issuer"])} if card else None
