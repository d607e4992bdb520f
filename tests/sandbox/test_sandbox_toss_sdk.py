import re

import requests

from tests.sandbox.shop_client import Shop


def test_the_script_defines_the_sdk_and_mentions_no_host(shop: Shop) -> None:
    script = requests.get(f"{shop.toss}/v2/standard", timeout=5)

    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "window.TossPayments = TossPayments" in script.text
    assert "@@ANONYMOUS" in script.text
    assert not re.search(r"https?://\w", script.text)


def test_the_script_does_nothing_a_strict_policy_forbids(shop: Shop) -> None:
    script = requests.get(f"{shop.toss}/v2/standard", timeout=5).text

    assert not re.search(r"\beval\(|new Function|innerHTML|cssText|setAttribute\(.style|<style", script)


def test_only_the_window_request_may_be_called_from_other_origins(shop: Shop) -> None:
    preflight = requests.options(
        f"{shop.toss}/sim/window-requests",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
        timeout=5,
    )
    others = [
        requests.get(shop.toss + path, headers={"Origin": "https://shop.example"}, timeout=5)
        for path in ("/sim/payments", "/v2/standard", "/v1/payments/x")
    ]

    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert all("Access-Control-Allow-Origin" not in answer.headers for answer in others)


def test_the_front_page_lists_payments_and_health_answers(shop: Shop) -> None:
    window = shop.paid()

    page = requests.get(shop.base, timeout=5)

    assert f"/toss/window/{window.payment_key}" in page.text
    assert "29,000원" in page.text
    assert requests.get(f"{shop.base}/healthz", timeout=5).json()["status"] == "ok"
