from typing import Any

import pytest

from app.payments.queries import attempt_by_id, session_by_id
from app.payments.sessions import cancel_session
from tests.support.buyer import begin
from tests.support.world import NOW, make_session, make_world, order_body
from tests.web.site import READ, Site, assert_error

DOCUMENTED = {
    "sessionId", "status", "platformOrderId", "totalAmount", "currency", "customer", "createdAt", "expiresAt",
    "completedAt", "paymentMethod", "gateway", "gatewayTransactionId",
}  # fmt: skip
BEYOND = {
    "items", "amounts", "coupon", "shippingAddress", "customFieldValues", "metadata", "card", "virtualAccount",
    "receiptUrl", "refunds", "failure", "livemode",
}  # fmt: skip


def test_a_new_session_is_read_as_documented(site: Site) -> None:
    session_id = site.create(order_body(metadata={"a": "1"})).get_json()["sessionId"]

    content = site.send("GET", READ + session_id).get_json()

    assert set(content) == {"success", "status", "data"}
    assert content["success"] is True
    assert content["status"] == content["data"]["status"] == "pending"
    data: dict[str, Any] = content["data"]
    assert set(data) >= DOCUMENTED | BEYOND
    assert data["sessionId"] == session_id
    assert (data["totalAmount"], data["currency"]) == (29000, "KRW")
    assert data["customer"] == {"name": "홍길동", "email": "customer@example.com", "phone": "+821012345678"}
    assert data["items"] == [
        {"name": "Sample Product", "price": 29000, "quantity": 1, "productId": "prod_123"}
    ]
    assert data["metadata"] == {"a": "1"}
    assert data["refunds"] == []
    unknown = (
        "completedAt",
        "paymentMethod",
        "gateway",
        "gatewayTransactionId",
        "card",
        "receiptUrl",
        "failure",
    )
    assert [data[name] for name in unknown] == [None] * len(unknown)


def test_reading_writes_nothing(site: Site) -> None:
    session_id = site.create().get_json()["sessionId"]
    before = site.rows()

    first, second = (site.data_of(session_id) for _ in range(2))

    assert first == second
    assert site.rows() == before


def test_reading_works_with_a_content_type_and_no_body(site: Site) -> None:
    """As in the documentation's own sample."""
    session_id = site.create().get_json()["sessionId"]

    answer = site.send("GET", READ + session_id, content_type="application/json")

    assert answer.status_code == 200


def test_head_answers_as_get_without_a_body(site: Site) -> None:
    session_id = site.create().get_json()["sessionId"]

    answer = site.send("HEAD", READ + session_id)

    assert (answer.status_code, answer.data) == (200, b"")


def test_a_cancelled_session_says_so(site: Site) -> None:
    session_id = site.create().get_json()["sessionId"]
    with site.inside():
        cancel_session(session_id=session_id, now=NOW)

    content = site.send("GET", READ + session_id).get_json()

    assert content["status"] == content["data"]["status"] == "cancelled"


def test_an_attempt_under_way_is_processing_and_names_no_gateway(site: Site) -> None:
    with site.inside():
        session = make_session(site.world)
        attempt_id = begin(session)
        attempt, found = attempt_by_id(attempt_id), session_by_id(session.id)

    data = site.data_of(session.id)

    assert attempt is not None
    assert found is not None
    assert data["status"] == found.state == "processing"
    assert data["gateway"] is data["gatewayTransactionId"] is None
    assert attempt_id not in str(data)


UNKNOWN = [
    "cs_" + "0" * 32,
    "cs_invalid123",
    "cs_" + "0" * 31,
    "cs_" + "0" * 33,
    "cs_" + "A" * 32,
    "cs_",
    "pay_" + "0" * 32,
    "0",
    "null",
    "cs_%00",
    "cs_" + "0" * 31 + "%00",
    "cs_" + "0" * 32 + "%0a",
    "%ff%fe",
    "%ed%a0%80",
    "%EC%84%B8%EC%85%98",
    "%F0%9F%8E%81",
    "' OR '1'='1",
    "cs_1;DROP TABLE checkout_sessions",
    "%25s%25n",
    "..",
    "<script>",
    "x" * 5000,
    "가" * 3000,
]


@pytest.mark.parametrize("session_id", [s for s in UNKNOWN if s != ".."])
def test_an_id_that_does_not_exist_is_an_invalid_session(site: Site, session_id: str) -> None:
    answer = site.send("GET", READ + session_id)

    details = assert_error(answer, 404, "invalid_session", "sessionId")
    assert len(details["sessionId"]) <= 100
    assert answer.get_json()["error"]["message"] == "The specified session ID is invalid or has expired"


def test_an_unknown_id_is_told_back(site: Site) -> None:
    details = assert_error(site.send("GET", READ + "cs_invalid123"), 404, "invalid_session")

    assert set(details) == {"sessionId", "field", "requestId"}
    assert details["sessionId"] == "cs_invalid123"


@pytest.mark.parametrize("path", ["a/b", "", "..%2f..", "cs_1/refund/x"])
def test_what_is_below_a_session_is_an_unknown_path(site: Site, path: str) -> None:
    assert_error(site.send("GET", READ + path), 404, "not_found")


def test_a_strangers_session_is_told_like_one_that_does_not_exist(site: Site) -> None:
    with site.inside():
        stranger = make_world()
        theirs = make_session(stranger).id
    live = site.create(key="live").get_json()["sessionId"]

    answers = [site.send("GET", READ + name) for name in (theirs, live, "cs_" + "0" * 32)]

    for answer in answers:
        assert_error(answer, 404, "invalid_session", "sessionId")
    assert len({answer.get_json()["error"]["message"] for answer in answers}) == 1
