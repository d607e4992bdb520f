import gzip
import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.world import order_body
from tests.web.api.orders import FULL, order_with
from tests.web.site import CREATE, Site, assert_error

TEXTS = [
    "platform", "platformOrderId", "items[0].name", "items[0].productId", "items[0].description", "customer.name",
    "shippingAddress.recipient", "shippingAddress.address", "shippingAddress.detail", "shippingAddress.memo",
    "customFields[0].label", "customFields[0].options[0]", "metadata.internal_order_id",
]  # fmt: skip
BAD_LETTERS = ["\x00", "\x01", "\x08", "\x1b", "\x7f", "\x85", "\ud800", "\udfff"]
SCRIPTS = {
    "hangul": "홍길동 텀블러",
    "hangul in pieces": "한글",
    "emoji": "🧑‍🚀 선물 🎁",
    "right to left": "שלום مرحبا",
    "combining": "Z͑ͫ̓a̴l̷g̶o",
    "markup": "<script>alert(1)</script> & \"'",
    "astral": "𠮷野家",
    "template": "{{ 7*7 }} ${7*7} %s",
}


@pytest.mark.parametrize("path", TEXTS)
def test_no_text_hides_control_characters(site: Site, path: str) -> None:
    before = site.rows()

    for letter in BAD_LETTERS:
        for text in (letter, f"a{letter}b"):
            assert_error(site.create(order_with(path, text)), 400, "invalid_parameter", path)

    assert site.rows() == before


@pytest.mark.parametrize("letter", BAD_LETTERS)
def test_no_name_hides_control_characters(site: Site, letter: str) -> None:
    named: tuple[dict[str, Any], ...] = (
        order_body(metadata={f"a{letter}": "v"}),
        order_body(**{f"a{letter}": "v"}),
        order_body(appearance={f"a{letter}": "v"}),
    )

    for body in named:
        details = assert_error(site.create(body), 400, "invalid_parameter")
        assert letter not in details["field"]


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_any_script_is_kept_as_it_was_sent(site: Site, path: str, text: str) -> None:
    data = site.created(order_with(path, text))

    assert text in json.dumps(data, ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_any_script_is_kept_in_names_of_metadata(site: Site, text: str) -> None:
    assert site.created(order_body(metadata={text: text}))["metadata"] == {text: text}


BODIES = {
    "nothing": b"",
    "spaces": b"   ",
    "a word": b"order",
    "half": b'{"platform": "headless"',
    "two": b"{}{}",
    "a form": b"platform=headless&totalAmount=29000",
    "xml": b"<order/>",
    "single quotes": b"{'platform': 'headless'}",
    "a comment": b"{} // order",
    "array": b"[]",
    "orders": b'[{"platform": "headless"}]',
    "string": b'"order"',
    "number": b"29000",
    "null": b"null",
    "true": b"true",
    "not a number": b"NaN",
    "infinity": b"-Infinity",
    "utf-16": json.dumps(order_body()).encode("utf-16"),
    "a mark": b"\xef\xbb\xbf" + json.dumps(order_body()).encode(),
    "euc-kr": json.dumps(order_body(), ensure_ascii=False).encode("euc-kr"),
    "cut letter": b'{"platform": "\xed\x99"}',
    "an encoded surrogate": b'{"platform": "\xed\xa0\x80"}',
    "nul": b'{"platform": "a\x00b"}',
    "many digits": b'{"totalAmount": ' + b"9" * 5000 + b"}",
    "deep arrays": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 80_000 + b"1" + b"}" * 80_000,
    "gzip": gzip.compress(json.dumps(order_body()).encode()),
}


@pytest.mark.parametrize("data", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_json_object_is_refused(site: Site, data: bytes) -> None:
    before = site.rows()

    answer = site.create_raw(data)

    assert_error(answer, 400, "invalid_json")
    assert site.rows() == before


NUMBERS = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e400",
    "1e30",
    "-0.5",
    "29000.0000001",
    "1" * 4000,
    "0x7148",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_strange_number_is_no_amount(site: Site, number: str) -> None:
    text = json.dumps(order_body()).replace('"totalAmount": 29000', f'"totalAmount": {number}')

    answer = site.create_raw(text.encode())

    assert answer.status_code == 400, answer.text
    assert_error(answer, 400, answer.get_json()["error"]["code"])


@pytest.mark.parametrize("depth", [10, 500, 900])
def test_deep_nesting_where_it_does_not_belong_is_refused(site: Site, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    for text in (
        json.dumps(order_body(metadata={"a": "DEEP"})),
        json.dumps(order_body(items="DEEP")),
        json.dumps(order_body(surprise="DEEP")),
    ):
        answer = site.create_raw(text.replace('"DEEP"', deep).encode())

        assert answer.status_code == 400, answer.text
        assert_error(answer, 400, answer.get_json()["error"]["code"])


def test_of_a_name_that_is_there_twice_the_last_counts(site: Site) -> None:
    text = json.dumps(order_body()).replace('"totalAmount": 29000', '"totalAmount": 1, "totalAmount": 29000')

    answer = site.create_raw(text.encode())

    assert answer.status_code == 201, answer.text
    assert site.data_of(answer.get_json()["sessionId"])["totalAmount"] == 29000


@pytest.mark.parametrize("size", [600_000, 1_000_000, 5_000_000])
def test_a_body_that_is_too_large_is_refused(site: Site, size: int) -> None:
    before = site.rows()

    answer = site.create(order_body(metadata={"a": "x" * size}))

    assert_error(answer, 413, "payload_too_large")
    assert site.rows() == before


@pytest.mark.parametrize(
    "content_type",
    [
        None, "", "text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/xml", "application/json-patch+json", "application", "json", "; charset=utf-8", "\u00e9/\u00e9",
    ],
)  # fmt: skip
def test_a_body_must_say_that_it_is_json(site: Site, content_type: str | None) -> None:
    before = site.rows()

    answer = site.create(content_type=content_type)

    assert_error(answer, 415, "unsupported_media_type")
    assert site.rows() == before


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
    ],
)
def test_json_may_name_its_charset(site: Site, content_type: str) -> None:
    assert site.create(content_type=content_type).status_code == 201


def test_a_compressed_body_is_not_unpacked(site: Site) -> None:
    data = gzip.compress(json.dumps(order_body()).encode())

    answer = site.create_raw(data, headers={"Content-Encoding": "gzip"})

    assert answer.status_code in (400, 415)
    assert_error(answer, answer.status_code, answer.get_json()["error"]["code"])


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["KRW", "card", "https://shop.example/", "2026-01-01T00:00:00Z", "#fff", "ko"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(), max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
ORDERS = st.fixed_dictionaries({}, optional={name: JSON | st.just(value) for name, value in FULL.items()})


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=JSON | ORDERS | st.builds(lambda change: {**FULL, **change}, ORDERS))
def test_whatever_is_sent_the_answer_is_one_of_ours(site: Site, body: object) -> None:
    answer = site.send("POST", CREATE, data=json.dumps(body).encode(), content_type="application/json")

    assert answer.status_code in {201, 400, 404, 413}, answer.text
    if answer.status_code == 201:
        assert answer.get_json()["success"] is True
        assert not any(isinstance(v, float) and math.isnan(v) for v in answer.get_json().values())
    else:
        assert_error(answer, answer.status_code, answer.get_json()["error"]["code"])
