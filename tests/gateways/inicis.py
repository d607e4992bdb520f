"""The kits of KG Inicis: one for PC, one for phones. Its samples, and where they are from: see samples.py."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest

from app.gateways import open_gateway
from app.gateways.base import (
    Approved,
    Authorised,
    CannotTell,
    Declined,
    Issued,
    Unpaid,
    WindowClosed,
)
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.inicis.codes import PUBLISHED_TEST_KEYS
from app.gateways.orders import Device
from app.gateways.reasons import Reason
from app.settings import Settings
from tests.gateways.kit import Ambiguous, Kit, ambiguous_answers, example_order
from tests.gateways.line import Act, Call, says
from tests.gateways.samples import sample, steps

ORDER = "kc_example_0001"
TID = "StdpayCARDINIpayTest20260101090101123456"
PHONE_TID = "INIMX_CARDINIpayTest20260101090006000002"
AUTHENTICATION = "INIMX_AUTHINIpayTest20260101090005000001"
# Of the approval of the notes' example: its last digit decides what authSignature is made of.
SIGNED_AT = datetime(2026, 1, 1, 0, 1, 1, 234_000, tzinfo=UTC)
CONTRACT = dict.fromkeys(("MX1002", "MX1006", "MX2001", "MX2002", "MX2003"), Reason.CONFIGURATION)
NOT_FOUND = {"resultCode": "01", "resultMsg": "해당거래 없음"}
BASE = "{base}"  # in a return: the address of all of Inicis' hosts in the test


def transaction(**changes: Any) -> Act:
    """The answer to an inquiry."""
    return says(200, {**sample("inicis", "transaction"), **changes})


class InicisKit(Kit):
    """On PC."""

    name = "inicis"
    credentials = PUBLISHED_TEST_KEYS
    order = example_order(
        "inicis",
        ORDER,
        name="제주 감귤 5kg 외 1건",
        amount=13_000,
        customer_email="buyer@example.com",
        due_at=datetime(2026, 1, 6, 1, 15, 2, tzinfo=UTC),
    )
    transaction_id = TID
    outcome_of_refusal = "approved"
    genuine_return: ClassVar[Mapping[str, str]] = {
        "resultCode": "0000",
        "resultMsg": "정상처리되었습니다.",
        "mid": "INIpayTest",
        "orderNumber": ORDER,
        "authToken": "AuthTokenExample+/==",
        "authUrl": f"{BASE}/stg/api/payAuth",
        "netCancelUrl": f"{BASE}/stg/api/netCancel",
        "checkAckUrl": f"{BASE}/stg/api/checkAck",
        "idc_name": "stg",
        "charset": "UTF-8",
        "cardnum": "",
    }
    returned: ClassVar[Mapping[str, str]] = {"authToken": "AuthTokenExample+/==", "idc_name": "stg"}
    forgeries: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "another order": {"orderNumber": "kc_other"},
        "another merchant": {"mid": "iniescrow0"},
        "an address of somebody else": {"authUrl": "https://evil.example/stg/api/payAuth"},
        "an address that begins alike": {"authUrl": f"{BASE}/stg/api/payAuth.evil.example"},
        "an address with a user": {"authUrl": "http://127.0.0.1@evil.example/inicis/stg/api/payAuth"},
        "another data centre's": {"authUrl": f"{BASE}/fc/api/payAuth"},
        "no address": {"authUrl": ""},
        "a net-cancel at somebody else": {"netCancelUrl": "https://evil.example/api/netCancel"},
        "an unknown data centre": {"idc_name": "xx", "authUrl": "", "netCancelUrl": ""},
        "no data centre": {"idc_name": ""},
        "no token": {"authToken": ""},
        "a token with a line": {"authToken": "a\r\nb"},
        "a token that is too long": {"authToken": "k" * 4_001},
        "a token in Hangul": {"authToken": "결제"},
    }
    cheaper = {"price": "1", "TotPrice": "1", "P_AMT": "1"}
    closed_return: ClassVar[Mapping[str, str]] = {"resultCode": "0021", "resultMsg": "", "orderNumber": ORDER}
    refused_return: ClassVar[Mapping[str, str]] = {
        "resultCode": "V013",
        "resultMsg": "인증에 실패하였습니다",
        "mid": "INIpayTest",
    }
    declines = CONTRACT
    approved = "pc_approved"
    wrong_keys = {"lookup": "lookup_wrong_keys", "cancel": "cancel_wrong_keys"}
    lookups = {
        "lookup_approved": Approved,
        "lookup_success_by_number": Approved,
        "lookup_part_given_back": Approved,
        "lookup_cancelled": Declined,
        "lookup_nothing": Unpaid,
        "lookup_nothing_by_nine": Unpaid,
        "lookup_account_waits": Issued,
        "lookup_account_paid": Approved,
        "lookup_deposit_taken_back": Issued,
        "lookup_account_closed": Declined,
        "lookup_older_approved": Approved,
        "lookup_older_cancelled": Declined,
        "lookup_older_nothing": Unpaid,
        "lookup_older_account_waits": CannotTell,
        "lookup_older_account_paid": Approved,
        "lookup_older_account_closed": Declined,
        "lookup_not_contracted": CannotTell,
    }
    cancelled = [
        "cancel_whole",
        "cancel_already_done",
        "cancel_already_done_in_detail",
        "cancel_rest_after_a_part",
    ]
    cancel_refused = ["cancel_too_late", "cancel_not_possible"]
    other_charset = "utf-16"
    secrets = [
        *(value for name, value in PUBLISHED_TEST_KEYS.items() if name != "mid"),
        "AuthTokenExample",
        "910020*********0",
        "27490088800001",
        "홍길동",
        "buyer@example.com",
        "01012345678",
        "010-0000-0000",
    ]

    @pytest.fixture
    def gateway(self, settings: Settings) -> InicisGateway:
        """Its clock stands still: what it signs is what the samples answer."""
        opened = open_gateway(self.name, credentials=self.credentials, livemode=False, settings=settings)
        assert isinstance(opened, InicisGateway)
        return at_rest(opened)

    def read(
        self, gateway: Any, outcome: str, fields: Mapping[str, str]
    ) -> Authorised | Declined | WindowClosed | None:
        base = gateway.hosts.api
        return super().read(
            gateway, outcome, {name: value.replace(BASE, base) for name, value in fields.items()}
        )

    def fields_asked(self, call: Call) -> Any:
        if call.headers["content-type"].startswith("application/json"):
            return call.json()
        return dict(parse_qsl(call.body.decode(), keep_blank_values=True, strict_parsing=True))

    def fields_told(self, body: Any) -> Any:
        if not isinstance(body, str):
            return body
        return dict(part.partition("=")[::2] for part in body.split("&"))

    def refuses(self, code: str) -> list[Act]:
        told = {"resultCode": code, "resultMsg": "처리할 수 없습니다."}
        return [says(200, told), says(200, NOT_FOUND)]

    def amount_asked(self, call: Call) -> int:
        return int(self.fields_asked(call)["price"])

    def cancel_answers(self, answer: Ambiguous) -> list[Act]:
        return [answer.act]


class InicisPhoneKit(InicisKit):
    order = dataclasses.replace(InicisKit.order, device=Device.PHONE)
    transaction_id = PHONE_TID
    genuine_return = {
        "P_STATUS": "00",
        "P_RMESG1": "",
        "P_TID": AUTHENTICATION,
        "P_AMT": "13000",
        "P_REQ_URL": f"{BASE}/stg/smart/payReq.ini",
        "P_NOTI": ORDER,
        "idc_name": "stg",
    }
    returned = {"P_TID": AUTHENTICATION, "idc_name": "stg"}
    forgeries = {
        "less": {"P_AMT": "12999"},
        "a fraction": {"P_AMT": "13000.0"},
        "signed": {"P_AMT": "+13000"},
        "in other digits": {"P_AMT": "１３０００"},
        "another order": {"P_NOTI": "kc_other"},
        "an address of somebody else": {"P_REQ_URL": "https://evil.example/smart/payReq.ini"},
        "the address of another call": {"P_REQ_URL": f"{BASE}/stg/smart/payNetCancel.ini"},
        "an unknown data centre": {"idc_name": "xx", "P_REQ_URL": ""},
        "no name": {"P_TID": ""},
        "a name with a line": {"P_TID": "INIMX_AUTHINIpayTest\r\n20260101090005"},
    }
    closed_return = {"P_STATUS": "01", "P_RMESG1": "사용자가 결제를 취소하였습니다.", "P_NOTI": ORDER}
    refused_return = {"P_STATUS": "01", "P_RMESG1": "한도초과", "P_NOTI": ORDER}
    approved = "phone_approved"
    cancelled = ["cancel_whole", "cancel_already_done", "cancel_already_done_in_detail"]
    secrets = [secret for secret in InicisKit.secrets if secret != "AuthTokenExample"]

    def ambiguous(self, answer: str) -> Ambiguous:
        good: str = steps(self.name, self.approved)[-1].body
        return ambiguous_answers(good.encode(), good.encode(self.other_charset))[answer]

    def refuses(self, code: str) -> list[Act]:
        told = f"P_STATUS={code}&P_RMESG1=처리할 수 없습니다.&P_TID={AUTHENTICATION}"
        return [says(200, told), says(200, NOT_FOUND)]


def at_rest(gateway: InicisGateway, moment: datetime = SIGNED_AT) -> InicisGateway:
    """The same adapter, at a moment that does not pass."""
    api = dataclasses.replace(gateway.api, clock=lambda: moment)
    return dataclasses.replace(gateway, api=api, clock=lambda: moment)


def told_by(content: Any) -> bytes:
    """A JSON answer in EUC-KR."""
    return json.dumps(content, ensure_ascii=False).encode("cp949")
