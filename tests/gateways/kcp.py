"""The kit of NHN KCP. Its samples, and where they are from: see samples.py."""

from datetime import UTC, datetime
from typing import Any

from app.gateways.base import Approved, CannotTell, Declined, Gateway, Issued, Unpaid
from app.gateways.kcp.signing import one_line, self_made
from app.gateways.reasons import Reason
from tests.gateways.kit import Ambiguous, Kit, example_order
from tests.gateways.line import Act, Call, says
from tests.gateways.samples import sample

TNO, ORDER = "26080100000001", "pay_5f2c9a1e7b3d4c6f8a0b1c2d3e4f5a6b"
NUMBER = "pay5f2c9a1e7b3d4c6f8a0b1c2d3e4f5a6b"
BITS = "100000000000"
TOKENS = {"tran_cd": "00100000", "enc_data": "MIIa+b/c9==", "enc_info": "KCPx+y/z0=="}
PAIR = self_made("shop")
CREDENTIALS = {
    "site_cd": "T0000",
    "certificate": PAIR.certificate,
    "private_key": PAIR.private_key,
    "private_key_password": PAIR.password,
}

# The notes' table of result codes (§3) and its classes: a refusal that proves that nothing was taken.
REFUSALS = {
    "3000": Reason.LIMIT_ONCE,
    "8059": Reason.AMOUNT,
    "CC67": Reason.CONFIGURATION,
}
BY_CLASS = {"CC31": Reason.REFUSED, "BK07": Reason.REFUSED, "8155": Reason.OTHER, "SIM7": Reason.OTHER}


def asked(call: Call) -> dict[str, str]:
    body: dict[str, str] = call.json()
    assert all(isinstance(value, str) for value in body.values())
    return body


class KcpKit(Kit):
    name = "kcp"
    credentials = CREDENTIALS
    private_credentials = frozenset({"certificate", "private_key", "private_key_password"})
    order = example_order("kcp", ORDER, due_at=datetime(2026, 8, 4, 5, 30, 15, tzinfo=UTC))
    transaction_id = TNO
    genuine_return = {
        "res_cd": "0000",
        "res_msg": "정상처리",
        **TOKENS,
        "use_pay_method": BITS,
        "ordr_idxx": NUMBER,
        "good_mny": "50000",
        "ordr_chk": f"{NUMBER}|50000",
        "later": "field",
    }
    returned = {**TOKENS, "site_cd": "T0000", "pay_type": "PACA"}
    forgeries = {
        "another order": {"ordr_idxx": "pay" + "0" * 32},
        "our id of the order": {"ordr_idxx": ORDER},
        "no order": {"ordr_idxx": ""},
        "another method": {"use_pay_method": "001000000000"},
        "two methods": {"use_pay_method": "101000000000"},
        "no data": {"enc_data": ""},
        "no info": {"enc_info": ""},
        "no code of transaction": {"tran_cd": ""},
        "data with a line": {"enc_data": "a\r\nb"},
        "data in Hangul": {"enc_data": "결제"},
        "data that is too long": {"enc_info": "k" * 16_001},
        "an account in clear": {"enc_data": "", "account": "56299999999999", "bankname": "신한은행"},
    }
    cheaper = {"good_mny": "1", "ordr_mony": "1", "amount": "1"}
    closed_return = {"res_cd": "3001", "res_msg": "사용자가 결제를 취소하였습니다", "ordr_idxx": NUMBER}
    refused_return = {"res_cd": "3000", "res_msg": "결제 가능 금액 초과", "ordr_idxx": NUMBER}
    outcome_of_refusal = "approved"  # KCP knows but one address
    declines = {**REFUSALS, **BY_CLASS}
    approved = "confirm_card"
    wrong_keys = {
        "confirm": "confirm_wrong_keys",
        "lookup": "lookup_wrong_keys",
        "cancel": "cancel_wrong_keys",
    }
    lookups = {"lookup_done": Approved, "lookup_cancelled": Declined}
    cancelled = [
        "cancel_whole",
        "cancel_rest_after_a_part",
        "cancel_already_done",
        "cancel_part_meanwhile",
        "cancel_done_meanwhile",
    ]
    cancel_refused = ["cancel_refused"]
    other_charset = "utf-16"  # EUC-KR is read as well
    secrets = [
        one_line(PAIR.certificate),
        PAIR.private_key.splitlines()[3],
        PAIR.password,
        TOKENS["enc_data"],
        TOKENS["enc_info"],
        "433012******1234",
        "30012345",
        "56200000000001",
        "예시상점",
        "010****1234",
        "26080100000077",
        "홍길동",
        "customer@example.com",
        "01012345678",
    ]

    def refuses(self, code: str) -> list[Act]:
        return [says(200, {"res_cd": code, "res_msg": "거절되었습니다.", "res_en_msg": "refused"})]

    def amount_asked(self, call: Call) -> int:
        return int(asked(call)["ordr_mony"])

    def cancel_answers(self, answer: Ambiguous) -> list[Act]:
        return [says(200, sample("kcp", "inquiry")), answer.act]

    def lookup(self, gateway: Gateway, **changes: Any) -> Approved | Issued | Declined | Unpaid | CannotTell:
        """KCP finds a payment by its own number alone."""
        return super().lookup(gateway, **{"transaction_id": TNO, **changes})
