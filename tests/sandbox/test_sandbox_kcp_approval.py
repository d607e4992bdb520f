import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.kcp_shop import KcpShop


def test_a_card_payment_is_approved_as_the_notes_show(kcp: KcpShop) -> None:
    paid = kcp.authenticated(11_000)

    answer = kcp.approve(paid)

    approved = answer.json()
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert all(isinstance(value, str) for value in approved.values())
    assert (approved["res_cd"], approved["res_msg"]) == ("0000", "정상처리")
    assert re.fullmatch("[0-9]{14}", approved["tno"])
    assert (approved["order_no"], approved["amount"]) == (paid.order_no, "11000")
    assert (approved["pay_method"], approved["card_cd"]) == ("PACA", "CCDI")
    assert (approved["card_mny"], approved["coupon_mny"], approved["quota"]) == ("11000", "0", "00")
    assert approved["card_no"] == "433012******1234"
    assert re.fullmatch("[0-9]{14}", approved["app_time"])
    assert re.fullmatch("[0-9]{8}", approved["app_no"])
    assert (approved["res_tax_mny"], approved["res_vat_mny"]) == ("10000", "1000")
    assert (approved["trace_no"], approved["cert_no"]) == (paid.returned["trace_no"], approved["tno"])
    assert kcp.totals() == {"captured": 11_000, "cancelled": 0, "payments": 1}


@pytest.mark.parametrize(
    ("amount", "supply", "vat"), [(1000, 909, 91), (1100, 1000, 100), (800, 727, 73), (10_000, 9090, 910)]
)
def test_supply_is_rounded_down(kcp: KcpShop, amount: int, supply: int, vat: int) -> None:
    approved = kcp.paid(amount)

    assert (approved["res_tax_mny"], approved["res_vat_mny"]) == (str(supply), str(vat))


def test_mixed_tax_is_kept_as_the_shop_split_it(kcp: KcpShop) -> None:
    order = {"tax_flag": "TG03", "comm_tax_mny": "10000", "comm_vat_mny": "1000", "comm_free_mny": "5000"}

    approved = kcp.paid(16_000, order=order)

    parts = [approved[f"res_{part}"] for part in ("tax_flag", "tax_mny", "vat_mny", "free_mny")]
    assert parts == ["TG03", "10000", "1000", "5000"]


def test_a_card_is_as_the_buyer_chose_it(kcp: KcpShop) -> None:
    order = {"kcp_noint": "Y", "kcp_noint_quota": "CCBC-02:03:06,CCKM-03"}
    chosen = {"card_cd": "CCKM", "quota": "03", "owner": "1", "kind": "1", "partcanc": "N"}

    approved = kcp.paid(50_000, order=order, **chosen)

    assert (approved["card_name"], approved["acqu_cd"]) == ("KB국민카드", "CCKM")
    assert (approved["quota"], approved["noinf"], approved["partcanc_yn"]) == ("03", "Y", "N")
    assert (approved["card_bin_type_01"], approved["card_bin_type_02"]) == ("1", "1")
    assert kcp.paid(50_000, order=order, card_cd="CCKM", quota="02")["noinf"] == "N"
    assert kcp.paid(50_000, card_cd="CVSF")["partcanc_yn"] == "N"


@pytest.mark.parametrize(
    ("flag", "mark", "method", "corporation"),
    [
        ("kakaopay", "OT13", "PAKM", "SCKA"),
        ("naverpay", "OT16", "PANP", "SCNA"),
        ("tosspay", "OT23", "PATO", "SCTO"),
        ("ssgpay", "OT03", "PASG", "SCSM"),
    ],
)
def test_a_wallet_pays_by_card_or_by_its_money(
    kcp: KcpShop, flag: str, mark: str, method: str, corporation: str
) -> None:
    order = {f"{flag}_direct": "Y", "naverpay_point_direct": "Y"}

    by_card = kcp.paid(5_500, order=order)
    by_money = kcp.paid(5_500, order=order, funding="money")

    assert (by_card["card_other_pay_type"], by_card["pay_method"]) == (mark, "PACA")
    assert by_card["card_cd"]
    assert (by_money["card_other_pay_type"], by_money["pay_method"]) == (mark, method)
    assert (by_money["service_corp_id"], by_money["easypoint_mny"]) == (corporation, "5500")
    assert not {"card_cd", "app_no", "card_mny"} & set(by_money)


@pytest.mark.parametrize(
    ("flag", "mark"), [("payco", "OT12"), ("sspay", "OT01"), ("lpay", "OT11"), ("applepay", "OT21")]
)
def test_other_wallets_pay_by_card_only(kcp: KcpShop, flag: str, mark: str) -> None:
    order = {f"{flag}_direct": "Y"}

    assert kcp.paid(order=order)["card_other_pay_type"] == mark
    window = kcp.post_pc({**kcp.order(), **order}).headers["Location"]
    assert kcp.use(kcp.base + window, funding="money").status_code == 400


def test_points_and_coupons_leave_less_for_the_card(kcp: KcpShop) -> None:
    points = kcp.paid(10_000, order={"payco_direct": "Y"}, funding="points")
    coupon = kcp.paid(10_000, funding="coupon")

    assert (points["card_cd"], points["card_mny"], points["amount"]) == ("CCPT", "0", "10000")
    assert (coupon["card_mny"], coupon["coupon_mny"], coupon["amount"]) == ("9000", "1000", "10000")


def test_naver_money_needs_its_own_flag(kcp: KcpShop) -> None:
    window = kcp.open_pc(naverpay_direct="Y")

    assert kcp.use(window, funding="money").status_code == 400


def test_a_transfer_names_one_bank_on_the_test_site(kcp: KcpShop) -> None:
    order = {"disp_tax_yn": "Y"}
    at_test_site = kcp.paid(10_000, "PABK", order=order, bank="88", cash_tr_code="0", cash_id="01012345678")
    elsewhere = KcpShop(kcp.base, "T0001").paid(10_000, "PABK", bank="88")

    assert (at_test_site["bank_code"], at_test_site["bank_name"]) == ("BK04", "국민은행")
    assert at_test_site["bk_mny"] == "10000"
    assert at_test_site["cash_no"]
    assert at_test_site["cash_authno"]
    assert (elsewhere["bank_code"], elsewhere["cash_no"]) == ("BK88", "")


def test_a_phone_payment_names_the_carrier(kcp: KcpShop) -> None:
    approved = kcp.paid(3_300, "PAMC", carrier="LGT")

    assert (approved["commid"], approved["mobile_no"]) == ("LGT", "010****1234")
    assert approved["app_time"]


def test_gift_certificates_and_points_are_approved_too(kcp: KcpShop) -> None:
    gift = kcp.paid(5_000, "PATK", order={"shop_user_id": "buyer1"})
    point = kcp.paid(5_000, "PAPT")

    assert gift["tk_van_code"] == "SCBL"
    assert (point["pnt_issue"], point["pnt_amount"]) == ("SCSK", "5000")


def test_a_virtual_account_is_issued_and_waits(kcp: KcpShop) -> None:
    order = {"vcnt_expire_term": "1", "vcnt_expire_term_time": "180000"}

    approved = kcp.paid(20_000, "PAVC", order=order, bank="04")

    assert (approved["res_cd"], approved["pay_method"]) == ("0000", "PAVC")
    assert (approved["bankname"], approved["bankcode"]) == ("국민은행", "BK04")
    assert (approved["depositor"], len(approved["account"])) == ("demo shop", 14)
    assert re.fullmatch("[0-9]{8}180000", approved["va_date"])
    assert not {"bank_name", "bank_code"} & set(approved)
    assert kcp.totals()["captured"] == 0


@pytest.mark.parametrize("code", ["SIM7", "CC67", "8059", "S032", "9999"])
def test_a_decline_takes_nothing_and_uses_the_data_up(kcp: KcpShop, code: str) -> None:
    paid = kcp.authenticated(outcome=f"decline:{code}")

    first, again = kcp.approve(paid).json(), kcp.approve(paid).json()

    assert first["res_cd"] == code
    assert first["res_msg"]
    assert again["res_cd"] == "SIM2"
    assert kcp.totals()["payments"] == 0


def test_a_code_that_nobody_knows_can_be_tried(kcp: KcpShop) -> None:
    paid = kcp.authenticated(outcome="decline:other", code="bk99")

    assert kcp.approve(paid).json()["res_cd"] == "BK99"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ordr_mony": "28999"}, "8059"),
        ({"ordr_mony": ""}, "SIM0"),
        ({"ordr_mony": 29000}, "SIM0"),
        ({"ordr_no": "ANOTHER"}, "SIM3"),
        ({"pay_type": "PABK"}, "SIM3"),
        ({"tran_cd": "00200000"}, "SIM0"),
        ({"enc_data": "AAAA"}, "SIM2"),
        ({"enc_info": "not base64"}, "SIM2"),
        ({"site_cd": "T00"}, "S032"),
    ],
)
def test_a_wrong_approval_is_refused_and_changes_nothing(
    kcp: KcpShop, changes: dict[str, Any], code: str
) -> None:
    paid = kcp.authenticated()

    answer = kcp.approve(paid, **changes)

    assert (answer.status_code, answer.json()["res_cd"]) == (200, code)
    assert kcp.approve(paid).json()["res_cd"] == "0000"


@pytest.mark.parametrize("body", [None, [], "x", {}])
def test_what_is_no_object_is_refused(kcp: KcpShop, body: Any) -> None:
    assert kcp.post("gw/enc/v1/payment", body).json()["res_cd"] == "SIM0"


def test_order_number_and_method_may_be_left_out(kcp: KcpShop) -> None:
    paid = kcp.authenticated()
    body = kcp.approval(paid)
    del body["ordr_no"], body["pay_type"]

    assert kcp.post("gw/enc/v1/payment", body).json()["res_cd"] == "0000"


def test_halves_of_two_windows_do_not_fit(kcp: KcpShop) -> None:
    one, two = kcp.authenticated(), kcp.authenticated()

    assert kcp.approve(one, enc_info=two.returned["enc_info"]).json()["res_cd"] == "SIM2"


def test_the_data_lives_for_ten_minutes(kcp: KcpShop) -> None:
    late, in_time, expired = (
        kcp.authenticated(),
        kcp.authenticated(),
        kcp.authenticated(outcome="expired"),
    )
    kcp.advance_clock(9 * 60)
    assert kcp.approve(in_time).json()["res_cd"] == "0000"
    kcp.advance_clock(60)

    assert kcp.approve(late).json()["res_cd"] == "SIM2"
    assert kcp.approve(expired).json()["res_cd"] == "SIM2"


@pytest.mark.parametrize(
    ("reuse", "code", "payments"),
    [("refused", "SIM2", 1), ("same_answer", "0000", 1), ("approved_again", "0000", 2)],
)
def test_what_the_same_data_does_a_second_time_can_be_switched(
    kcp: KcpShop, reuse: str, code: str, payments: int
) -> None:
    kcp.switch(enc_data_reuse=reuse)
    paid = kcp.authenticated()
    first = kcp.approve(paid).json()

    second = kcp.approve(paid).json()

    assert second["res_cd"] == code
    assert kcp.totals()["payments"] == payments
    assert (second.get("tno") == first["tno"]) == (reuse == "same_answer")


def test_an_order_number_may_be_approved_twice_unless_switched(kcp: KcpShop) -> None:
    def result() -> str:
        code: str = kcp.approve(kcp.authenticated(order={"ordr_idxx": "TWICE"})).json()["res_cd"]
        return code

    allowed = [result(), result()]
    kcp.switch(duplicate_order="refused")

    assert allowed == ["0000", "0000"]
    assert result() == "SIMI"
    assert len(kcp.observed("TWICE")) == 3


def test_approvals_in_parallel_take_the_money_once(kcp: KcpShop) -> None:
    paid = kcp.authenticated()

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: kcp.approve(paid).json()["res_cd"], range(8)))

    assert sorted(codes) == ["0000"] + ["SIM2"] * 7
    assert kcp.totals() == {"captured": 29_000, "cancelled": 0, "payments": 1}


@pytest.mark.parametrize(
    ("switch", "pay_type", "choice", "name", "value"),
    [
        ({"vbank_code": "V000"}, "PAVC", {}, "res_cd", "V000"),
        ({"card_mask": "0"}, "PACA", {"card_number": "4330129876541234"}, "card_no", "4330120000001234"),
        ({"bin_types": "0"}, "PACA", {"owner": "1"}, "card_bin_type_01", "0"),
    ],
)
def test_what_is_open_about_the_answer_can_be_switched(
    kcp: KcpShop, switch: dict[str, str], pay_type: str, choice: dict[str, str], name: str, value: str
) -> None:
    kcp.switch(**switch)

    assert kcp.paid(20_000, pay_type, **choice)[name] == value


def test_other_names_of_the_answer_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(
        vbank_date_digits="8", phone_time="hp_app_time", money_names="kakaomny", self_issued_receipt="on"
    )

    account, phone = kcp.paid(20_000, "PAVC"), kcp.paid(3_300, "PAMC")
    money = kcp.paid(5_500, order={"kakaopay_direct": "Y"}, funding="money")

    assert re.fullmatch("[0-9]{8}", account["va_date"])
    assert phone["hp_app_time"]
    assert "app_time" not in phone
    assert (money["kakaomny_mny"], money["app_cash_receipt_yn"]) == ("5500", "Y")
    assert money["app_kakaomny_time"]


def test_the_http_status_of_a_refusal_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(error_status="400")
    declined = kcp.authenticated(outcome="decline:SIM7")

    assert kcp.approve(declined).status_code == 400
    assert kcp.approve(kcp.authenticated(), ordr_mony="1").status_code == 400
    assert kcp.approve(kcp.authenticated()).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        {"no_such_switch": "on"},
        {"vbank_code": "0001"},
        {"enc_data_lifetime_s": 0},
        {"enc_data_lifetime_s": "60"},
    ],
)
def test_a_switch_that_does_not_exist_changes_nothing(kcp: KcpShop, wanted: dict[str, Any]) -> None:
    answer = kcp.post("sim/switches", {"card_mask": "0", **wanted})

    assert answer.status_code == 400
    assert kcp.paid()["card_no"].count("*") == 6
