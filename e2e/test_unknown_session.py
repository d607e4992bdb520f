"""A wrong address is told in Korean, with what to do next."""

import pytest

from e2e.support.buyer import Buyer
from e2e.support.shop import Shop


@pytest.mark.parametrize("path", [f"cs_{'0' * 32}", f"checkout/cs_{'0' * 32}", "cs_short", "nowhere"])
def test_unknown_session(shop: Shop, any_buyer: Buyer, path: str) -> None:
    tab = any_buyer.tab()

    response = tab.page.goto(f"{shop.stack.web_url}/{path}")

    assert response is not None
    assert response.status == 404
    assert tab.page.locator("html").get_attribute("lang") == "ko"
    tab.sees("주문을 찾을 수 없어요. 주소를 다시 확인해 주세요.")
    tab.reads("이미 결제했다면 그 결제에는 영향이 없어요.")
    tab.reads("쇼핑몰로 돌아가서 결제를 다시 시작해 주세요.")
    tab.picture("1-unknown-session")
