"""A refusal costs nothing and is no dead end: the same session is paid at the next try."""

from collections.abc import Callable

import pytest

from e2e.support.buyer import Buyer
from e2e.support.gateway import PayWindow
from e2e.support.money import expect_paid_once, expect_unpaid
from e2e.support.shop import Shop

REFUSALS: dict[str, tuple[Callable[[PayWindow], None], str]] = {
    "by-the-issuer": (
        lambda window: window.decline("INVALID_STOPPED_CARD"),
        "정지됐거나 분실 신고된 카드예요. 카드사에 문의해 주세요.",
    ),
    "in-the-window": (
        lambda window: window.fail("reject_in_window"),
        "카드사가 결제를 승인하지 않았어요. 다른 카드로 결제하거나 카드사에 문의해 주세요.",
    ),
}


@pytest.mark.parametrize("where", REFUSALS)
def test_buyer_is_declined_then_pays(shop: Shop, any_buyer: Buyer, where: str) -> None:
    refuse, sentence = REFUSALS[where]
    order = shop.create_session()

    tab = any_buyer.opens(order)
    refuse(tab.go_to_window())
    tab.sees("결제가 이루어지지 않았어요")
    tab.reads(sentence)
    tab.reads("돈은 빠져나가지 않았어요.")
    tab.picture(f"1-failed-{where}")
    expect_unpaid(shop, order, "failed", told=["payment.failed"])
    tab.page.get_by_role("link", name="다시 결제하기").click()
    tab.picture(f"2-pay-again-{where}")
    tab.go_to_window().approve()
    tab.is_paid()

    expect_paid_once(shop, order, told=["payment.failed", "payment.completed"])


def test_declined_buyer_goes_back_to_the_shop_unpaid(shop: Shop, buyer: Buyer) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window().decline("REJECT_CARD_PAYMENT")
    tab.sees("결제가 이루어지지 않았어요")
    tab.page.get_by_role("link", name="쇼핑몰로 돌아가기").click()
    tab.page.wait_for_url(f"{shop.stack.shop_url}/cancel?sessionId={order.session_id}")

    expect_unpaid(shop, order, "failed", told=["payment.failed"])
