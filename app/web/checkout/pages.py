"""Which page a session shows, and what the templates get."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import g, render_template, url_for

from app.gateways.orders import FormLaunch, Launch
from app.gateways.reasons import Reason
from app.payments.banks import BANKS
from app.payments.gateway_choice import methods_offered, receipts_issue_themselves
from app.payments.issuers import issuer_label
from app.payments.methods import METHODS, Method
from app.payments.models import Attempt, CheckoutSession
from app.payments.states import OPEN_STATES, UNANSWERED, AttemptState, SessionState
from app.shops.models import Shop
from app.web.checkout.address import found_with
from app.web.checkout.failures import sentence_for
from app.web.checkout.forms import PageForm, PayForm
from app.web.checkout.method_details import details_of
from app.web.language import preferred, speak

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


# What `processing` shows while the buyer has an account to transfer money to.
DEPOSIT = "deposit"


def page_of(session: CheckoutSession, attempt: Attempt | None, *, now: datetime) -> str:
    """The name of the page. A buyer still at the gateway may begin anew; only a confirm makes everybody
    wait."""
    state = SessionState(session.state)
    confirming = attempt is not None and attempt.state in UNANSWERED
    if state in OPEN_STATES and session.expires_at <= now and not confirming:
        return "expired"
    if state == SessionState.PROCESSING and attempt is not None and attempt.state == AttemptState.ISSUED:
        return DEPOSIT
    if state == SessionState.PROCESSING and not confirming:
        return "pay"
    return PAGES[state]


def speak_language_of(session: CheckoutSession, shop: Shop) -> None:
    """The shop's own language is the last word: a shop that names none for an order leaves it to the browser."""
    speak(session.locale, preferred(), shop.language)


def render_state(
    session: CheckoutSession, shop: Shop, attempt: Attempt | None, page: str, *, taken_back: bool = False
) -> str:
    """taken_back: the bank has taken back a deposit that had come, so the buyer is asked for it again."""
    reason = attempt.failure_reason if attempt else None
    return render_template(
        f"checkout/states/{page}.html",
        session=_view(session, attempt),
        shop=shop,
        urls=urls_of(session, page, attempt),
        account=_account(attempt),
        form=PageForm(page=session.id, formdata=None),
        failure={"sentence": sentence_for(reason), "may_try_again": reason != Reason.RISK},
        taken_back=taken_back,
        notify_email=None,
    )


def pay_form(session: CheckoutSession) -> PayForm:
    """As it was sent with this request."""
    return PayForm(session=session, methods=methods_offered(session))


def render_pay(
    session: CheckoutSession,
    shop: Shop,
    form: PayForm | None,
    notice: dict[str, Any] | None,
    methods: list[Method] | None = None,
    *,
    last: Attempt | None = None,
) -> str:
    """form: as it was sent, with what is wrong with it; None for a new page, with the choices of `last`. methods: those
    that the shop's gateways have, where not given."""
    values = pay_values(session, shop, form, methods, last=last)
    return render_template("checkout/pay.html", notice=notice, **values)


def pay_values(
    session: CheckoutSession,
    shop: Shop,
    form: PayForm | None,
    methods: list[Method] | None = None,
    *,
    last: Attempt | None = None,
) -> dict[str, Any]:
    """What the templates of the pay page and of its parts know."""
    if session.collect_shipping_address:
        g.csp_hosts = {**g.get("csp_hosts", {}), "frame-src": ["'self'"]}
    unasked = receipts_issue_themselves(session) if methods is None else True
    methods = methods_offered(session) if methods is None else methods
    form = form or PayForm(session=session, methods=methods, last=last, formdata=None)
    return {
        "session": _view(session, None),
        "shop": shop,
        "form": form,
        "methods": methods,
        "details": details_of(session, shop, receipts_issue_themselves=unasked),
        "found": found_with(form) if "address" in form else {},
        "urls": urls_of(session, "pay"),
    }


def render_launch(session: CheckoutSession, shop: Shop, how: Launch, attempt_id: str) -> str:
    urls = {
        **urls_of(session, "pay"),
        "close": url_for("checkout.close", session_id=session.id, attempt_id=attempt_id),
        "back": url_for("checkout.show", session_id=session.id),
    }
    form = PageForm(page=session.id, formdata=None)
    return render_template(
        "checkout/launch.html",
        launch=how,
        by_form=isinstance(how, FormLaunch),
        session=session,
        shop=shop,
        urls=urls,
        form=form,
    )


def urls_of(session: CheckoutSession, page: str, attempt: Attempt | None = None) -> dict[str, str]:
    session_id = session.id
    of_attempt = (
        {"close": url_for("checkout.close", session_id=session_id, attempt_id=attempt.id)} if attempt else {}
    )
    return {
        **of_attempt,
        "pay": url_for("checkout.start", session_id=session_id),
        "coupon": url_for("checkout.put_coupon", session_id=session_id),
        "no_coupon": url_for("checkout.take_coupon_off", session_id=session_id),
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
        "refund_to_account": method is not None and method.refund_needs_account,
        "card": _card(attempt),
        "receipt_url": attempt.receipt_url if attempt else None,
    }


def _account(attempt: Attempt | None) -> dict[str, Any] | None:
    account = attempt.virtual_account if attempt else None
    if account is None:
        return None
    bank = BANKS.get(account["bank"])
    due_at = datetime.fromisoformat(account["dueAt"])
    return {**account, "due_at": due_at, "bank_label": bank.label if bank else account["bank"]}


def _card(attempt: Attempt | None) -> dict[str, Any] | None:
    card = attempt.card if attempt else None
    return {**card, "issuer_label": issuer_label(card["issuer"])} if card else None
