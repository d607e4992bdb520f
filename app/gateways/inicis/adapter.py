"""KG Inicis: INIStdPay on PC, INIpay Mobile on phones, INIAPI for cancels and inquiries.

The buyer only authenticates in its windows; nothing is taken before our server asks. Source: manual.inicis.com and its
samples, as far as the protocol notes could read them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, ClassVar, Self, TypeVar
from urllib.parse import urlencode

from app import clock
from app.clock import KST
from app.errors import GatewayError, GatewayOutcomeUnknown
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
from app.gateways.credentials import CredentialField, Examined, examine_words
from app.gateways.inicis import cancels, notices, pc, phone
from app.gateways.inicis.answers import declined
from app.gateways.inicis.api import FORM, Api, NotContracted, object_in
from app.gateways.inicis.codes import (
    CREDENTIALS,
    OTHER_PAYMENT,
    PC_DONE,
    PC_METHODS,
    PHONE_DONE,
    PUBLISHED_TEST_KEYS,
    SECRET_FIELDS,
    UNREADABLE,
    USED_BEFORE,
)
from app.gateways.inicis.contract import Contract
from app.gateways.inicis.hosts import Hosts, origin_of
from app.gateways.inicis.signing import Keys
from app.gateways.inicis.text import pairs_of, text_of
from app.gateways.inicis.transaction import Transaction, state_by_v1
from app.gateways.orders import Device, FormLaunch, Order, ScriptLaunch
from app.gateways.reasons import Reason
from app.gateways.receipts import SelfIssue
from app.settings import Settings

UNDO_REASON = "결제 결과 미확인으로 인한 자동 취소"


@dataclass(frozen=True)
class InicisGateway:
    """clock: the time that requests are signed with. notice_networks: where notifications may come from."""

    keys: Keys
    hosts: Hosts
    api: Api = field(repr=False)
    contract: Contract
    notice_networks: notices.Networks
    is_live: bool
    timeout_s: float
    clock: Callable[[], datetime] = field(default=clock.now, repr=False)

    name: ClassVar[str] = "inicis"
    methods: ClassVar[frozenset[str]] = frozenset(PC_METHODS)
    credential_fields: ClassVar[tuple[CredentialField, ...]] = CREDENTIALS
    secret_fields: ClassVar[frozenset[str]] = SECRET_FIELDS
    acknowledgement: ClassVar[Acknowledgement] = Acknowledgement("OK", "text/plain")
    when_unknown: ClassVar[WhenUnknown] = WhenUnknown.UNDO
    confirm_window: ClassVar[timedelta] = timedelta(minutes=10)
    launch_window: ClassVar[timedelta] = timedelta(minutes=45)
    # INIAPI has /api/v1/receipt, but what it wants to be told could not be read, nor whether Inicis does it by itself.
    self_issue: ClassVar[SelfIssue] = SelfIssue.BY_HAND

    @classmethod
    def open(cls, *, credentials: Mapping[str, str], livemode: bool, settings: Settings) -> Self:
        """Beside its keys an account may say refund_version (2 for cancels by the newer server API), and what is in
        its Contract: phone_goods, mixed_tax, escrow."""
        names = ("mid", "sign_key", "hash_key", "api_key", "api_iv")
        keys = Keys(**{name: credentials[name] for name in names})
        hosts = Hosts.live(settings) if livemode else Hosts.sandbox(settings)
        sources = settings.inicis_notice_sources if livemode else settings.sandbox_notice_sources
        client_ip, timeout_s = settings.inicis_client_ip, settings.gateway_timeout_s
        return cls(
            keys=keys,
            hosts=hosts,
            api=Api(
                hosts.api, keys, client_ip, timeout_s, clock.now, credentials.get("refund_version") == "2"
            ),
            contract=Contract.read(credentials),
            notice_networks=tuple(ip_network(source) for source in sources),
            is_live=livemode,
            timeout_s=timeout_s,
        )

    @staticmethod
    def examine(credentials: Mapping[str, str]) -> Examined:
        return examine_words(credentials)

    @classmethod
    def sandbox_credentials(cls, merchant: str) -> dict[str, str]:
        """Those of the one MID that everybody tries things with: it has ten letters, too few for a merchant's name."""
        return dict(PUBLISHED_TEST_KEYS)

    @classmethod
    def sandbox_merchant(cls, credentials: Mapping[str, str], *, name: str) -> str:
        return name

    @property
    def close_script_url(self) -> str:
        return f"{self.hosts.scripts}/INIStdPay_close.js"

    @property
    def receipt_api(self) -> None:
        return None

    def launch(self, order: Order) -> ScriptLaunch | FormLaunch:
        """Its script for PC refuses phones and tablets, which have a page of their own."""
        timestamp = self._milliseconds()
        if order.device is Device.PHONE:
            fields = phone.order_form(order, self.keys, self.contract, timestamp=timestamp)
            further = ["https://*.inicis.com"] if self.is_live else []
            hosts = {"form-action": [origin_of(self.hosts.phone), *further]}
            return FormLaunch(phone.page_of(order, self.hosts), fields, "euc-kr", hosts)
        fields = pc.order_form(order, self.keys, self.contract, timestamp=timestamp)
        script = f"{self.hosts.scripts}/INIStdPay.js"
        return ScriptLaunch("inicis", script, {"fields": fields}, self._page_hosts(order))

    def read_return(
        self, *, outcome: str, fields: Mapping[str, str], order_id: str, amount: int, method: str
    ) -> Authorised | Declined | WindowClosed | None:
        """Both windows know but one address of ours, for whatever came of it."""
        if "P_STATUS" in fields:
            return phone.read_return(fields, self.hosts, order_id=order_id, amount=amount)
        if "resultCode" in fields:
            return pc.read_return(fields, self.hosts, mid=self.keys.mid, order_id=order_id)
        return None

    def confirm(
        self, *, returned: Mapping[str, str], order_id: str, amount: int, earlier_errors: int
    ) -> Approved | Issued | Declined:
        """승인요청: POST authUrl or P_REQ_URL, built anew from the data centre that the buyer came back with.

        An answer that says the money was taken but does not fit what was asked is no answer: it is undone.
        """
        if "authToken" in returned:
            return self._confirm_on_pc(returned, order_id, amount)
        return self._confirm_on_phone(returned, order_id, amount)

    def lookup(
        self,
        *,
        returned: Mapping[str, str] | None,
        order_id: str,
        transaction_id: str | None = None,
        told: Notification | None = None,
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """거래조회, by the transaction where it is known. A contract without the newer inquiry may have the older."""
        try:
            found = self._find(transaction_id, order_id)
        except NotContracted as error:
            return self._look_by_v1(transaction_id, order_id, error.gateway_code)
        return found.state() if found else Unpaid("NOT_FOUND")

    def undo(
        self, *, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """망취소, for ten minutes after the authentication; where that does not answer for sure, 거래조회 tells whether
        there is anything, and what there is, is cancelled.

        Unpaid: there is nothing, and what was asked may still be on its way to Inicis.
        """
        nothing = Declined(Reason.NOT_CONFIRMED, "NET_CANCEL", "")
        answered = self._net_cancel(returned, order_id, amount)
        if answered == UNDONE:
            return nothing
        try:
            found = self._find(None, order_id)
        except NotContracted as error:
            known = self._look_by_v1(None, order_id, error.gateway_code)
            return _unless_under_way(known, answered)
        if found is None:
            return Unpaid("NOT_FOUND")
        state = found.state()
        if isinstance(state, Declined):
            return replace(nothing, gateway_code=state.gateway_code)
        if found.method == "virtual_account" and isinstance(state, Approved):
            return state  # paid into already, and nobody has told where to give it back to
        what = Cancellation(found.tid, key=order_id, method=found.method, reason=UNDO_REASON)
        if isinstance(self.cancel(what), Cancelled):
            return nothing
        return _unless_under_way(state, answered)

    @staticmethod
    def is_whole(body: bytes) -> bool:
        return notices.is_whole(body)

    def read_notification(self, *, body: bytes, content_type: str, source: str) -> Notification | None:
        if not notices.comes_from(source, self.notice_networks):
            return None
        return notices.read_notification(body, mid=self.keys.mid)

    def find_cancel(self, what: Cancellation) -> Cancelled | NotCancelled:
        found = self.api.find(tid=what.transaction_id)
        if found is None:
            raise GatewayOutcomeUnknown(gateway_code="NOT_FOUND")
        return cancels.find_in(found, what)

    def cancel(self, what: Cancellation) -> Cancelled | CancelRefused | CancelPostponed:
        """취소·환불. A cancel without an answer is found again by what is left, so the caller looks first."""
        month = self.clock().astimezone(KST).strftime("%Y%m")
        return cancels.cancel(self.api, what, month=month, mixed_tax=self.contract.mixed_tax)

    def _confirm_on_pc(
        self, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined:
        timestamp, url = self._milliseconds(), self.hosts.pc(returned["idc_name"], "payAuth")
        fields = pc.approval(returned, self.keys, amount=amount, timestamp=timestamp)
        answer = object_in(self._post(url, fields, event="inicis.confirm", about=order_id))
        if answer.get("resultCode") != PC_DONE:
            return self._declined(answer, "resultCode", "resultMsg", order_id)
        return pc.approved(answer, mid=self.keys.mid, order_id=order_id, amount=amount, timestamp=timestamp)

    def _confirm_on_phone(
        self, returned: Mapping[str, str], order_id: str, amount: int
    ) -> Approved | Issued | Declined:
        url, fields = self.hosts.on_phone(returned["idc_name"], "payReq"), phone.approval(returned, self.keys)
        answer = _read_pairs(self._post(url, fields, event="inicis.confirm", about=order_id))
        if answer.get("P_STATUS") != PHONE_DONE:
            return self._declined(answer, "P_STATUS", "P_RMESG1", order_id)
        return phone.approved(answer, mid=self.keys.mid, order_id=order_id, amount=amount)

    def _declined(
        self, answer: Mapping[str, Any], code_name: str, sentence_name: str, order_id: str
    ) -> Approved | Issued | Declined:
        """What an approval's answer means that says no. Its list of codes is not known, so it is believed only after
        the payment was read back. Raises GatewayOutcomeUnknown when that does not tell."""
        code, sentence = plain(text_of(answer, code_name), 80), plain(text_of(answer, sentence_name), 500)
        if not code:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
        try:
            found = self._find(None, order_id)
        except GatewayError:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=code) from None
        state = found.state() if found else None
        if isinstance(state, Approved | Issued):
            return state
        if (
            code == USED_BEFORE and state is None
        ):  # somebody has asked before us: what came of it must turn up
            raise GatewayOutcomeUnknown(answered=True, gateway_code=code)
        return declined(code, sentence)

    def _net_cancel(self, returned: Mapping[str, str], order_id: str, amount: int) -> str:
        """Whether it was undone for sure, said no or anything else, or did not answer at all."""
        is_pc, idc, timestamp = "authToken" in returned, returned["idc_name"], self._milliseconds()
        if is_pc:
            url = self.hosts.pc(idc, "netCancel")
            fields = pc.approval(returned, self.keys, amount=amount, timestamp=timestamp)
        else:
            url = self.hosts.on_phone(idc, "payNetCancel")
            fields = phone.net_cancel(
                returned, self.keys, order_id=order_id, amount=amount, timestamp=timestamp
            )
        try:
            reply = self._post(url, fields, event="inicis.net_cancel", about=order_id)
            if is_pc:
                done = pc.is_undone(object_in(reply), mid=self.keys.mid, order_id=order_id)
            else:
                done = phone.is_undone(_read_pairs(reply), returned)
        except GatewayError:
            return NO_ANSWER
        return UNDONE if done else NOT_UNDONE

    def _find(self, transaction_id: str | None, order_id: str) -> Transaction | None:
        """By the transaction where it is known, and it is this order's; else by the order."""
        found = self.api.find(tid=transaction_id) if transaction_id else None
        if found is None or found.order_id != order_id:
            found = self.api.find(order_id=order_id)
        if found is not None and found.order_id != order_id:
            raise GatewayOutcomeUnknown(answered=True, gateway_code=OTHER_PAYMENT)
        return found

    def _look_by_v1(
        self, transaction_id: str | None, order_id: str, gateway_code: str
    ) -> Approved | Declined | Unpaid | CannotTell:
        try:
            answer = self.api.find_by_v1(tid=transaction_id, order_id=order_id)
        except NotContracted:
            return CannotTell(gateway_code)
        return state_by_v1(answer, order_id=order_id)

    def _post(self, url: str | None, fields: Mapping[str, str], *, event: str, about: str) -> http.Reply:
        """url None: the data centre is none of those that we know any more. Nothing is sent then."""
        if url is None:
            raise GatewayOutcomeUnknown(gateway_code="IDC")
        return http.call(
            "POST",
            url,
            headers=FORM,
            data=urlencode(fields).encode(),
            timeout_s=self.timeout_s,
            event=event,
            about=about,
        )

    def _milliseconds(self) -> str:
        return str(int(self.clock().timestamp() * 1000))

    def _page_hosts(self, order: Order) -> dict[str, list[str]]:
        """Of the page that its script opens the window over. The window leads to pages of ours, too."""
        window, more = list(self.hosts.window), list(self.hosts.more)
        hosts = {
            "script-src": [*window, *more],
            "style-src": [*window, *more],
            "connect-src": [*window, *more],
            "frame-src": ["'self'", origin_of(order.approved_url), *window],
            "form-action": window,
        }
        if self.is_live:  # it dresses its window by elements and attributes of its own
            inline = ["'self'", "'unsafe-inline'", *window, *more]
            hosts |= {"style-src-elem": inline, "style-src-attr": ["'unsafe-inline'"]}
        return hosts


UNDONE, NOT_UNDONE, NO_ANSWER = "undone", "not_undone", "no_answer"
Known = TypeVar("Known", Approved | Issued, Approved | Declined | Unpaid | CannotTell)


def _unless_under_way(known: Known, answered: str) -> Known:
    """What is known beside a net-cancel. Raises GatewayOutcomeUnknown while one without an answer may yet be carried
    out, or may be answered when it is asked again."""
    if answered == NO_ANSWER and not isinstance(known, Declined | Unpaid):
        raise GatewayOutcomeUnknown(gateway_code="NET_CANCEL")
    return known


def _read_pairs(reply: http.Reply) -> dict[str, str]:
    """The text of phones. Raises GatewayOutcomeUnknown when it is none."""
    pairs = pairs_of(reply.body) if reply.status == 200 else None
    if pairs is None or not pairs.get("P_STATUS"):
        raise GatewayOutcomeUnknown(answered=True, gateway_code=UNREADABLE)
    return pairs
