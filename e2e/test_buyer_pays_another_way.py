"""Not every buyer has a card: bank transfer and an easy-pay (간편결제)."""

import pytest

from e2e.conftest import NewBuyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop


@pytest.mark.parametrize(
    ("device", "label", "key", "at_gateway"),
    [
        ("phone", "계좌이체", "bank_transfer", "퀵계좌이체"),
        ("phone", "카카오페이", "kakao_pay", "카카오페이"),
        ("desktop", "카카오페이", "kakao_pay", "카카오페이"),
    ],
)
def test_buyer_pays_by(
    shop: Shop, new_buyer: NewBuyer, device: str, label: str, key: str, at_gateway: str
) -> None:
    order = shop.create_session()

    tab = new_buyer(device).opens(order)
    window = tab.go_to_window(method=label)
    tab.reads(at_gateway)
    tab.picture(f"1-window-{key}")
    window.approve()
    tab.is_paid()
    tab.reads(label)
    tab.picture(f"2-completed-{key}")

    expect_paid_once(shop, order)
    paid = shop.webhooks(order)[0]["body"]["data"]
    assert paid["paymentMethod"] == key
    assert paid["gatewayTransactionId"] == shop.gateway.payments(order.product)[0]["paymentKey"]
