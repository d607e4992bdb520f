"""Toss Payments: the payment window (결제창) of browser SDK v2 and the server API of version 2022-11-16.

Source: docs.tosspayments.com, core API reference and error codes, as far as they could be read.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlsplit

from app.errors import GatewayError, GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import http
from app.gateways.base import (
    Approved,
    Authorised,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    Card,
    Declined,
    NotCancelled,
    Order,
    Reason,
    ScriptLaunch,
    Unpaid,
    WindowClosed,
    plain,
)
from app.gateways.toss.cancels import cancel_body, done_by, find_in, refusal_of
from app.gateways.toss.codes import (
    CLOSED,
    DECLINED,
    ISSUERS,
    METHODS,
    MISCONFIGURED,
    NO_SUCH_KEY,
    NO_SUCH_ORDER,
    SECRET_FIELDS,
    UNKNOWN,
    UNREADABLE,
    WRONG_KEYS,
)
from app.settings import Settings

ANONYMOUS = "@@ANONYMOUS"
LONGEST_TEXT = 100  # of orderName, customerName and customerEmail
OTHER_PAYMENT = "OTHER_PAYMENT"  # our own word: the answer is about a payment that was not asked for
TRACE_HEADER = "X-TossPayments-Trace-Id"  # their support asks for it
# Whether the SDK's own requests go to further hosts is not published; the window itself is a page of Toss.
LIVE_HOSTS = ["https://*.tosspayments.com", "https://*.toss.im"]


@dataclass(frozen=True)
class TossGateway:
    """secret_key never leaves this object but as the Authorization header."""

    api_url: str
    sdk_url: str
    client_key: str
    secret_key: str = field(repr=False)
    timeout_s: float

    name: ClassVar[str] = "toss"
    methods: ClassVar[frozenset[str]] = frozenset(METHODS)
    secret_fields: ClassVar[frozenset[str]] = SECRET_FIELDS
    confirm_window: ClassVar[timedelta] = timedelta(minutes=10)
    launch_window: ClassVar[timedelta] = timedelta(minutes=45)

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        sandbox = f"{settings.sandbox_url}/toss"
        return cls(
            api_url=settings.toss_api_url if livemode else sandbox,
            sdk_url=settings.toss_sdk_url if livemode else f"{sandbox}/v2/standard",
            client_key=credentials["client_key"],
            secret_key=credentials["secret_key"],
            timeout_s=settings.gateway_timeout_s,
        )

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        return {"client_key": f"test_ck_{merchant}", "secret_key": f"test_sk_{merchant}"}

    def launch(self, order: Order) -> ScriptLaunch:
        """`windowTarget: "self"` on every device: a whole-page move needs no pop-up, works in in-app browsers,
        and always comes back through our URLs. The frame mode does not exist on phones.
        """
        request = {
            **METHODS[order.method],
            "amount": {"currency": "KRW", "value": order.amount},
            "orderId": order.order_id,
            "orderName": order.name[:LONGEST_TEXT],
            "successUrl": order.approved_url,
            "failUrl": order.failed_url,
            "windowTarget": "self",
            "customerName": order.customer_name[:LONGEST_TEXT],
        }
        if len(order.customer_email) <= LONGEST_TEXT:  # ours may have 254; Toss only mails the result there
            request["customerEmail"] = order.customer_email
        if order.tax_free_amount:
            request["taxFreeAmount"] = order.tax_free_amount
        if order.customer_phone.startswith("+82"):
            request["customerMobilePhone"] = "0" + order.customer_phone.removeprefix("+82")
        params = {"clientKey": self.client_key, "customerKey": ANONYMOUS, "request": request}
        return ScriptLaunch("toss", self.sdk_url, params, self._hosts())

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int
    ) -> Authorised | Declined | WindowClosed | None:
        if outcome == "failed":
            return _refused_in_window(fields, order_id)
        if fields.get("orderId") != order_id or fields.get("amount") != str(amount):
            return None
        payment_key = fields.get("paymentKey", "")
        return Authorised({"paymentKey": payment_key}) if _is_payment_key(payment_key) else None

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Declined:
        """POST /v1/payments/confirm ("결제 승인").

        An answer is remembered by its Idempotency-Key, errors too, so a repeat after no answer keeps the key
        and a repeat after an error answer takes the next one.
        """
        body = {"paymentKey": returned["paymentKey"], "orderId": order_id, "amount": amount}
        key = f"confirm-{order_id}-{earlier_errors}"
        reply = self._post("/v1/payments/confirm", body, key=key, event="toss.confirm")
        if reply.status != 200:
            return self._declined(reply, returned, order_id)
        payment = _read_reply(reply)
        if payment.get("paymentKey") != returned["paymentKey"] or payment.get("orderId") != order_id:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)
        if payment.get("status") != "DONE":
            raise GatewayOutcomeUnknown(answered=True, gateway_code=plain(payment.get("status"), 80))
        return _approved(payment)

    def lookup(self, *, returned: Mapping[str, str] | None, order_id: str) -> Approved | Declined | Unpaid:
        """GET /v1/payments/{paymentKey}, then by order id.

        The key was brought back by a browser: one that Toss does not know, or that belongs to another order,
        says nothing about this one.
        """
        if returned:
            payment = self._find(quote(returned["paymentKey"], safe=""), missing=NO_SUCH_KEY)
            if payment and payment.get("orderId") == order_id:
                return _state_of(payment)
        payment = self._find(f"orders/{quote(order_id, safe='')}", missing=NO_SUCH_ORDER)
        if payment and payment.get("orderId") != order_id:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)
        return _state_of(payment) if payment else Unpaid("NOT_FOUND")

    def find_cancel(self, what: Cancellation) -> Cancelled | NotCancelled:
        """GET /v1/payments/{paymentKey}: the entry of `cancels` that carries our key in its reason."""
        try:
            payment = self._find(quote(what.transaction_id, safe=""), missing=NO_SUCH_ORDER)
        except GatewayOutcomeUnknown as error:
            # The error of a mere look must not change the idempotency key of a cancel that may still be running.
            raise GatewayOutcomeUnknown(gateway_code=error.gateway_code) from None
        if payment is None:
            raise GatewayMisconfigured("NOT_FOUND_PAYMENT")
        return find_in(payment, what)

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
        """POST /v1/payments/{paymentKey}/cancel ("결제 취소").

        A refusal is not proof that no money moved, so the payment is read back before one is believed.
        """
        path = f"/v1/payments/{quote(what.transaction_id, safe='')}/cancel"
        key = f"cancel-{what.key}-{what.earlier_errors}"
        reply = self._post(path, cancel_body(what), key=key, event="toss.cancel")
        if reply.status == 200:
            return done_by(_read_reply(reply), what)
        code, message = _code_of(reply)
        reason = refusal_of(reply.status, code)
        found = self.find_cancel(what)
        if isinstance(found, Cancelled):
            return found
        return CancelRefused(reason, code, message) if reason else CancelPostponed(code)

    def _declined(self, reply: http.Reply, returned: Mapping[str, str], order_id: str) -> Approved | Declined:
        """What a confirm answer other than 200 means.

        A code that we do not know, or that speaks of keys and contract, is believed only after the payment
        has been read back. Raises GatewayOutcomeUnknown for answers that promise nothing.
        """
        code, message = _code_of(reply)
        if reply.status in (409, 429):  # an earlier request is still running, or was not even looked at
            raise GatewayOutcomeUnknown(gateway_code=code)
        if reply.status >= 500 or code in UNKNOWN or code == UNREADABLE:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
        if code in DECLINED:
            return Declined(DECLINED[code], code, message)
        found = self.lookup(returned=returned, order_id=order_id)
        if isinstance(found, Approved):
            return found
        reason = Reason.CONFIGURATION if code in MISCONFIGURED else Reason.OTHER
        return Declined(reason, code, message)

    def _post(self, path: str, body: dict[str, Any], *, key: str, event: str) -> http.Reply:
        headers = {"Authorization": self._sign(), "Idempotency-Key": key}
        return http.call(
            "POST",
            self.api_url + path,
            headers=headers,
            json=body,
            timeout_s=self.timeout_s,
            event=event,
            about=key,
            trace_header=TRACE_HEADER,
        )

    def _find(self, name: str, *, missing: frozenset[str]) -> dict[str, Any] | None:
        """A payment by its key, or by `orders/` and an order id. None when Toss answers with a code of
        `missing`. Raises GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable."""
        reply = http.call(
            "GET",
            f"{self.api_url}/v1/payments/{name}",
            headers={"Authorization": self._sign()},
            timeout_s=self.timeout_s,
            event="toss.lookup",
            about=name,
            trace_header=TRACE_HEADER,
        )
        if reply.status == 200:
            return _read_reply(reply)
        code, _message = _code_of(reply)
        if reply.status < 500 and code in missing:
            return None
        if reply.status < 500 and code in WRONG_KEYS:
            raise GatewayMisconfigured(code)
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)

    def _sign(self) -> str:
        """Basic authentication; the colon after the key is required although there is no password."""
        return "Basic " + base64.b64encode(f"{self.secret_key}:".encode()).decode()

    def _hosts(self) -> dict[str, list[str]]:
        sdk = urlsplit(self.sdk_url)
        origin = f"{sdk.scheme}://{sdk.netloc}"
        hosts = [origin] if self.sdk_url.startswith(self.api_url) else [origin, *LIVE_HOSTS]
        return {"script-src": [origin], "connect-src": hosts, "frame-src": hosts, "form-action": hosts}


def _is_payment_key(text: str) -> bool:
    """Opaque, but it becomes a part of a path, where a name of dots alone would mean another one."""
    return 0 < len(text) <= 200 and text.isascii() and text.isprintable() and text.strip(".") != ""


def _refused_in_window(fields: Mapping[str, str], order_id: str) -> Declined | WindowClosed | None:
    """failUrl. The order id may be missing when the buyer closed the window; another's is not believed."""
    if fields.get("orderId", order_id) != order_id:
        return None
    code = fields.get("code", "")
    if code in CLOSED:
        return WindowClosed()
    reason = DECLINED.get(code, Reason.OTHER)
    return Declined(reason, plain(code, 80), plain(fields.get("message"), 500))


def _state_of(payment: dict[str, Any]) -> Approved | Declined | Unpaid:
    status = plain(payment.get("status"), 80)
    if status in ("READY", "IN_PROGRESS"):
        return Unpaid(status)
    if status == "DONE":
        return _approved(payment)
    if status in ("ABORTED", "EXPIRED", "CANCELED"):
        failure = _object(payment.get("failure"))
        code = plain(failure.get("code"), 80) or status
        default = Reason.EXPIRED if status == "EXPIRED" else Reason.OTHER
        return Declined(DECLINED.get(code, default), code, plain(failure.get("message"), 500))
    raise GatewayOutcomeUnknown(answered=True, gateway_code=status)


def _approved(payment: dict[str, Any]) -> Approved:
    """What decides about money must be there to the letter; the facts beside it may take any shape."""
    amount, key, order_id = payment.get("totalAmount"), payment.get("paymentKey"), payment.get("orderId")
    if type(amount) is not int or not isinstance(order_id, str):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    if not isinstance(key, str) or not _is_payment_key(key):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    if payment.get("currency") != "KRW":
        raise GatewayOutcomeUnknown(answered=True, gateway_code="CURRENCY")
    return Approved(key, order_id, amount, _card(_object(payment.get("card"))), _receipt_url(payment))


def _card(card: dict[str, Any]) -> Card | None:
    """Also filled for easy-pay (간편결제) paid by a registered card; never to be counted on."""
    if not card:
        return None
    issuer = ISSUERS.get(str(card.get("issuerCode")), "unknown")
    months = card.get("installmentPlanMonths")
    return Card(issuer, plain(card.get("number"), 20), months if type(months) is int else 0)


def _receipt_url(payment: dict[str, Any]) -> str | None:
    url = _object(payment.get("receipt")).get("url")
    usable = isinstance(url, str) and url.startswith("https://") and url.isprintable() and len(url) <= 2048
    return url if usable else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _read_reply(reply: http.Reply) -> dict[str, Any]:
    """The JSON object of an answer. Raises GatewayOutcomeUnknown when it is none."""
    try:
        content = json.loads(reply.body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return content


def _code_of(reply: http.Reply) -> tuple[str, str]:
    """Code and message of an error answer, of either published shape; (UNREADABLE, "") when it has none."""
    try:
        content = _read_reply(reply)
    except GatewayError:
        return UNREADABLE, ""
    error = _object(content.get("error")) or content
    return plain(error.get("code"), 80) or UNREADABLE, plain(error.get("message"), 500)
