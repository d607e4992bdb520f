"""The gateway did nothing at the first asking; it is asked again, and the buyer pays once."""

import pytest

from e2e.support.buyer import Buyer
from e2e.support.money import expect_paid_once
from e2e.support.shop import Shop


@pytest.mark.parametrize("fault", ["error_500_before", "request_lost"])
def test_session_is_completed_by_asking_again(shop: Shop, buyer: Buyer, fault: str) -> None:
    order = shop.create_session()

    tab = buyer.opens(order)
    tab.go_to_window().approve(fault=fault)
    tab.is_paid(within_s=60)

    expect_paid_once(shop, order)
