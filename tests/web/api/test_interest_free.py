"""settings.interest_free_installments: checked, kept, and seen by the buyer."""

from typing import Any

import pytest

from tests.support.world import order_body
from tests.web.api.shop_calls import changed, opened, patch
from tests.web.checkout.browser import load
from tests.web.site import Site, assert_error

FIELD = "settings.interest_free_installments"


def body(value: Any) -> dict[str, Any]:
    return {"settings": {"interest_free_installments": value}}


def test_months_are_kept_once_each_in_their_order(site: Site) -> None:
    shop_id = opened(site)["id"]

    after = changed(site, shop_id, body({"shinhan": [3, 2, 3], "bc": [12]}))

    assert after["settings"]["interest_free_installments"] == {"shinhan": [2, 3], "bc": [12]}
    assert changed(site, shop_id, body({}))["settings"]["interest_free_installments"] == {}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, ""), ([], ""), ({"shinhan": []}, ".shinhan"), ({"shinhan": [1]}, ".shinhan[0]"),
        ({"shinhan": [13]}, ".shinhan[0]"), ({"shinhan": ["2"]}, ".shinhan[0]"), ({"shinhan": [True]}, ".shinhan[0]"),
        ({"nobody": [2]}, ".nobody"), ({"shinhan": 2}, ".shinhan"),
    ],
)  # fmt: skip
def test_what_is_no_offer_is_refused(site: Site, value: Any, path: str) -> None:
    shop_id = opened(site)["id"]

    assert_error(patch(site, shop_id, body(value)), 400, "invalid_parameter", FIELD + path)


def test_the_buyer_is_told(site: Site) -> None:
    shop_id = changed(site, opened(site)["id"], body({"shinhan": [2, 3]}))["id"]
    items = [{"name": "시계", "price": 60_000, "quantity": 1}]
    session_id = site.created(order_body(shopId=shop_id, items=items, totalAmount=60_000, locale="ko"))[
        "sessionId"
    ]

    page = load(site, session_id)

    assert page.all("select", name="card_months")[0]["data-interest-free"] == '{"shinhan": [2, 3]}'
    assert "무이자 할부 안내 신한카드 2, 3개월" in page.text
