"""Every field of an order at its limit, one beyond it, absent, unknown and of every wrong type."""

from typing import Any

import pytest

from tests.support.world import order_body
from tests.web.api.orders import FULL, order_with, order_without
from tests.web.site import Site, assert_error

BILLION = 1_000_000_000
URL = "https://shop.example/"


def url_of(length: int) -> str:
    return URL.ljust(length, "a")


def total_of(body: dict[str, Any]) -> int:
    items = sum(item["price"] * item["quantity"] for item in body["items"])
    return int(items) + int(body["shippingFee"]) - int(body["discountAmount"])


TEXTS = [  # path, longest
    ("platform", 40),
    ("platformOrderId", 100),
    ("items[0].name", 200),
    ("items[0].productId", 100),
    ("items[0].description", 500),
    ("customer.name", 100),
    ("shippingAddress.recipient", 100),
    ("shippingAddress.address", 300),
    ("shippingAddress.detail", 200),
    ("shippingAddress.memo", 50),
    ("shippingAddress.extra", 200),
    ("shippingAddress.lotAddress", 300),
    ("shippingAddress.region", 50),
    ("shippingAddress.district", 50),
    ("customFields[0].label", 100),
    ("customFields[0].options[0]", 100),
    ("metadata.internal_order_id", 500),
]


@pytest.mark.parametrize(("path", "longest"), TEXTS)
@pytest.mark.parametrize("letter", ["a", "가", "😀"])
def test_a_text_may_be_as_long_as_its_limit(site: Site, path: str, longest: int, letter: str) -> None:
    at_limit = site.create(order_with(path, letter * longest))
    beyond = site.create(order_with(path, letter * (longest + 1)))

    assert at_limit.status_code == 201, at_limit.text
    assert_error(beyond, 400, "invalid_parameter", path)


@pytest.mark.parametrize(
    "path", ["platform", "platformOrderId", "items[0].name", "items[0].productId", "customer.name"]
)
@pytest.mark.parametrize("text", ["", " ", "\u3000", " \u00a0 "])
def test_a_text_that_is_blank_is_refused(site: Site, path: str, text: str) -> None:
    assert_error(site.create(order_with(path, text)), 400, "invalid_parameter", path)


AMOUNTS = [  # path, value, accepted
    ("items[0].price", -1, False),
    ("items[0].price", 0, True),
    ("items[0].price", BILLION, True),
    ("items[0].price", BILLION + 1, False),
    ("items[0].quantity", 0, False),
    ("items[0].quantity", 1, True),
    ("items[0].quantity", 9999, True),
    ("items[0].quantity", 10000, False),
    ("items[0].quantity", -1, False),
    ("shippingFee", -1, False),
    ("shippingFee", 0, True),
    ("shippingFee", BILLION - 29000, True),
    ("shippingFee", BILLION + 1, False),
    ("discountAmount", -1, False),
    ("discountAmount", 29000, True),
    ("discountAmount", BILLION + 1, False),
    ("taxFreeAmount", -1, False),
    ("taxFreeAmount", 29000, True),
    ("expiresIn", 299, False),
    ("expiresIn", 300, True),
    ("expiresIn", 604800, True),
    ("expiresIn", 604801, False),
]


@pytest.mark.parametrize(("path", "value", "accepted"), AMOUNTS)
def test_a_number_has_its_range(site: Site, path: str, value: int, accepted: bool) -> None:
    body = order_with(path, value)
    body["totalAmount"] = max(0, min(total_of(body), BILLION))
    if path == "items[0].quantity":
        body["items"][0]["price"] = 10
        body["totalAmount"] = max(0, total_of(body))

    answer = site.create(body)

    if accepted:
        assert answer.status_code == 201, answer.text
    else:
        assert_error(answer, 400, "invalid_parameter", path)


@pytest.mark.parametrize("total", [-1, BILLION + 1, 10**18, -(10**18), 10**400])
def test_the_total_has_its_range(site: Site, total: int) -> None:
    assert_error(site.create(order_with("totalAmount", total)), 400, "invalid_parameter", "totalAmount")


def pairs(count: int) -> dict[str, str]:
    return {f"key_{number}": "v" for number in range(count)}


LISTS: list[tuple[str, object, bool]] = [
    ("items", [], False),
    ("items", [{"name": "a", "price": 290, "quantity": 1}] * 100, True),
    ("items", [{"name": "a", "price": 290, "quantity": 1}] * 101, False),
    ("metadata", pairs(50), True),
    ("metadata", pairs(51), False),
    ("metadata", {"k" * 40: "v"}, True),
    ("metadata", {"가" * 40: ""}, True),
    ("paymentMethods", [], False),
    ("paymentMethods", ["card", "virtual_account", "mobile_phone"], True),
    ("paymentMethods", ["card", "cash"], False),
    ("paymentMethods", ["free"], False),
    ("locale", "ja", True),
    ("locale", "zh", True),
    ("locale", "fr", False),
    ("locale", "KO", False),
    ("customFields", [], True),
    ("customFields", [{"key": f"k{n}", "type": "text", "label": "l"} for n in range(20)], True),
    ("customFields", [{"key": f"k{n}", "type": "text", "label": "l"} for n in range(21)], False),
    ("customFields", [{"key": "k", "type": "text", "label": "l"}] * 2, False),
    ("returnUrl", url_of(2048), True),
    ("returnUrl", url_of(2049), False),
    ("webhookUrl", url_of(2048), True),
    ("webhookUrl", url_of(2049), False),
    ("items[0].imageUrl", url_of(2049), False),
    ("customer.email", f"a@{'b.' * 125}com", False),
    ("shippingAddress.postalCode", "0623", False),
    ("shippingAddress.districtCode", "116801010", False),
    ("shippingAddress.buildingCode", "A", False),
    ("shippingAddress.postalCode", "06236\n", False),
    ("shippingAddress.postalCode", "０６２３６", False),
    ("customFields[0].key", "a" * 40, True),
    ("customFields[0].key", "a" * 41, False),
    ("customFields[0].key", "선물", False),
    ("customFields[0].key", "gift\n", False),
    ("customFields[0].options", [], False),
    ("customFields[0].options", ["a"] * 51, False),
]


@pytest.mark.parametrize(("path", "value", "accepted"), LISTS)
def test_a_field_has_its_limits(site: Site, path: str, value: object, accepted: bool) -> None:
    answer = site.create(order_with(path, value))

    if accepted:
        assert answer.status_code == 201, answer.text
    else:
        assert_error(answer, 400, "invalid_parameter", path)


@pytest.mark.parametrize("key", ["k" * 41, "", " ", "가" * 41])
def test_a_metadata_key_has_its_limits(site: Site, key: str) -> None:
    details = assert_error(site.create(order_with("metadata", {key: "v"})), 400, "invalid_parameter")

    assert details["field"].startswith("metadata")


@pytest.mark.parametrize(
    ("field", "path"), [("text", "customFields[0].options"), ("select", "customFields[0].options")]
)
def test_options_belong_to_a_select(site: Site, field: str, path: str) -> None:
    value: dict[str, object] = {"key": "k", "type": field, "label": "l"}
    if field == "text":
        value["options"] = ["a"]

    assert_error(site.create(order_with("customFields[0]", value)), 400, "invalid_parameter", path)


INTEGERS = [
    "items[0].price",
    "items[0].quantity",
    "totalAmount",
    "shippingFee",
    "discountAmount",
    "taxFreeAmount",
]
STRINGS = [path for path, _ in TEXTS] + [
    "currency", "returnUrl", "cancelUrl", "items[0].imageUrl", "customer.email", "customer.phone",
    "shippingAddress.phone", "shippingAddress.postalCode", "customFields[0].key", "customFields[0].type",
    "paymentMethods[0]", "appearance.--primary-color", "locale", "webhookUrl", "shopId",
]  # fmt: skip
BOOLEANS = ["collectShippingAddress", "customFields[0].required"]
OBJECTS = ["customer", "metadata", "shippingAddress", "appearance", "items[0]", "customFields[0]"]
ARRAYS = ["items", "paymentMethods", "customFields", "customFields[0].options"]
OPTIONAL = {
    "items[0].productId", "items[0].description", "items[0].imageUrl", "customer.name", "customer.email",
    "customer.phone", "shippingAddress.phone", "shippingAddress.detail", "shippingAddress.memo", "locale",
    "shippingAddress.extra", "shippingAddress.lotAddress", "shippingAddress.region", "shippingAddress.district",
    "webhookUrl", "shopId", "shippingAddress", "paymentMethods", "customFields[0].options",
}  # fmt: skip
WRONG: dict[str, list[object]] = {
    "integer": [True, False, "29000", "", 1.5, 29000.5, None, [], [29000], {}],
    "string": [1, 0, 1.5, True, [], ["a"], {}, {"a": "b"}, None],
    "boolean": [0, 1, "true", "", None, [], {}],
    "object": ["", "a", 1, True, [], ["a"], None],
    "array": ["", "a", 1, True, {}, {"0": "a"}, None],
}
PATHS = [
    *((path, "integer") for path in INTEGERS),
    *((path, "string") for path in STRINGS),
    *((path, "boolean") for path in BOOLEANS),
    *((path, "object") for path in OBJECTS),
    *((path, "array") for path in ARRAYS),
]


@pytest.mark.parametrize(("path", "kind"), PATHS)
def test_a_value_of_another_type_is_refused(site: Site, path: str, kind: str) -> None:
    before = site.rows()
    wrong = [value for value in WRONG[kind] if not (value is None and path in OPTIONAL)]

    answers = [(value, site.create(order_with(path, value))) for value in wrong]

    for value, answer in answers:
        assert answer.status_code == 400, (value, answer.text)
        assert assert_error(answer, 400, "invalid_parameter")["field"].startswith(path), value
    assert site.rows() == before


@pytest.mark.parametrize("value", [True, "3600", 3600.5, [], {}])
def test_a_life_of_another_type_is_refused(site: Site, value: object) -> None:
    assert_error(site.create(order_with("expiresIn", value)), 400, "invalid_parameter", "expiresIn")


@pytest.mark.parametrize("path", sorted(OPTIONAL - {"customFields[0].options"}))
def test_null_is_the_same_as_leaving_it_out(site: Site, path: str) -> None:
    assert site.create(order_with(path, None)).status_code == 201


@pytest.mark.parametrize(
    "path",
    [
        "platform", "platformOrderId", "items", "totalAmount", "currency", "returnUrl", "cancelUrl",
        "items[0].name", "items[0].price", "items[0].quantity", "shippingAddress.recipient",
        "shippingAddress.postalCode", "shippingAddress.address", "customFields[0].key",
        "customFields[0].type", "customFields[0].label",
    ],
)  # fmt: skip
def test_what_is_required_must_be_there(site: Site, path: str) -> None:
    assert_error(site.create(order_without(path)), 400, "invalid_parameter", path)


@pytest.mark.parametrize(
    "path",
    ["webhookURL", "items[0].qty", "customer.nick", "shippingAddress.zip", "customFields[0].hint", "status",
     "livemode"],
)  # fmt: skip
def test_an_unknown_field_is_told_at_every_depth(site: Site, path: str) -> None:
    assert_error(site.create(order_with(path, "x")), 400, "invalid_parameter", path)


def test_every_bad_field_is_told(site: Site) -> None:
    body = order_body(
        items=[{"name": "a", "price": -1, "quantity": 1}, {"name": "", "price": 1, "quantity": 0}]
    )
    body["surprise"], body["returnUrl"] = 1, "no"

    details = assert_error(site.create(body), 400, "invalid_parameter")

    told = {"items[0].price", "items[1].name", "items[1].quantity", "surprise", "returnUrl"}
    assert set(details["fields"]) == told
    assert details["field"] in told
    assert all(details["fields"].values())


def test_one_bad_field_is_told_alone(site: Site) -> None:
    details = assert_error(site.create(order_with("items[0].price", -1)), 400, "invalid_parameter")

    assert "fields" not in details


def test_a_bad_value_is_not_repeated(site: Site) -> None:
    answer = site.create(order_with("customer.email", "secret-of-the-buyer"))

    assert "secret-of-the-buyer" not in answer.text


def test_the_full_order_is_fine(site: Site) -> None:
    assert site.create(FULL).status_code == 201
