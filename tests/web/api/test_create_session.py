import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import to_wire
from tests.support.world import order_body
from tests.web.site import READ, Site, assert_error

DOCUMENTATION = Path(__file__).parents[4] / "shared" / "spec" / "000_68187d018e5fb1c7.txt"

# The two bodies of the documentation, for checkouts that stand without it.
QUICK_START = order_body()
REFERENCE: dict[str, Any] = {
    "platform": "custom",
    "platformOrderId": "order_123",
    "items": [
        {"name": "Sample Product", "price": 29000, "quantity": 1, "description": "Product description"}
    ],
    "customer": {"name": "홍길동", "email": "customer@example.com", "phone": "+82-10-1234-5678"},
    "totalAmount": 29000,
    "currency": "KRW",
    "returnUrl": "https://yourstore.com/success",
    "cancelUrl": "https://yourstore.com/cancel",
    "metadata": {"internal_order_id": "12345"},
}


def documented_bodies() -> list[str]:
    """What curl sends with -d in the documentation's two calls of create-session, to the letter."""
    if not DOCUMENTATION.exists():
        return [json.dumps(QUICK_START), json.dumps(REFERENCE)]
    calls = re.findall(
        r"curl -X POST \S+/api/checkout/create-session.*?-d '(.*?)'", DOCUMENTATION.read_text("utf-8"), re.S
    )
    assert len(calls) == 2
    return calls


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("key", ["test", "live"])
def test_the_documentations_samples_work_as_they_stand(site: Site, number: int, key: str) -> None:
    body = documented_bodies()[number]

    answer = site.create_raw(body.encode(), key=key)

    assert answer.status_code == 201, answer.text
    data = site.data_of(answer.get_json()["sessionId"], key=key)
    assert data["platformOrderId"] == "order_123"
    assert data["totalAmount"] == 29000


def test_our_copies_of_the_samples_are_those_of_the_documentation() -> None:
    found = [json.loads(body) for body in documented_bodies()]

    assert found == [QUICK_START, REFERENCE]


def test_the_answer_has_the_documented_fields_and_no_others(site: Site) -> None:
    before = datetime.now(UTC)

    answer = site.create()

    content = answer.get_json()
    assert set(content) == {"success", "sessionId", "checkoutUrl", "expiresAt"}
    assert content["success"] is True
    assert re.fullmatch("cs_[0-9a-f]{32}", content["sessionId"])
    assert content["checkoutUrl"] == f"http://localhost:8000/{content['sessionId']}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", content["expiresAt"])
    life = datetime.fromisoformat(content["expiresAt"]) - before
    assert timedelta(hours=24, seconds=-2) < life < timedelta(hours=24, seconds=30)


def test_what_is_left_out_has_its_default(site: Site) -> None:
    body = order_body(platform="custom")
    for name in ("customer", "webhookUrl"):
        del body[name]

    data = site.created(body)

    assert data["status"] == "pending"
    assert data["customer"] == {"name": None, "email": None, "phone": None}
    assert data["amounts"] == {
        "subtotal": 29000, "shipping": 0, "discount": 0, "couponDiscount": 0, "taxFree": 0, "total": 29000,
        "refunded": 0, "refundable": 0,
    }  # fmt: skip
    assert data["metadata"] == data["appearance"] == {}
    assert data["webhookUrl"] is data["locale"] is data["shippingAddress"] is None
    assert data["shopId"] == site.world.shop_id
    assert data["livemode"] is False


def test_two_orders_with_the_same_number_are_two_sessions(site: Site) -> None:
    first = site.create().get_json()["sessionId"]

    second = site.create().get_json()["sessionId"]

    assert first != second


def test_a_key_makes_sessions_of_its_own_mode(site: Site) -> None:
    session_id = site.create(key="live").get_json()["sessionId"]

    assert site.data_of(session_id, key="live")["livemode"] is True
    assert_error(site.send("GET", READ + session_id, key="test"), 404, "invalid_session")


def test_shipping_is_added_and_a_discount_taken_off(site: Site) -> None:
    data = site.created(
        order_body(shippingFee=3000, discountAmount=2000, totalAmount=30000, taxFreeAmount=30000)
    )

    assert data["amounts"] == {
        "subtotal": 29000, "shipping": 3000, "discount": 2000, "couponDiscount": 0, "taxFree": 30000,
        "total": 30000, "refunded": 0, "refundable": 0,
    }  # fmt: skip


def test_a_mismatch_tells_both_sums_and_writes_nothing(site: Site) -> None:
    before = site.rows()

    answer = site.create(order_body(totalAmount=29001, shippingFee=2500))

    details = assert_error(answer, 400, "amount_mismatch", "totalAmount")
    assert (details["totalAmount"], details["expectedAmount"]) == (29001, 31500)
    assert site.rows() == before


def test_a_discount_beyond_the_order_is_a_mismatch(site: Site) -> None:
    answer = site.create(order_body(discountAmount=30000, totalAmount=0))

    assert assert_error(answer, 400, "amount_mismatch")["expectedAmount"] == -1000


def test_tax_free_more_than_the_total_is_refused(site: Site) -> None:
    answer = site.create(order_body(taxFreeAmount=29001))

    assert_error(answer, 400, "invalid_parameter", "taxFreeAmount")


@pytest.mark.parametrize("currency", ["USD", "krw", "", "KRW ", "원", "\x00"])
def test_won_is_the_only_currency(site: Site, currency: str) -> None:
    answer = site.create(order_body(currency=currency))

    assert_error(answer, 400, "unsupported_currency", "currency")


def test_an_order_of_nothing_is_an_order(site: Site) -> None:
    data = site.created(order_body(items=[{"name": "견본", "price": 0, "quantity": 1}], totalAmount=0))

    assert data["totalAmount"] == 0


def test_a_whole_number_with_a_point_is_a_whole_number(site: Site) -> None:
    text = json.dumps(order_body()).replace('"price": 29000', '"price": 29000.0').replace(
        '"totalAmount": 29000', '"totalAmount": 2.9e4'
    )  # fmt: skip

    answer = site.create_raw(text.encode())

    assert answer.status_code == 201, answer.text
    data = site.data_of(answer.get_json()["sessionId"])
    assert (data["totalAmount"], data["items"][0]["price"]) == (29000, 29000)
    assert type(data["items"][0]["price"]) is int


@pytest.mark.parametrize("seconds", [300, 604800])
def test_expires_in_counts_from_now(site: Site, seconds: int) -> None:
    before = datetime.now(UTC)

    answer = site.create(order_body(expiresIn=seconds))

    life = datetime.fromisoformat(answer.get_json()["expiresAt"]) - before
    assert -2 <= life.total_seconds() - seconds < 30


@pytest.mark.parametrize("delta_s", [310, 604790])
@pytest.mark.parametrize("zone_h", [0, 9])
def test_expires_at_may_be_five_minutes_to_seven_days_away(site: Site, delta_s: int, zone_h: int) -> None:
    wanted = datetime.now(UTC) + timedelta(seconds=delta_s)
    local = wanted + timedelta(hours=zone_h)
    text = local.strftime("%Y-%m-%dT%H:%M:%S") + f"+{zone_h:02}:00"

    answer = site.create(order_body(expiresAt=text))

    assert answer.status_code == 201, answer.text
    assert answer.get_json()["expiresAt"] == to_wire(wanted)


@pytest.mark.parametrize("delta_s", [-60, 280, 604820, 9 * 10**9])
def test_expires_at_outside_of_that_is_refused(site: Site, delta_s: int) -> None:
    text = to_wire(datetime.now(UTC) + timedelta(seconds=delta_s))

    assert_error(site.create(order_body(expiresAt=text)), 400, "invalid_parameter", "expiresAt")


@pytest.mark.parametrize(
    "text",
    [
        "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00", "tomorrow", "", "1767225600",
        "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01T25:00:00Z", "2026-01-01T00:00:60Z",
        "２０２６-01-01T00:00:00Z", 1767225600, 1.5, True, {}, [],
    ],
)  # fmt: skip
def test_a_time_that_is_none_is_refused(site: Site, text: object) -> None:
    assert_error(site.create(order_body(expiresAt=text)), 400, "invalid_parameter", "expiresAt")


def test_expires_in_and_expires_at_together_are_refused(site: Site) -> None:
    at = to_wire(datetime.now(UTC) + timedelta(hours=1))

    assert_error(site.create(order_body(expiresIn=3600, expiresAt=at)), 400, "invalid_parameter", "expiresAt")


def test_what_may_be_said_is_given_back(site: Site) -> None:
    said: dict[str, Any] = {
        "locale": "en",
        "collectShippingAddress": True,
        "shippingAddress": {
            "recipient": "홍길동", "phone": "010-1234-5678", "postalCode": "06236",
            "address": "서울특별시 강남구 테헤란로 123", "detail": "4층", "memo": "문 앞",
            "extra": "(역삼동)", "lotAddress": "서울 강남구 역삼동 1", "region": "서울", "district": "강남구",
            "districtCode": "1168010100", "buildingCode": "1168010100107000001000001",
        },
        "customFields": [
            {"key": "gift", "type": "select", "label": "포장", "required": True, "options": ["예", "아니요"]}
        ],
        "appearance": {"--primary-color": "#0a0B0c", "--button-radius": "8px"},
        "metadata": {"internal_order_id": "12345", "empty": ""},
    }  # fmt: skip

    data = site.created(order_body(**said, paymentMethods=["card", "kakao_pay"]))

    said["shippingAddress"]["phone"] = "+821012345678"
    assert {name: data[name] for name in said} == said


def test_a_shop_of_the_merchant_may_be_named(site: Site) -> None:
    data = site.created(order_body(shopId=site.world.shop_id))

    assert data["shopId"] == site.world.shop_id


@pytest.mark.parametrize("shop_id", ["shop_" + "0" * 32, "", "' OR 1=1 --", "shop_1\x00", "상점"])
def test_a_shop_that_is_not_the_merchants_is_not_found(site: Site, shop_id: str) -> None:
    before = site.rows()

    answer = site.create(order_body(shopId=shop_id))

    assert_error(answer, 404, "invalid_shop", "shopId")
    assert site.rows() == before
