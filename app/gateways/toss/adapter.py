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
    Acknowledgement,
    Approved,
    Authorised,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    Declined,
    Issued,
    NotCancelled,
    Notification,
    Unpaid,
    WhenUnknown,
    WindowClosed,
    plain,
)
from app.gateways.credentials import CredentialField, Examined, examine_words
from app.gateways.orders import (
    Order,
    ScriptLaunch,
)
from app.gateways.reasons import (
    Reason,
)
from app.gateways.receipts import SelfIssue
from app.gateways.toss.cancels import cancel_body, done_by, find_in, refusal_of
from app.gateways.toss.codes import (
    CANCEL_REFUSED,
    CLOSED,
    CREDENTIALS,
    DECLINED,
    METHODS,
    MISCONFIGURED,
    NO_SUCH_KEY,
    NO_SUCH_ORDER,
    SECRET_FIELDS,
    UNKNOWN,
    UNREADABLE,
    WRONG_KEYS,
)
from app.gateways.toss.payment import (
    WAITING,
    approved_by,
    is_payment_key,
    issued_by,
    object_of,
    state_of,
)
from app.gateways.toss.receipts import TossReceipts
from app.gateways.toss.request import payment_request
from app.settings import Settings

ANONYMOUS = "@@ANONYMOUS"
OTHER_PAYMENT = "OTHER_PAYMENT"  # our own word: the answer is about a payment that was not asked for
TRACE_HEADER = "X-TossPayments-Trace-Id"  # their support asks for it
# Whether the SDK's own requests go to further hosts is not published; the window itself is a page of Toss.
LIVE_HOSTS = ["https://*.tosspayments.com", "https://*.toss.im"]


@dataclass(frozen=True)
class TossGateway:
    """secret_key never leaves this object but as the Authorization header. self_issues_receipts: whether receipts that
    no buyer asked for are issued by us; a shop that is not obliged to, or does it otherwise, says no."""

    api_url: str
    sdk_url: str
    client_key: str
    secret_key: str = field(repr=False)
    self_issues_receipts: bool
    timeout_s: float

    name: ClassVar[str] = "toss"
    methods: ClassVar[frozenset[str]] = frozenset(METHODS)
    credential_fields: ClassVar[tuple[CredentialField, ...]] = CREDENTIALS
    secret_fields: ClassVar[frozenset[str]] = SECRET_FIELDS
    acknowledgement: ClassVar[Acknowledgement] = Acknowledgement("OK", "text/plain")
    when_unknown: ClassVar[WhenUnknown] = WhenUnknown.LOOK_UP
    confirm_window: ClassVar[timedelta] = timedelta(minutes=10)
    launch_window: ClassVar[timedelta] = timedelta(minutes=45)
    self_issue: ClassVar[SelfIssue] = SelfIssue.BY_US

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        sandbox = f"{settings.sandbox_url}/toss"
        return cls(
            api_url=settings.toss_api_url if livemode else sandbox,
            sdk_url=settings.toss_sdk_url if livemode else f"{sandbox}/v2/standard",
            client_key=credentials["client_key"],
            secret_key=credentials["secret_key"],
            self_issues_receipts=credentials.get("self_issues_receipts") != "no",
            timeout_s=settings.gateway_timeout_s,
        )

    @staticmethod
    def examine(credentials: Mapping[str, str]) -> Examined:
        return examine_words(credentials)

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        return {"client_key": f"test_ck_{merchant}", "secret_key": f"test_sk_{merchant}"}

    @classmethod
    def sandbox_merchant(cls, credentials: Mapping[str, str], *, name: str) -> str:
        return credentials["client_key"].removeprefix("test_ck_")

    @property
    def close_script_url(self) -> None:
        return None

    @property
    def receipt_api(self) -> TossReceipts | None:
        """POST /v1/cash-receipts ("현금영수증 발급")."""
        return TossReceipts(self._ask_receipt, self._list_receipts) if self.self_issues_receipts else None

    def launch(self, order: Order) -> ScriptLaunch:
        """A script opens the window; everything it is told is in payment_request()."""
        request = payment_request(order)
        params = {"clientKey": self.client_key, "customerKey": ANONYMOUS, "request": request}
        return ScriptLaunch("toss", self.sdk_url, params, self._hosts())

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int, method: str
    ) -> Authorised | Declined | WindowClosed | None:
        if outcome == "failed":
            return _refused_in_window(fields, order_id)
        if fields.get("orderId") != order_id or fields.get("amount") != str(amount):
            return None
        payment_key = fields.get("paymentKey", "")
        return Authorised({"paymentKey": payment_key}) if is_payment_key(payment_key) else None

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Issued | Declined:
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
        if payment.get("status") == WAITING:
            return issued_by(payment)
        if payment.get("status") != "DONE":
            raise GatewayOutcomeUnknown(answered=True, gateway_code=plain(payment.get("status"), 80))
        return approved_by(payment)

    def lookup(
        self,
        *,
        returned: Mapping[str, str] | None,
        order_id: str,
        transaction_id: str | None = None,
        told: Notification | None = None,
    ) -> Approved | Issued | Declined | Unpaid:
        """GET /v1/payments/{paymentKey}, then by order id.

        The key was brought back by a browser: one that Toss does not know, or that belongs to another order,
        says nothing about this one.
        """
        if returned:
            payment = self._find(quote(returned["paymentKey"], safe=""), missing=NO_SUCH_KEY)
            if payment and payment.get("orderId") == order_id:
                return state_of(payment)
        payment = self._find(f"orders/{quote(order_id, safe='')}", missing=NO_SUCH_ORDER)
        if payment and payment.get("orderId") != order_id:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)
        return state_of(payment) if payment else Unpaid("NOT_FOUND")

    def undo(
        self, *, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined | Unpaid:
        """Never asked: Toss tells what became of a confirm."""
        return self.lookup(returned=returned, order_id=order_id)

    @staticmethod
    def is_whole(body: bytes) -> bool:
        return bool(_object_in(body))

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        """DEPOSIT_CALLBACK is flat and carries the payment's `secret`; PAYMENT_STATUS_CHANGED has the payment in
        `data`. Neither is signed."""
        told = _object_in(body)
        event = told.get("eventType")
        payment = told if event is None else object_of(told.get("data"))
        if event not in (None, "PAYMENT_STATUS_CHANGED") or not isinstance(payment.get("orderId"), str):
            return None
        secret = told.get("secret") if event is None else None
        return Notification(payment["orderId"], secret if isinstance(secret, str) else None)

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
        return (
            CancelRefused(reason, code, message, code in CANCEL_REFUSED) if reason else CancelPostponed(code)
        )

    def _declined(
        self, reply: http.Reply, returned: Mapping[str, str], order_id: str
    ) -> Approved | Issued | Declined:
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
        if isinstance(found, Approved | Issued):
            return found
        is_mapped = code in MISCONFIGURED
        reason = Reason.CONFIGURATION if is_mapped else Reason.OTHER
        return Declined(reason, code, message, is_mapped)

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

    def _ask_receipt(self, path: str, body: dict[str, Any], key: str) -> http.Reply:
        return self._post(path, body, key=key, event="toss.receipt")

    def _list_receipts(self, path: str) -> http.Reply:
        return self._get(path, event="toss.receipts", about=path)

    def _find(self, name: str, *, missing: frozenset[str]) -> dict[str, Any] | None:
        """A payment by its key, or by `orders/` and an order id. None when Toss answers with a code of
        `missing`. Raises GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable."""
        reply = self._get(f"/v1/payments/{name}", event="toss.lookup", about=name)
        if reply.status == 200:
            return _read_reply(reply)
        code, _message = _code_of(reply)
        if reply.status < 500 and code in missing:
            return None
        if reply.status < 500 and code in WRONG_KEYS:
            raise GatewayMisconfigured(code)
        raise GatewayOutcomeUnknown(answered=True, gateway_code=code)

    def _get(self, path: str, *, event: str, about: str) -> http.Reply:
        return http.call(
            "GET",
            self.api_url + path,
            headers={"Authorization": self._sign()},
            timeout_s=self.timeout_s,
            event=event,
            about=about,
            trace_header=TRACE_HEADER,
        )

    def _sign(self) -> str:
        """Basic authentication; the colon after the key is required although there is no password."""
        return "Basic " + base64.b64encode(f"{self.secret_key}:".encode()).decode()

    def _hosts(self) -> dict[str, list[str]]:
        sdk = urlsplit(self.sdk_url)
        origin = f"{sdk.scheme}://{sdk.netloc}"
        hosts = [origin] if self.sdk_url.startswith(self.api_url) else [origin, *LIVE_HOSTS]
        return {"script-src": [origin], "connect-src": hosts, "frame-src": hosts, "form-action": hosts}


def _refused_in_window(fields: Mapping[str, str], order_id: str) -> Declined | WindowClosed | None:
    """failUrl. The order id may be missing when the buyer closed the window; another's is not believed."""
    if fields.get("orderId", order_id) != order_id:
        return None
    code = fields.get("code", "")
    if code in CLOSED:
        return WindowClosed()
    reason, is_mapped = DECLINED.get(code, Reason.OTHER), code in DECLINED
    return Declined(reason, plain(code, 80), plain(fields.get("message"), 500), is_mapped)


def _object_in(body: bytes) -> dict[str, Any]:
    """Empty where there is none."""
    try:
        return object_of(json.loads(body))
    except (ValueError, RecursionError):
        return {}


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
    error = object_of(content.get("error")) or content
    return plain(error.get("code"), 80) or UNREADABLE, plain(error.get("message"), 500)
