"""KG Inicis' answers to approvals, net-cancels and cancels, as its documentation has them and as it does not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.errors import GatewayMisconfigured, GatewayOutcomeUnknown
from app.gateways.base import (
    Approved,
    Cancelled,
    CancelPostponed,
    CancelRefused,
    CannotTell,
    Card,
    Declined,
    Issued,
    NotCancelled,
    Unpaid,
)
from app.gateways.inicis.adapter import InicisGateway
from app.gateways.inicis.codes import MISMATCH
from app.gateways.reasons import Reason, RefundReason
from tests.gateways.inicis import (
    AUTHENTICATION,
    NOT_FOUND,
    ORDER,
    PHONE_TID,
    TID,
    InicisKit,
    InicisPhoneKit,
    told_by,
    transaction,
)
from tests.gateways.kit import Play
from tests.gateways.line import Act, Line, closes, says
from tests.gateways.samples import sample, steps

NOTHING = says(200, NOT_FOUND)
DONE = says(200, {"resultCode": "00", "resultMsg": "정상처리되었습니다."})
NO_CONTRACT = says(200, {"resultCode": "E001", "resultMsg": "계약되지 않은 서비스"})


def approval(**changes: Any) -> Act:
    return says(200, {**sample("inicis", "pc_payment"), **changes})


def net_cancel(code: str = "0000", **changes: Any) -> Act:
    told = {"resultCode": code, "resultMsg": "x", "mid": "INIpayTest", "tid": TID, "moid": ORDER}
    return says(200, {**told, **changes})


class TestApprovals(InicisKit):
    def test_the_request_is_the_one_that_inicis_documents(
        self, gateway: InicisGateway, play: Play, line: Line
    ) -> None:
        play("pc_approved")

        self.confirm(gateway)

        asked = self.fields_asked(line.calls[0])
        assert asked["authToken"] == "AuthTokenExample+/=="
        assert (asked["format"], asked["charset"], asked["price"]) == ("JSON", "UTF-8", "13000")
        assert asked["verification"] == "a6f26f4012e95f58e57a2daa78fd335a6ed1a471786b113165241deae0362798"

    @pytest.mark.parametrize(
        ("name", "card"),
        [
            ("pc_approved", Card("bc", "910020*********0", 0)),
            ("pc_approved_instalments", Card("kookmin", "910020*********0", 3)),
            ("pc_approved_by_money", None),
            ("pc_approved_transfer", None),
        ],
    )
    def test_a_card_is_told_where_there_is_one(
        self, gateway: InicisGateway, play: Play, name: str, card: Card | None
    ) -> None:
        play(name)

        assert self.confirm(gateway) == Approved(TID, ORDER, 13_000, card)

    def test_an_account_that_was_issued_is_not_paid(self, gateway: InicisGateway, play: Play) -> None:
        play("pc_issued")

        answer = self.confirm(gateway)

        assert isinstance(answer, Issued)
        assert (answer.account.bank, answer.account.number) == ("woori", "27490088800001")
        assert answer.account.due_at == datetime(2026, 1, 8, 14, 59, 59, tzinfo=UTC)

    def test_an_answer_in_euc_kr_is_read(self, gateway: InicisGateway, line: Line) -> None:
        line.will(says(200, told_by(sample("inicis", "pc_payment"))))

        assert isinstance(self.confirm(gateway), Approved)

    @pytest.mark.parametrize(
        "change",
        [{"TotPrice": "12999"}, {"TotPrice": "13000.0"}, {"MOID": "kc_other"}, {"mid": "iniescrow0"}, {"tid": ""},
         {"tid": "short"}, {"authSignature": "0" * 64}, {"authSignature": None}, {"currency": "USD"}],
        ids=str,
    )  # fmt: skip
    def test_an_approval_that_does_not_fit_is_undone(
        self, gateway: InicisGateway, line: Line, change: dict[str, Any]
    ) -> None:
        line.will(approval(**change))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert (told.value.answered, told.value.gateway_code) == (True, MISMATCH)

    def test_an_account_without_a_number_or_date_is_none(self, gateway: InicisGateway, line: Line) -> None:
        line.will(approval(payMethod="VBank", VACT_Num="", VACT_Date="20260108"))

        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway)

    def test_a_refusal_of_what_was_approved_is_no_refusal(self, gateway: InicisGateway, play: Play) -> None:
        play("pc_refused_but_approved")

        assert isinstance(self.confirm(gateway), Approved)

    def test_what_was_asked_for_before_and_is_nowhere_is_unknown(
        self, gateway: InicisGateway, play: Play
    ) -> None:
        play("pc_used_before")

        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway)

    def test_a_refusal_that_cannot_be_read_back_is_unknown(self, gateway: InicisGateway, line: Line) -> None:
        line.will(says(200, {"resultCode": "V1", "resultMsg": "x"}), closes)

        with pytest.raises(GatewayOutcomeUnknown) as told:
            self.confirm(gateway)

        assert told.value.gateway_code == "V1"

    @pytest.mark.parametrize(
        ("sentence", "reason"),
        [
            ("한도초과 또는 잔액부족", Reason.LIMIT_ONCE),
            ("잔액부족", Reason.BALANCE),
            ("카드사 승인 거절", Reason.REFUSED),
            ("정지되었거나 분실·도난 신고된 카드", Reason.STOPPED),
            ("카드 유효기간 오류", Reason.CARD_EXPIRY),
            ("할부가 되지 않는 카드", Reason.INSTALMENT),
            ("은행 점검 시간", Reason.BANK_HOURS),
            ("계약되지 않은 서비스", Reason.CONFIGURATION),
            ("알 수 없음", Reason.OTHER),
        ],
    )
    def test_the_words_of_a_refusal_tell_which_sentence_the_buyer_reads(
        self, gateway: InicisGateway, line: Line, sentence: str, reason: Reason
    ) -> None:
        line.will(says(200, {"resultCode": "V1", "resultMsg": sentence}), NOTHING)

        assert self.confirm(gateway) == Declined(reason, "V1", sentence)

    def test_a_data_centre_that_is_none_of_ours_any_more_is_not_asked(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        with pytest.raises(GatewayOutcomeUnknown):
            self.confirm(gateway, returned={**self.returned, "idc_name": "gone"})

        assert line.calls == []

    def test_what_belongs_to_another_order_is_never_ours(self, gateway: InicisGateway, line: Line) -> None:
        line.will(transaction(oid="kc_other"))

        with pytest.raises(GatewayOutcomeUnknown):
            self.lookup(gateway)

    def test_the_transaction_is_asked_about_by_its_name_and_then_by_its_order(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        line.will(NOTHING, transaction())

        assert isinstance(self.lookup(gateway, transaction_id=TID), Approved)
        assert [call.json()["data"] for call in line.calls] == [{"tid": TID}, {"oid": ORDER}]


class TestUndo(InicisKit):
    def undo(self, gateway: InicisGateway) -> Any:
        return gateway.undo(returned=self.returned, order_id=ORDER, amount=self.order.amount)

    @pytest.mark.parametrize(
        ("acts", "answer"),
        [
            ([net_cancel()], Declined),
            ([net_cancel(tid=""), NOTHING], Unpaid),  # of an authentication that was not approved, so far
            ([net_cancel(moid="kc_other"), NOTHING], Unpaid),
            ([net_cancel("V5"), NOTHING], Unpaid),
            ([net_cancel("V5"), transaction(transactionStatus="CANCEL")], Declined),
            ([net_cancel("V5"), transaction(), DONE], Declined),
            ([closes, transaction(), DONE], Declined),
            ([says(502), NOTHING], Unpaid),
            ([net_cancel("V5"), NO_CONTRACT, NO_CONTRACT], CannotTell),
        ],
    )
    def test_nothing_is_claimed_that_is_not_known(
        self, gateway: InicisGateway, line: Line, acts: list[Act], answer: type
    ) -> None:
        line.will(*acts)

        assert isinstance(self.undo(gateway), answer)

    @pytest.mark.parametrize(
        "acts",
        [
            [closes, closes],
            [net_cancel("V5"), says(500)],
            [net_cancel("V5"), transaction(), closes],
            [closes, NO_CONTRACT, NO_CONTRACT],
            [closes, transaction(), says(200, {"resultCode": "V9", "resultMsg": "x"}), transaction()],
        ],
    )
    def test_while_anything_is_open_it_is_unknown(
        self, gateway: InicisGateway, line: Line, acts: list[Act]
    ) -> None:
        line.will(*acts)

        with pytest.raises(GatewayOutcomeUnknown):
            self.undo(gateway)

    def test_what_can_be_taken_back_in_no_way_is_kept(self, gateway: InicisGateway, line: Line) -> None:
        refused = says(200, {"resultCode": "V9", "resultMsg": "취소할 수 없는 거래"})
        line.will(net_cancel("V5"), transaction(), refused, transaction())

        assert isinstance(self.undo(gateway), Approved)

    def test_an_account_that_was_paid_into_is_kept(self, gateway: InicisGateway, line: Line) -> None:
        [step] = steps("inicis", "lookup_account_paid")
        line.will(net_cancel("V5"), says(200, step.body))

        assert isinstance(self.undo(gateway), Approved)


class TestUndoOnPhones(InicisPhoneKit):
    @pytest.mark.parametrize(
        ("tid", "acts", "answer"), [(PHONE_TID, [], Declined), (AUTHENTICATION, [NOTHING], Unpaid)]
    )
    def test_only_a_payment_that_is_named_was_taken_back_for_sure(
        self, gateway: InicisGateway, line: Line, tid: str, acts: list[Act], answer: type
    ) -> None:
        line.will(says(200, f"P_STATUS=00&P_RMESG1=망취소 성공&P_TID={tid}"), *acts)

        told = gateway.undo(returned=self.returned, order_id=ORDER, amount=13_000)

        assert isinstance(told, answer)
        asked = self.fields_asked(line.calls[0])
        assert (asked["P_TID"], asked["P_AMT"], asked["P_OID"]) == (AUTHENTICATION, "13000", ORDER)
        assert asked["P_CHKFAKE"] == gateway.keys.check_fake(
            amount=13_000, order_id=ORDER, timestamp=asked["P_TIMESTAMP"]
        )

    def test_an_account_and_what_was_used_before(self, gateway: InicisGateway, play: Play) -> None:
        play("phone_issued")
        play("phone_used_before")

        assert isinstance(self.confirm(gateway), Issued)
        assert isinstance(self.confirm(gateway), Approved)


class TestCancels(InicisKit):
    PART = {"amount": 3_000, "balance": 13_000, "key": "ref_1"}

    def test_a_part_has_a_name_of_its_own(self, gateway: InicisGateway, play: Play, line: Line) -> None:
        play("cancel_part")

        assert self.cancel(gateway, **self.PART) == Cancelled("StdpayCARDINIpayTest20260101093001000009")
        asked = self.fields_asked(line.calls[0])
        assert (asked["type"], asked["price"], asked["confirmPrice"]) == ("PartialRefund", "3000", "10000")

    @pytest.mark.parametrize(
        ("parts", "found"),
        [([], NotCancelled(13_000)), (["3000"], Cancelled("StdpayCARDINIpayTest20260101093001000009"))],
    )
    def test_a_part_is_found_by_what_is_left(
        self, gateway: InicisGateway, line: Line, parts: list[str], found: object
    ) -> None:
        name = "StdpayCARDINIpayTest20260101093001000009"
        line.will(transaction(partCancelTransInfo=[{"tid": name, "requestPrice": price} for price in parts]))

        assert gateway.find_cancel(self.cancellation(**self.PART)) == found

    def test_another_balance_than_either_is_for_a_person(self, gateway: InicisGateway, line: Line) -> None:
        line.will(transaction(partCancelTransInfo=[{"tid": TID, "requestPrice": "500"}]))

        with pytest.raises(GatewayOutcomeUnknown) as told:
            gateway.find_cancel(self.cancellation(**self.PART))

        assert told.value.gateway_code == "BALANCE"

    def test_more_than_is_left_is_not_even_asked_for(self, gateway: InicisGateway, line: Line) -> None:
        answer = self.cancel(gateway, amount=3_000, balance=0)

        assert isinstance(answer, CancelRefused)
        assert (answer.reason, line.calls) == (RefundReason.BALANCE, [])

    @pytest.mark.parametrize(
        ("sentence", "method", "reason"),
        [
            ("부분취소 금액 오류", "card", RefundReason.BALANCE),
            ("부분취소할 수 없는 거래", "card", RefundReason.PARTIAL),
            ("취소 가능 기간이 지났습니다", "card", RefundReason.TOO_LATE),
            ("정산 예정 금액 부족", "card", RefundReason.LIMIT),
            ("취소할 수 없는 거래", "card", RefundReason.NOT_POSSIBLE),
            ("알 수 없음", "card", RefundReason.OTHER),
            ("알 수 없음", "virtual_account", RefundReason.ACCOUNT),
        ],
    )
    def test_the_words_of_a_refusal_tell_the_merchant_why(
        self, gateway: InicisGateway, line: Line, sentence: str, method: str, reason: RefundReason
    ) -> None:
        line.will(says(200, {"resultCode": "V9", "resultMsg": sentence}), transaction())

        answer = self.cancel(gateway, **self.PART if method == "card" else {}, method=method)

        assert answer == CancelRefused(reason, "V9", sentence)

    def test_a_phones_bill_is_closed_with_its_month(self, gateway: InicisGateway, line: Line) -> None:
        earlier = TID.replace("20260101090101", "20251231090101")
        refused = says(200, {"resultCode": "V9", "resultMsg": "알 수 없음"})
        line.will(refused, transaction(tid=earlier), refused, transaction())

        late = self.cancel(gateway, method="mobile_phone", transaction_id=earlier)
        other = self.cancel(gateway, method="mobile_phone")

        assert isinstance(late, CancelRefused)
        assert isinstance(other, CancelRefused)
        assert (late.reason, other.reason) == (RefundReason.TOO_LATE, RefundReason.OTHER)

    def test_a_banks_night_passes_and_a_system_error_promises_nothing(
        self, gateway: InicisGateway, line: Line
    ) -> None:
        line.will(says(200, {"resultCode": "V8", "resultMsg": "은행 점검 시간"}), transaction())
        assert self.cancel(gateway, **self.PART) == CancelPostponed("V8")
        line.will(says(200, {"resultCode": "V7", "resultMsg": "시스템 오류"}))

        with pytest.raises(GatewayOutcomeUnknown):
            self.cancel(gateway, **self.PART)

    def test_another_merchants_payment_is_a_fault_of_the_contract(
        self, gateway: InicisGateway, play: Play
    ) -> None:
        play("cancel_of_another_merchant")

        with pytest.raises(GatewayMisconfigured):
            self.cancel(gateway)

    def test_a_wrong_path_is_answered_by_a_page(self, gateway: InicisGateway, line: Line) -> None:
        line.will(says(200, json.dumps("Not Found: /api")))

        with pytest.raises(GatewayOutcomeUnknown):
            self.cancel(gateway)
