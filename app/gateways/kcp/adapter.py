"""NHN KCP: the standard web payment (표준결제) on PC and phones, and its REST API.

Source: KCP's developer centre, its samples, and shops that use it, as far as they could be read. Two facts shape this
adapter: nothing finds a payment by its order number, so a confirm without an answer is held for a person; and nothing
is signed by KCP, so a notification is compared and then asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from app import clock
from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways import http
from app.gateways.base import (
    Acknowledgement,
    Approved,
    Authorised,
    Cancellation,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    CannotTell,
    Declined,
    Issued,
    NotCancelled,
    Notification,
    Unpaid,
    WhenUnknown,
    WindowClosed,
    plain,
)
from app.gateways.credentials import CredentialField, Examined
from app.gateways.kcp.accounts import state_of_account
from app.gateways.kcp.answers import (
    APPROVED,
    CANCELLED,
    Answer,
    approved_by,
    check_order,
    code_of,
    declined_by,
    has_succeeded,
    issued_by,
    read_reply,
    rest_of,
    state_of,
)
from app.gateways.kcp.cancels import cancel_fields, closing_fields, find_in, read_cancel
from app.gateways.kcp.codes import (
    ACCOUNT,
    BANK_CODES,
    BY_HAND,
    CANCEL_DONE_BEFORE,
    CANCEL_ONLY_IN_PARTS,
    CREDENTIALS,
    DONE,
    METHODS,
    SECRET_FIELDS,
    is_misconfigured,
)
from app.gateways.kcp.notices import TAKEN, addresses_in, is_whole, may_come_from, read_notice
from app.gateways.kcp.order import order_number, pc_form, phone_form, registration
from app.gateways.kcp.signing import examine_pair, one_line, self_made, sign
from app.gateways.kcp.window import KEPT, read_window
from app.gateways.orders import Device, FormLaunch, Launch, Order, ScriptLaunch
from app.gateways.reasons import Reason, RefundReason
from app.gateways.receipts import SelfIssue
from app.settings import Settings

LIVE_DOMAIN = ".kcp.co.kr"
LIVE_HOSTS = ["https://*.kcp.co.kr"]  # which of them the window needs is not published
LIVE_RECEIPTS = "https://admin8.kcp.co.kr"


@dataclass(frozen=True)
class KcpGateway:
    """private_key and its password never leave this object but as signatures. wallet_site_cd: some shops have another
    number for easy pay. pays_back_to_accounts: the shop has that contract (가상계좌 환불 특약) and says so; its fields
    are not confirmed."""

    api_url: str
    script_url: str
    receipts: str
    livemode: bool
    site_cd: str
    wallet_site_cd: str
    site_name: str
    certificate: str = field(repr=False)
    private_key: str = field(repr=False)
    private_key_password: str = field(repr=False)
    pays_back_to_accounts: bool
    notice_addresses: tuple[str, ...]
    timeout_s: float

    name: ClassVar[str] = "kcp"
    methods: ClassVar[frozenset[str]] = frozenset(METHODS)
    credential_fields: ClassVar[tuple[CredentialField, ...]] = CREDENTIALS
    secret_fields: ClassVar[frozenset[str]] = SECRET_FIELDS
    acknowledgement: ClassVar[Acknowledgement] = TAKEN
    when_unknown: ClassVar[WhenUnknown] = WhenUnknown.HOLD
    confirm_window: ClassVar[timedelta] = timedelta(minutes=10)
    launch_window: ClassVar[timedelta] = timedelta(minutes=45)
    # By its setting "발급" KCP issues itself, to 010-000-1234, what no buyer asked for; no REST interface was found.
    self_issue: ClassVar[SelfIssue] = SelfIssue.BY_GATEWAY

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        """Of the credentials, wallet_site_cd, site_name and pays_back_to_accounts ("yes") may be missing."""
        sandbox = f"{settings.sandbox_url}/kcp"
        return cls(
            api_url=settings.kcp_api_url if livemode else sandbox,
            script_url=settings.kcp_script_url if livemode else f"{sandbox}/plugin/kcp_spay_hub.js",
            receipts=LIVE_RECEIPTS if livemode else sandbox,
            livemode=livemode,
            site_cd=credentials["site_cd"],
            wallet_site_cd=credentials.get("wallet_site_cd") or credentials["site_cd"],
            site_name=credentials.get("site_name", ""),
            certificate=one_line(credentials["certificate"]),
            private_key=credentials["private_key"],
            private_key_password=credentials["private_key_password"],
            pays_back_to_accounts=credentials.get("pays_back_to_accounts") == "yes",
            notice_addresses=(() if livemode else addresses_in(sandbox)) or settings.kcp_notice_addresses,
            timeout_s=settings.gateway_timeout_s,
        )

    @staticmethod
    def examine(credentials: Mapping[str, str]) -> Examined:
        return examine_pair(credentials)

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        """The simulator tells merchants by the common name of their certificate."""
        pair = self_made(merchant)
        return {
            "site_cd": _site_of(merchant),
            "site_name": "Test shop",
            "certificate": pair.certificate,
            "private_key": pair.private_key,
            "private_key_password": pair.password,
        }

    @classmethod
    def sandbox_merchant(cls, credentials: Mapping[str, str], *, name: str) -> str:
        return credentials["site_cd"]

    @property
    def close_script_url(self) -> None:
        return None

    @property
    def receipt_api(self) -> None:
        return None

    def launch(self, order: Order) -> Launch:
        """On PC a frame over our page, opened by KCP's script; on phones a form, after 거래등록. Both come back to
        approved_url, refused or not."""
        site_cd = self._site(order.method)
        if order.device is Device.PHONE:
            return self._phone_launch(order, site_cd)
        fields = pc_form(order, site_cd=site_cd, site_name=self.site_name, now=clock.now())
        hosts = LIVE_HOSTS if self.livemode else [_origin(self.script_url)]
        # The return is at our own name, which is another origin on a shop's own domain.
        directives = {
            name: list(hosts)
            for name in ("script-src", "style-src", "connect-src", "frame-src", "form-action")
        }
        directives["form-action"].append(_origin(order.approved_url))
        params = {"action": order.approved_url, "fields": fields}
        return ScriptLaunch("kcp", self.script_url, params, directives, blocking=True)

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int, method: str
    ) -> Authorised | Declined | WindowClosed | None:
        return read_window(fields, order_id=order_id, method=method, site_cd=self._site(method))

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Issued | Declined:
        """POST /gw/enc/v1/payment ("승인").

        Amount, order number and method are of our own record: KCP compares them with the window's.
        """
        pay_type = returned["pay_type"]
        body = {
            **{name: returned[name] for name in KEPT},
            "site_cd": returned["site_cd"],
            "kcp_cert_info": self.certificate,
            "ordr_mony": str(amount),
            "ordr_no": order_number(order_id),
            "pay_type": pay_type,
        }
        reply = self._post("/gw/enc/v1/payment", body, event="kcp.confirm", about=order_id)
        answer = read_reply(reply)
        if not has_succeeded(answer, pay_type):
            return declined_by(answer)
        if reply.status >= 500:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=code_of(answer))
        check_order(answer, order_id)
        # A wallet that pays by its own money answers with another method than was asked for; an account never does.
        if ACCOUNT in (pay_type, answer.get("pay_method")):
            return issued_by(answer, order_id)
        return approved_by(answer, order_id, receipts=self.receipts)

    def lookup(
        self,
        *,
        returned: Mapping[str, str] | None,
        order_id: str,
        transaction_id: str | None = None,
        told: Notification | None = None,
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """POST /std/inquery ("거래조회"), by KCP's own number: nothing finds a payment by ours."""
        if transaction_id is None:
            return CannotTell("NO_TNO") if returned else Unpaid("NOT_CONFIRMED")
        kept = returned or {}
        pay_type, site_cd = kept.get("pay_type", ACCOUNT), kept.get("site_cd", self.site_cd)
        inquire = partial(self._inquire, transaction_id, pay_type, site_cd)
        if pay_type == ACCOUNT:
            deposit = told.deposit if told and told.transaction_id == transaction_id else None
            return state_of_account(
                inquire, order_id=order_id, tno=transaction_id, told=deposit, receipts=self.receipts
            )
        answer = inquire()
        check_order(answer, order_id)
        if (state := state_of(answer)) == APPROVED:
            return approved_by(answer, order_id, receipts=self.receipts)
        if state == CANCELLED:
            return Declined(Reason.OTHER, state, "")
        raise GatewayOutcomeUnknown(answered=True, gateway_code=state)

    def undo(
        self, *, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """Never asked: KCP has no net-cancel."""
        return self.lookup(returned=returned, order_id=order_id)

    @staticmethod
    def is_whole(body: bytes) -> bool:
        return is_whole(body)

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        if not may_come_from(source, self.notice_addresses):
            return None
        return read_notice(body, sites=(self.site_cd, self.wallet_site_cd))

    def find_cancel(self, what: Cancellation) -> Cancelled | NotCancelled:
        if what.account and not self.pays_back_to_accounts:  # KCP is never asked for it
            return NotCancelled(what.balance if what.balance is not None else what.amount or 0)
        return find_in(self._inquire_for(what), what)

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
        """POST /gw/mod/v1/cancel ("취소").

        KCP knows no key of ours, so how the payment stands is asked before, and again before a refusal is believed: an
        earlier try may just have been done.
        """
        if METHODS[what.method].pay_type == ACCOUNT and not what.account:
            return self._close_account(what)
        if what.account and not self.pays_back_to_accounts:
            return _by_hand()
        if what.account and what.account.bank not in BANK_CODES:
            return CancelRefused(RefundReason.ACCOUNT, "BANK", "")
        found = self._inquire_for(what)
        if rest_of(found) is not None and isinstance(done := find_in(found, what), Cancelled):
            return done
        answer = self._ask_to_cancel(what, cancel_fields(what, found))
        if what.amount is None and _code_in(answer) == CANCEL_ONLY_IN_PARTS:
            answer = self._ask_to_cancel(what, cancel_fields(what, self._inquire_for(what)))
        if isinstance(answer, CancelRefused) and isinstance(done := self.find_cancel(what), Cancelled):
            return done
        return answer

    def _close_account(self, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
        """Of an account without a deposit nothing is given back; it only takes none any more. Whether STSC on one with
        a deposit brings the buyer any money is not known, so that is for a person."""
        try:
            state = state_of(self._inquire_for(what))
        except GatewayMisconfigured:  # not every shop may inquire
            state = ""
        if state == CANCELLED:
            return Cancelled(what.transaction_id)
        if state or what.amount is not None:
            return _by_hand()
        answer = self._ask_to_cancel(what, closing_fields(what))
        return Cancelled(what.transaction_id) if _code_in(answer) == CANCEL_DONE_BEFORE else answer

    def _ask_to_cancel(
        self, what: Cancellation, fields: Mapping[str, str]
    ) -> Cancelled | CancelRefused | CancelPostponed:
        site_cd = self._site(what.method)
        body = {
            "site_cd": site_cd,
            "kcp_cert_info": self.certificate,
            "kcp_sign_data": self._sign(site_cd, what.transaction_id, fields["mod_type"]),
            "tno": what.transaction_id,
            **fields,
        }
        reply = self._post("/gw/mod/v1/cancel", body, event="kcp.cancel", about=what.key)
        answer = read_reply(reply)
        if reply.status >= 500 and code_of(answer) == DONE:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=DONE)
        return read_cancel(answer, what)

    def _phone_launch(self, order: Order, site_cd: str) -> FormLaunch:
        """POST /std/tradeReg/register ("거래등록"). Its answer spells its names in a way of its own."""
        body = registration(order, site_cd=site_cd, cert_info=self.certificate)
        reply = self._post("/std/tradeReg/register", body, event="kcp.register", about=order.order_id)
        answer = read_reply(reply)
        code, url = code_of(answer, "Code"), plain(answer.get("PayUrl"), 500)
        if code != DONE:
            raise GatewayMisconfigured(code)
        if not self._is_kcps(url):
            raise GatewayMisconfigured("PAY_URL")
        registered = {
            "approval_key": str(answer.get("approvalKey", "")),
            "traceNo": str(answer.get("traceNo", "")),
            "PayUrl": url,
        }
        fields = phone_form(order, site_cd=site_cd, site_name=self.site_name, registered=registered)
        hosts = {"form-action": [_origin(url), *(LIVE_HOSTS if self.livemode else [])]}
        return FormLaunch(url, fields, charset="euc-kr", hosts=hosts, asked=True)

    def _is_kcps(self, url: str) -> bool:
        """The host differs between shops, so the address is used as it was answered, when it is one of KCP's."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        if self.livemode:
            return parts.scheme == "https" and host.endswith(LIVE_DOMAIN) and parts.username is None
        return _origin(url) == _origin(self.api_url)

    def _inquire_for(self, what: Cancellation) -> Answer:
        pay_type = METHODS[what.method].pay_type
        return self._inquire(what.transaction_id, pay_type, self._site(what.method))

    def _inquire(self, tno: str, pay_type: str, site_cd: str) -> Answer:
        """Raises GatewayMisconfigured, GatewayOutcomeUnknown, GatewayUnreachable."""
        body = {
            "site_cd": site_cd,
            "kcp_cert_info": self.certificate,
            "kcp_sign_data": self._sign(site_cd, tno, pay_type),
            "tno": tno,
            "pay_type": pay_type,
            # KCP's guide signs pay_type, its reference says mod_type: with one value under both, either holds.
            "mod_type": pay_type,
        }
        reply = self._post("/std/inquery", body, event="kcp.lookup", about=tno)
        answer = read_reply(reply)
        code = code_of(answer)
        if is_misconfigured(code):
            raise GatewayMisconfigured(code)
        if code != DONE or reply.status >= 500 or answer.get("tno") != tno:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
        return answer

    def _post(self, path: str, body: dict[str, Any], *, event: str, about: str) -> http.Reply:
        return http.call(
            "POST",
            self.api_url + path,
            headers={"Content-Type": "application/json; charset=utf-8"},
            json=body,
            timeout_s=self.timeout_s,
            event=event,
            about=about,
        )

    def _sign(self, *parts: str) -> str:
        return sign(self.private_key, self.private_key_password, *parts)

    def _site(self, method: str) -> str:
        return self.wallet_site_cd if METHODS[method].flags else self.site_cd


def _by_hand() -> CancelRefused:
    return CancelRefused(RefundReason.BY_HAND, BY_HAND, "")


def _code_in(answer: Cancelled | CancelRefused | CancelPostponed) -> str | None:
    return answer.gateway_code if isinstance(answer, CancelRefused) else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _site_of(merchant: str) -> str:
    """Five capital letters or digits, the same for a merchant each time."""
    number, letters = int(merchant, 16) % 36**5, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(letters[number // 36**place % 36] for place in range(5))
