from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sandbox.kcp_shop import KcpShop

DAY_S = 24 * 60 * 60


def test_a_full_cancel_gives_everything_back(kcp: KcpShop) -> None:
    paid = kcp.paid(11_000)

    answer = kcp.cancel(paid["tno"])

    assert (answer["res_cd"], answer["tno"], answer["amount"]) == ("0000", paid["tno"], "11000")
    assert (answer["card_mod_mny"], answer["coupon_mod_mny"]) == ("11000", "0")
    assert len(answer["canc_time"]) == 14
    assert kcp.totals() == {"captured": 11_000, "cancelled": 11_000, "payments": 1}
    assert kcp.cancel(paid["tno"])["res_cd"] == "8133"


def test_partial_cancels_go_down_to_zero(kcp: KcpShop) -> None:
    tno = kcp.paid(11_000)["tno"]

    first = kcp.cancel(tno, "STPC", mod_mny="3000", rem_mny="11000")
    full_after_part = kcp.cancel(tno)
    rest = kcp.cancel(tno, "STPC", mod_mny="8000", rem_mny="8000")

    assert (first["res_cd"], first["mod_mny"], first["rem_mny"]) == ("0000", "3000", "8000")
    assert (first["amount"], first["mod_pcan_seq_no"]) == ("11000", "1")
    assert full_after_part["res_cd"] == "8038"
    assert (rest["res_cd"], rest["rem_mny"], rest["mod_pcan_seq_no"]) == ("0000", "0", "2")
    assert kcp.cancel(tno, "STPC", mod_mny="1", rem_mny="0")["res_cd"] == "8133"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mod_mny": "3000", "rem_mny": "8000"}, "SIM5"),
        ({"mod_mny": "3000"}, "SIM5"),
        ({"mod_mny": "0", "rem_mny": "11000"}, "SIM5"),
        ({"mod_mny": "11001", "rem_mny": "11000"}, "SIM5"),
        ({"mod_mny": "-1", "rem_mny": "11000"}, "SIM5"),
        ({"mod_mny": 3000, "rem_mny": "11000"}, "SIM0"),
        ({"mod_mny": "3000", "rem_mny": "11000", "mod_desc": "a & b"}, "SIM0"),
        ({"mod_mny": "3000", "rem_mny": "11000", "mod_desc": "가" * 129}, "SIM0"),
        ({"mod_mny": "3000", "rem_mny": "11000", "kcp_sign_data": ""}, "SIM1"),
    ],
)
def test_a_wrong_partial_cancel_is_refused_and_changes_nothing(
    kcp: KcpShop, changes: dict[str, Any], code: str
) -> None:
    paid = kcp.paid(11_000)

    assert kcp.cancel(paid["tno"], "STPC", **changes)["res_cd"] == code
    assert kcp.observed(paid["order_no"])[0]["balanceAmount"] == 11_000


def test_unknown_and_foreign_payments_are_not_found(kcp: KcpShop) -> None:
    paid, stranger = kcp.paid(), KcpShop(kcp.base, "T0001")

    assert kcp.cancel("26080100000001")["res_cd"] == "SIM4"
    assert stranger.cancel(paid["tno"])["res_cd"] == "SIM4"
    assert kcp.cancel(paid["tno"], "STXX")["res_cd"] == "SIM0"


def test_mixed_tax_is_given_back_as_the_shop_splits_it(kcp: KcpShop) -> None:
    order = {"tax_flag": "TG03", "comm_tax_mny": "10000", "comm_vat_mny": "1000", "comm_free_mny": "5000"}
    tno = kcp.paid(16_000, order=order)["tno"]

    def part(amount: str, rest: str, tax: str, vat: str, free: str, **more: str) -> str:
        split = {"mod_tax_mny": tax, "mod_vat_mny": vat, "mod_free_mny": free, **more}
        return kcp.cancel(tno, "STPC", mod_mny=amount, rem_mny=rest, **split)["res_cd"]

    assert part("6000", "16000", "0", "0", "6000", tax_flag="TG03") == "SIM5"
    assert part("5000", "16000", "0", "0", "4999", tax_flag="TG03") == "SIM5"
    assert part("5000", "16000", "0", "0", "5000") == "SIM5"
    assert part("5000", "16000", "0", "0", "5000", tax_flag="TG03") == "0000"
    assert part("11000", "11000", "10000", "1000", "0", tax_flag="TG03") == "0000"


@pytest.mark.parametrize(
    ("pay_type", "choice"),
    [("PACA", {"partcanc": "N"}), ("PACA", {"card_cd": "CMCF"}), ("PAMC", {}), ("PAPT", {})],
)
def test_some_payments_can_only_be_cancelled_whole(
    kcp: KcpShop, pay_type: str, choice: dict[str, str]
) -> None:
    tno = kcp.paid(10_000, pay_type, **choice)["tno"]

    assert kcp.cancel(tno, "STPC", mod_mny="1000", rem_mny="10000")["res_cd"] == "SIM6"
    assert kcp.cancel(tno)["res_cd"] == "0000"


def test_whether_parts_can_be_cancelled_can_be_switched(kcp: KcpShop) -> None:
    kcp.switch(phone_partial="on", partcanc_yn="ignored")
    phone, card = kcp.paid(10_000, "PAMC")["tno"], kcp.paid(10_000, partcanc="N")["tno"]

    assert kcp.cancel(phone, "STPC", mod_mny="1000", rem_mny="10000")["res_cd"] == "0000"
    assert kcp.cancel(card, "STPC", mod_mny="1000", rem_mny="10000")["res_cd"] == "0000"


def test_cancels_have_their_time(kcp: KcpShop) -> None:
    card, transfer, phone = (kcp.paid(10_000, pay_type)["tno"] for pay_type in ("PACA", "PABK", "PAMC"))
    kcp.advance_clock(32 * DAY_S)
    phone_code = kcp.cancel(phone)["res_cd"]
    kcp.advance_clock(60 * DAY_S)
    transfer_code = kcp.cancel(transfer)["res_cd"]

    assert (phone_code, transfer_code, kcp.cancel(card)["res_cd"]) == ("SIME", "SIME", "0000")


def test_a_coupon_is_given_back_with_the_last_part(kcp: KcpShop) -> None:
    tno = kcp.paid(10_000, funding="coupon")["tno"]

    part = kcp.cancel(tno, "STPC", mod_mny="4000", rem_mny="10000")
    rest = kcp.cancel(tno, "STPC", mod_mny="6000", rem_mny="6000")

    assert (part["card_mod_mny"], part["coupon_mod_mny"]) == ("4000", "0")
    assert (rest["card_mod_mny"], rest["coupon_mod_mny"]) == ("5000", "1000")


def test_a_shop_without_balance_cannot_refund(kcp: KcpShop) -> None:
    by_name = kcp.paid(order={"good_name": "INSUFFICIENT balance"})["tno"]
    by_switch = kcp.paid()["tno"]
    kcp.switch(refund_balance="short")

    assert [kcp.cancel(tno)["res_cd"] for tno in (by_name, by_switch)] == ["8178", "8178"]


def test_a_reason_can_ask_to_be_refused(kcp: KcpShop) -> None:
    tno = kcp.paid()["tno"]

    assert kcp.cancel(tno, mod_desc="고객 변심 sandbox:8178")["res_cd"] == "8178"
    assert kcp.cancel(tno, mod_desc="sandbox:NONE")["res_cd"] == "0000"


def test_the_address_of_the_server_can_be_refused(kcp: KcpShop) -> None:
    tno = kcp.paid()["tno"]
    kcp.switch(cancel_address="checked")

    assert kcp.cancel(tno)["res_cd"] == "8012"


def test_partial_cancels_in_parallel_never_exceed_the_payment(kcp: KcpShop) -> None:
    paid = kcp.paid(30_000)

    def part(_: int) -> str:
        return kcp.cancel(paid["tno"], "STPC", mod_mny="10000", rem_mny="30000")["res_cd"]

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(part, range(6)))

    assert codes == ["0000"] + ["SIM5"] * 5
    assert kcp.observed(paid["order_no"])[0]["balanceAmount"] == 20_000


def test_an_inquiry_follows_the_payment(kcp: KcpShop) -> None:
    paid = kcp.paid(11_000, card_cd="CCLG")
    states = [kcp.inquire(paid["tno"])]
    kcp.cancel(paid["tno"], "STPC", mod_mny="3000", rem_mny="11000")
    states.append(kcp.inquire(paid["tno"]))
    kcp.cancel(paid["tno"], "STPC", mod_mny="8000", rem_mny="8000")
    states.append(kcp.inquire(paid["tno"]))

    found = [(one["stat_ca_cd"], one["rem_mny"], one["canc_card_yn"]) for one in states]
    assert found == [("STSR", "11000", "N"), ("STPC", "8000", "N"), ("STSC", "0", "Y")]
    assert (states[0]["order_no"], states[0]["card_name"]) == (paid["order_no"], "신한카드")
    assert "can_time" not in states[0]
    assert states[2]["can_time"]


@pytest.mark.parametrize(
    ("pay_type", "state", "rest"),
    [("PABK", "stat_bk_cd", "bk_rem_mny"), ("PAMC", "stat_hp_cd", "hp_rem_mny")],
)
def test_an_inquiry_names_its_fields_by_method(kcp: KcpShop, pay_type: str, state: str, rest: str) -> None:
    tno = kcp.paid(10_000, pay_type)["tno"]

    answer = kcp.inquire(tno, pay_type)

    assert (answer["res_cd"], answer[state], answer[rest]) == ("0000", "STSR", "10000")


def test_an_inquiry_asks_with_the_right_method_site_and_signature(kcp: KcpShop) -> None:
    tno, stranger = kcp.paid()["tno"], KcpShop(kcp.base, "T0001")

    assert kcp.inquire(tno, "PABK")["res_cd"] == "SIM3"
    assert kcp.inquire("26080100000001")["res_cd"] == "SIM4"
    assert stranger.inquire(tno)["res_cd"] == "SIM4"
    assert kcp.inquire(tno, kcp_sign_data="AAAA")["res_cd"] == "SIM1"
    assert kcp.inquire(tno, pay_type="")["res_cd"] == "SIM0"


def test_what_the_inquiry_signs_and_allows_can_be_switched(kcp: KcpShop) -> None:
    tno = kcp.paid()["tno"]
    by_mod_type = {"mod_type": "STSR", "kcp_sign_data": kcp.key.sign("T0000", tno, "STSR")}
    refused = kcp.inquire(tno, **by_mod_type)["res_cd"]
    kcp.switch(inquiry_signature="mod_type")
    accepted = kcp.inquire(tno, **by_mod_type)["res_cd"]
    old_way = kcp.inquire(tno)["res_cd"]
    kcp.switch(inquiry_signature="either", inquiry="refused")

    assert (refused, accepted, old_way) == ("SIM1", "0000", "SIM1")
    assert kcp.inquire(tno)["res_cd"] == "S032"


def test_money_of_a_wallet_is_found_as_a_card_payment(kcp: KcpShop) -> None:
    tno = kcp.paid(5_500, order={"kakaopay_direct": "Y"}, funding="money")["tno"]

    answer = kcp.inquire(tno)

    assert (answer["pay_method"], answer["stat_ca_cd"]) == ("PAKM", "STSR")
