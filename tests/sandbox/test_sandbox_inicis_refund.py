import pytest
import requests

from tests.sandbox import inicis_sums as sums
from tests.sandbox.inicis_shop import InicisShop

MONTH_S = 31 * 24 * 60 * 60


def test_a_card_payment_is_refunded_as_the_notes_show(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]

    answer = inicis.refund(tid)

    assert len(answer.pop("cancelDate")) == 8
    assert len(answer.pop("cancelTime")) == 6
    assert answer == {
        "resultCode": "00",
        "resultMsg": "정상처리되었습니다.",
        "cshrCancelNum": "",
        "detailResultCode": "",
        "receiptInfo": "",
    }
    assert inicis.totals() == {"captured": 29_000, "cancelled": 29_000, "payments": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hashData": "0" * 128}, "ERR205"),
        ({"mid": "nobodymid0"}, "ERR205"),
        ({"hashData": ""}, "SIM8"),
        ({"tid": ""}, "SIM8"),
        ({"timestamp": "20260101093000"}, "SIMO"),
        ({"timestamp": "1767225661234"}, "SIMO"),
        ({"clientIp": "here"}, "SIM8"),
        ({"msg": "가" * 41}, "SIM8"),
        ({"tid": "StdpayCARDINIpayTest20260101090101123456"}, "01"),
        ({"type": "Reverse"}, "SIM8"),
    ],
)
def test_a_wrong_refund_changes_nothing(inicis: InicisShop, changes: dict[str, str], code: str) -> None:
    tid = inicis.paid()["tid"]

    assert inicis.refund(**{"tid": tid, **changes})["resultCode"] == code
    assert inicis.totals()["cancelled"] == 0


def test_utc_is_not_the_time_in_korea(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    body = inicis.refund_body(tid)
    utc = f"{int(body['timestamp']) - 90_000:014}"

    assert inicis.refund(tid, timestamp=utc)["resultCode"] == "SIMO"


def test_the_paymethod_must_be_that_of_the_payment(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]

    assert inicis.refund(tid, "HPP")["resultCode"] == "SIML"
    assert inicis.refund(inicis.paid(10_000, "bank")["tid"], "Acct")["resultCode"] == "00"
    assert inicis.refund(inicis.paid(10_000, "culture")["tid"], "Voucher")["resultCode"] == "00"


def test_the_number_of_a_mere_authentication_is_no_transaction(inicis: InicisShop) -> None:
    authentication = inicis.on_phone().returned["P_TID"]

    answer = inicis.refund(authentication)

    assert (answer["resultCode"], answer["resultMsg"]) == ("01", "해당거래 없음")


@pytest.mark.parametrize("code", ["01", "SIMQ"])
def test_another_mid_cannot_refund(inicis: InicisShop, code: str) -> None:
    inicis.switch(other_mid_code=code)
    tid = inicis.paid()["tid"]

    answer = InicisShop(inicis.base, sums.ESCROW_TEST).refund(tid)

    assert (answer["resultCode"], answer["resultMsg"]) == (code, "TID 가맹점ID 불일치")


def test_a_second_refund_says_so_in_either_place(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    inicis.refund(tid)
    plain = inicis.refund(tid)
    inicis.switch(already_cancelled="detailResultCode")
    detailed = inicis.refund(tid)

    assert (plain["resultCode"], plain["detailResultCode"]) == ("500626", "")
    assert (detailed["resultCode"], detailed["detailResultCode"]) == ("01", "500626")
    assert inicis.totals()["cancelled"] == 29_000


def test_parts_are_refunded_one_after_the_other(inicis: InicisShop) -> None:
    tid = inicis.paid(10_000)["tid"]

    first = inicis.refund(tid, price="3000", confirmPrice="7000")
    stale = inicis.refund(tid, price="3000", confirmPrice="7000")
    last = inicis.refund(tid, price="7000", confirmPrice="0")

    assert (first["prtcTid"], first["prtcPrice"], first["prtcRemains"], first["prtcCnt"]) == (
        tid,
        "3000",
        "7000",
        "1",
    )
    assert first["tid"] not in (tid, last["tid"])
    assert stale["resultCode"] == "SIM6"
    assert (last["resultCode"], last["prtcRemains"], last["prtcCnt"]) == ("00", "0", "2")
    assert inicis.refund(tid)["resultCode"] == "500626"
    assert inicis.totals() == {"captured": 10_000, "cancelled": 10_000, "payments": 1}


@pytest.mark.parametrize(
    ("price", "rest"),
    [("0", "10000"), ("11000", "0"), ("3000", "8000"), ("3000", ""), ("3,000", "7000"), ("-1", "1")],
)
def test_a_part_must_fit_what_is_left(inicis: InicisShop, price: str, rest: str) -> None:
    tid = inicis.paid(10_000)["tid"]

    assert inicis.refund(tid, price=price, confirmPrice=rest)["resultCode"] == "SIM6"
    assert inicis.totals()["cancelled"] == 0


def test_the_direction_of_the_two_numbers_is_not_confirmed(inicis: InicisShop) -> None:
    inicis.switch(prtc_tid="new")
    tid = inicis.paid(10_000)["tid"]

    answer = inicis.refund(tid, price="3000", confirmPrice="7000")

    assert answer["tid"] == tid
    assert answer["prtcTid"] != tid


def test_whether_the_last_part_may_be_a_part_is_not_confirmed(inicis: InicisShop) -> None:
    tid = inicis.paid(10_000)["tid"]
    inicis.refund(tid, price="3000", confirmPrice="7000")
    whole = inicis.refund(tid)
    inicis.switch(partial_to_zero="refused", refund_after_partial="accepted")
    part = inicis.refund(tid, price="7000", confirmPrice="0")

    assert (whole["resultCode"], part["resultCode"]) == ("SIML", "SIM6")
    assert inicis.refund(tid)["resultCode"] == "00"
    assert inicis.totals()["cancelled"] == 10_000


def test_some_payments_cannot_be_refunded_in_part(inicis: InicisShop) -> None:
    whole_only = inicis.paid(10_000, partial="0")
    overseas = inicis.paid(10_000, card="21")
    phone, gift = inicis.paid(10_000, "phone"), inicis.paid(10_000, "culture")
    part = {"price": "3000", "confirmPrice": "7000"}

    refused = [
        inicis.refund(paid["tid"], paymethod, **part)["resultCode"]
        for paid, paymethod in ((whole_only, "Card"), (overseas, "Card"), (phone, "HPP"), (gift, "Voucher"))
    ]
    inicis.switch(card_partial="ignored", phone_partial="on")

    assert (whole_only["CARD_PRTC_CODE"], overseas["CARD_PRTC_CODE"]) == ("0", "0")
    assert refused == ["SIMI"] * 4
    assert inicis.refund(whole_only["tid"], **part)["resultCode"] == "00"
    assert inicis.refund(phone["tid"], "HPP", **part)["resultCode"] == "00"


def test_phone_bills_are_refunded_within_their_month(inicis: InicisShop) -> None:
    this_month, older = inicis.paid(10_000, "phone")["tid"], inicis.paid(10_000, "phone")["tid"]
    at_once = inicis.refund(this_month, "HPP")
    inicis.switch(timestamp_tolerance_s=0)
    inicis.advance_clock(MONTH_S)

    assert at_once["resultCode"] == "00"
    assert inicis.refund(older, "HPP")["resultCode"] == "SIMJ"


def test_the_callers_address_may_be_checked(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    inicis.switch(client_ip="caller")

    assert inicis.refund(tid, clientIp="192.0.2.10")["resultCode"] == "SIMR"
    assert inicis.refund(tid, clientIp="127.0.0.1")["resultCode"] == "00"


def test_refunds_can_be_refused_on_request(inicis: InicisShop) -> None:
    tid = inicis.paid()["tid"]
    poor = inicis.paid(order={"goodname": "INSUFFICIENT"})["tid"]
    by_reason = inicis.refund(tid, msg="sandbox:SIMJ")
    by_name = inicis.refund(poor)
    inicis.switch(refund_balance="short")

    assert [answer["resultCode"] for answer in (by_reason, by_name, inicis.refund(tid))] == [
        "SIMJ",
        "SIMM",
        "SIMM",
    ]


def test_a_waiting_account_is_closed_by_gvacct_only(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]

    early = inicis.refund(tid, "Vacct", account="123456789")
    closed = inicis.refund(tid, "GVacct")

    assert (early["resultCode"], closed["resultCode"]) == ("SIML", "00")
    assert inicis.deposit(tid).status_code == 400
    assert inicis.refund(tid, "GVacct")["resultCode"] == "500626"
    assert inicis.totals() == {"captured": 0, "cancelled": 0, "payments": 1}


def test_a_deposit_goes_back_to_an_account(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    refused = [
        inicis.refund(tid, "GVacct"),
        inicis.refund(tid, "Vacct"),
        inicis.refund(tid, "Vacct", account="123456789", refundAcctNum="123456789"),
        inicis.refund(tid, "Vacct", account="123456789", refundBankCode="00"),
        inicis.refund(tid, "Vacct", account="123456789", refundAcctName=""),
        inicis.refund(tid, "Vacct", account="12-3456789"),
    ]

    part = inicis.refund(tid, "Vacct", account="123456789", price="5000", confirmPrice="15000")
    rest = inicis.refund(tid, "Vacct", account="110123456789", price="15000", confirmPrice="0")

    assert [answer["resultCode"] for answer in refused] == ["SIML", "SIM8", "SIM7", "SIM8", "SIM8", "SIM7"]
    assert (part["prtcRemains"], rest["prtcRemains"]) == ("15000", "0")
    assert inicis.totals() == {"captured": 20_000, "cancelled": 20_000, "payments": 1}


def test_a_plus_that_became_a_blank_breaks_the_hash(inicis: InicisShop) -> None:
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)
    body = inicis.refund_body(tid, "Vacct", account="123456789")
    assert "+" in body["refundAcctNum"]
    raw = "&".join(f"{name}={value}" for name, value in body.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    answer = requests.post(f"{inicis.inicis}/api/v1/refund", raw.encode(), headers=headers, timeout=5).json()

    assert answer["resultCode"] == "ERR205"


def test_refunds_to_accounts_need_a_contract(inicis: InicisShop) -> None:
    inicis.switch(vacct_refund="unsigned")
    tid = inicis.paid(20_000, "vbank")["tid"]
    inicis.deposit(tid)

    assert inicis.refund(tid, "Vacct", account="123456789")["resultCode"] == "SIMK"


def test_an_own_mid_has_its_own_keys(inicis: InicisShop) -> None:
    made = inicis.sim("mids/ownshop001").json()
    keys = sums.Keys(**{name: made[name] for name in ("mid", "sign_key", "api_key", "api_iv", "hash_key")})
    own = InicisShop(inicis.base, keys)

    tid = own.paid(20_000, "vbank")["tid"]
    own.deposit(tid)

    assert own.refund(tid, "Vacct", account="123456789")["resultCode"] == "00"
    assert own.paid_on_phone()["P_MID"] == "ownshop001"
    assert inicis.sim("mids/short").status_code == 400
    assert inicis.sim("mids/ownshop001", api_key="x").status_code == 400
    assert inicis.sim("mids/ownshop001", noti_url="nowhere").status_code == 400
    assert inicis.sim("mids/ownshop001", noti_url=1).status_code == 400
