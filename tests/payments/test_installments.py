"""Instalments without interest: the shop's setting reaches page and gateway."""

from collections.abc import Mapping

import pytest

from app.gateways.orders import Order, ScriptLaunch
from app.gateways.toss.adapter import TossGateway
from app.payments.installments import interest_free_months
from app.shops.models import Shop
from app.shops.shops import update_shop
from tests.support.buyer import begin, launch
from tests.support.world import NOW, World, make_session

FREE = {"shinhan": [2, 3], "hyundai": [6]}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """Orders that the gateway's adapter was given."""
    orders: list[Order] = []

    def note(_gateway: TossGateway, order: Order) -> ScriptLaunch:
        orders.append(order)
        return ScriptLaunch("toss", "https://x.example", {})

    monkeypatch.setattr(TossGateway, "launch", note)
    return orders


def offer(world: World, months: Mapping[str, list[int]]) -> None:
    changes = {"interest_free_installments": months}
    update_shop(shop_id=world.shop_id, by_live_key=True, changes=changes, now=NOW)


@pytest.mark.parametrize(
    ("amount", "method", "expected"),
    [
        (50_000, "card", {"shinhan": (2, 3), "hyundai": (6,)}),
        (49_999, "card", {}),
        (50_000, "kakao_pay", {}),
    ],
)
def test_the_gateway_is_told_what_the_shop_pays_for(
    world: World, told: list[Order], amount: int, method: str, expected: dict[str, tuple[int, ...]]
) -> None:
    offer(world, FREE)

    launch(begin(make_session(world, total_amount=amount, subtotal=amount), method=method))

    assert [order.interest_free for order in told] == [expected]


def test_a_shop_that_pays_for_nothing_tells_nothing(world: World, told: list[Order]) -> None:
    launch(begin(make_session(world, total_amount=60_000, subtotal=60_000)))

    assert [order.interest_free for order in told] == [{}]


def test_months_are_those_of_the_shop() -> None:
    shop = Shop(interest_free_installments=FREE)

    assert interest_free_months(shop, 50_000) == {"shinhan": (2, 3), "hyundai": (6,)}
    assert interest_free_months(shop, 49_999) == {}
