import base64
import re

import pytest
import requests

from tests.sandbox.shop_client import Shop


def basic(text: str, *, pad: bool = True) -> str:
    encoded = base64.b64encode(text.encode()).decode()
    return "Basic " + (encoded if pad else encoded.rstrip("="))


def look_up(shop: Shop, authorization: str | None) -> requests.Response:
    headers = {} if authorization is None else {"Authorization": authorization}
    return requests.get(f"{shop.toss}/v1/payments/unknown", headers=headers, timeout=5)


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer test_sk_shop", "Basic !!!", basic("test_ck_shop:"), basic("live_sk_shop:"), basic(":")],
)
def test_anything_but_a_test_secret_key_is_unauthorized(shop: Shop, authorization: str | None) -> None:
    answer = look_up(shop, authorization)

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED_KEY")


def test_a_secret_key_without_its_colon_has_the_wrong_format(shop: Shop) -> None:
    answer = look_up(shop, basic("test_sk_shop"))

    assert (answer.status_code, answer.json()["code"]) == (403, "INCORRECT_BASIC_AUTH_FORMAT")


@pytest.mark.parametrize("pad", [True, False])
def test_base64_is_accepted_with_and_without_padding(shop: Shop, pad: bool) -> None:
    answer = look_up(shop, basic("test_sk_shop1:", pad=pad))

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND_PAYMENT")


def test_every_answer_is_json_and_carries_its_own_trace_id(shop: Shop) -> None:
    answers = [look_up(shop, None), shop.get("payments/unknown"), shop.lookup(shop.paid())]

    traces = [answer.headers["X-TossPayments-Trace-Id"] for answer in answers]
    assert all(re.fullmatch("[0-9a-f]{32}", trace) for trace in traces)
    assert len(set(traces)) == 3
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("REJECT_CARD_PAYMENT", 403),
        ("ALREADY_PROCESSED_PAYMENT", 400),
        ("IDEMPOTENT_REQUEST_PROCESSING", 409),
        ("COMMON_ERROR", 500),
    ],
)
def test_the_test_code_header_forces_its_error_before_the_payment_is_looked_at(
    shop: Shop, code: str, status: int
) -> None:
    answer = shop.post("payments/confirm", {}, headers={"TossPayments-Test-Code": code})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_unknown_test_code_is_an_error_of_its_own(shop: Shop) -> None:
    answer = shop.post("payments/confirm", {}, headers={"TossPayments-Test-Code": "USER_CANCEL"})

    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TEST_CODE")


def test_the_call_list_shows_calls_without_secrets(shop: Shop) -> None:
    shop.confirm(shop.authenticated(), key="confirm-1")

    answer = requests.get(f"{shop.toss}/sim/calls", timeout=5)

    assert shop.secret_key not in answer.text
    assert basic(shop.secret_key + ":").split()[1] not in answer.text
    call = answer.json()[0]
    assert (call["method"], call["path"]) == ("POST", "/toss/v1/payments/confirm")
    assert (call["idempotencyKey"], call["status"], call["authorization"]) == ("confirm-1", 200, "Basic ***")
