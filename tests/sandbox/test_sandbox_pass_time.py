"""Time passes for one merchant of the sandbox alone."""

import pytest
import requests

from tests.sandbox.shop_client import Shop


def pass_time(shop: Shop, **body: object) -> requests.Response:
    told = {"gateway": "toss", "merchant": "shop", "seconds": 3600, **body}
    return requests.post(f"{shop.base}/sim/pass-time", json=told, timeout=5)


def test_a_window_is_over_for_the_one_and_open_for_the_other(shop: Shop) -> None:
    other = Shop(shop.base, "other")
    mine, theirs = shop.authenticated(), other.authenticated()

    answer = pass_time(shop)

    assert answer.json() == {"gateway": "toss", "merchant": "shop", "seconds": 3600}
    assert shop.lookup(mine).json()["status"] == "EXPIRED"
    assert other.lookup(theirs).json()["status"] == "IN_PROGRESS"


@pytest.mark.parametrize(
    "body", [{"gateway": "other"}, {"seconds": 0}, {"seconds": -5}, {"seconds": "soon"}, {"seconds": 1e12}]
)
def test_what_makes_no_sense_is_told(shop: Shop, body: dict[str, object]) -> None:
    window = shop.authenticated()

    answer = pass_time(shop, **body)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert shop.lookup(window).json()["status"] == "IN_PROGRESS"
