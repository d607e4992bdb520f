import pytest
import requests

from tests.sandbox.ear import Ear
from tests.sandbox.kcp_shop import KcpShop

GOODS = "seq=1\x1fordr_numb=A1\x1fgood_name=Tea\x1fgood_cntx=1\x1fgood_amtx=10000"
ORDER = {
    "escw_used": "Y",
    "pay_mod": "Y",
    "deli_term": "03",
    "bask_cntx": "1",
    "good_info": GOODS,
    "rcvr_name": "홍길동",
    "rcvr_tel1": "02-123-4567",
    "rcvr_zipx": "06236",
    "rcvr_add1": "서울 강남구 테헤란로 1",
}
DELIVERY = {"deli_numb": "1234567890", "deli_corp": "CJ대한통운"}


@pytest.fixture
def escrow(kcp: KcpShop) -> KcpShop:
    kcp.switch(escrow_changes="on")
    return kcp


def test_an_escrow_payment_says_so_and_is_cancelled_whole(kcp: KcpShop) -> None:
    transfer, card = kcp.paid(10_000, "PABK", order=ORDER), kcp.paid(10_000, order=ORDER)

    assert (transfer["escw_yn"], card["escw_yn"]) == ("Y", "N")
    assert kcp.cancel(transfer["tno"], "STPC", mod_mny="1000", rem_mny="10000")["res_cd"] == "SIM6"


def test_the_goods_are_counted(kcp: KcpShop) -> None:
    two = {**ORDER, "bask_cntx": "2", "good_info": f"{GOODS}\x1e{GOODS}"}

    assert kcp.post_pc(kcp.order(10_000, "PABK", **two)).status_code == 303
    assert kcp.post_pc(kcp.order(10_000, "PABK", **{**two, "bask_cntx": "1"})).status_code == 400


def test_changes_are_off_unless_switched(kcp: KcpShop) -> None:
    tno = kcp.paid(10_000, "PABK", order=ORDER)["tno"]

    assert kcp.cancel(tno, "STE1", **DELIVERY)["res_cd"] == "SIMG"


def test_from_delivery_to_the_buyers_answer(escrow: KcpShop, ear: Ear) -> None:
    tno = escrow.paid(10_000, "PABK", order=ORDER)["tno"]
    early = escrow.cancel(tno, "STE4")
    assert escrow.cancel(tno, "STE1", **DELIVERY)["res_cd"] == "0000"
    ear.wait_for(1)
    late = escrow.cancel(tno, "STE2")
    answer = {"tno": tno, "answer": "confirm"}
    requests.post(f"{escrow.kcp}/console/escrow-answers", data=answer, timeout=5)
    ear.wait_for(2)

    assert (early["res_cd"], late["res_cd"]) == ("SIMH", "SIMH")
    assert (ear.fields(0)["tx_cd"], ear.fields(0)["waybill_corp"]) == ("TX03", "CJ대한통운")
    assert (ear.fields(1)["tx_cd"], ear.fields(1)["st_cd"]) == ("TX02", "Y")


def test_how_the_buyer_refuses_can_be_switched(escrow: KcpShop, ear: Ear) -> None:
    escrow.switch(escrow_answer="cl_status")
    tno = escrow.paid(10_000, "PABK", order=ORDER)["tno"]
    escrow.cancel(tno, "STE1", **DELIVERY)
    ear.wait_for(1)

    requests.post(f"{escrow.kcp}/console/escrow-answers", data={"tno": tno, "answer": "refuse"}, timeout=5)

    ear.wait_for(2)
    assert ear.fields()["cl_status"] == "8"
    assert "st_cd" not in ear.fields()


def test_cancels_before_and_after_the_delivery_give_all_back(escrow: KcpShop, ear: Ear) -> None:
    before, after = (escrow.paid(10_000, "PABK", order=ORDER)["tno"] for _ in range(2))
    escrow.cancel(after, "STE1", **DELIVERY)
    ear.wait_for(1)

    assert escrow.cancel(before, "STE2")["res_cd"] == "0000"
    assert escrow.cancel(after, "STE4")["res_cd"] == "0000"

    ear.wait_for(3)
    assert {ear.fields(number)["tx_cd"] for number in (1, 2)} == {"TX05", "TX06"}
    assert escrow.totals() == {"captured": 20_000, "cancelled": 20_000, "payments": 2}
    assert escrow.cancel(before, "STE2")["res_cd"] == "8133"


def test_an_escrow_account_is_closed_or_refunded_to_an_account(escrow: KcpShop, ear: Ear) -> None:
    waiting, deposited = (escrow.paid(10_000, "PAVC", order=ORDER)["tno"] for _ in range(2))
    escrow.deposit(deposited)
    ear.wait_for(1)
    account = {"refund_account": "110123456789", "refund_nm": "홍길동", "bank_code": "BK88"}

    assert escrow.cancel(waiting, "STE2", **account)["res_cd"] == "SIMH"
    assert escrow.cancel(waiting, "STE5")["res_cd"] == "0000"
    assert escrow.cancel(deposited, "STE5")["res_cd"] == "SIMH"
    assert escrow.cancel(deposited, "STE2")["res_cd"] == "SIM0"
    assert escrow.cancel(deposited, "STE2", **account)["res_cd"] == "0000"
    ear.wait_for(3)
    assert {ear.fields(number)["tx_cd"] for number in (1, 2)} == {"TX07", "TX05"}


def test_holding_the_settlement_is_told(escrow: KcpShop, ear: Ear) -> None:
    tno = escrow.paid(10_000, "PABK", order=ORDER)["tno"]

    assert escrow.cancel(tno, "STE3")["res_cd"] == "0000"

    ear.wait_for(1)
    assert ear.fields()["tx_cd"] == "TX04"


def test_an_ordinary_payment_has_no_escrow_changes(escrow: KcpShop) -> None:
    tno = escrow.paid(10_000, "PABK")["tno"]

    assert escrow.cancel(tno, "STE1", **DELIVERY)["res_cd"] == "SIMH"
