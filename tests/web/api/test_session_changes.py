from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.payments.states import SessionState
from tests.web.checkout.browser import new_attempt, new_session
from tests.web.checkout.states import session_that_is
from tests.web.site import READ, Site, assert_error

S = SessionState
FINAL = (S.CANCELLED, S.EXPIRED, S.REFUNDED)
UNKNOWN = "cs_" + "0" * 32
PATHS = ("", "/cancel", "/expire")


def patch(site: Site, session_id: str, body: Any, **kwargs: Any) -> TestResponse:
    return site.send("PATCH", READ + session_id, json=body, **kwargs)


def end(site: Site, session_id: str, how: str, **kwargs: Any) -> TestResponse:
    return site.send("POST", f"{READ}{session_id}/{how}", **kwargs)


def test_the_change_of_the_documentation_works(site: Site) -> None:
    session_id = new_session(site, order_metadata={"internal_order_id": "12345"})

    answer = patch(
        site,
        session_id,
        {
            "customer": {"name": "김철수", "email": "updated@example.com"},
            "metadata": {"updated_reason": "customer_info_change"},
        },
    )

    assert answer.status_code == 200
    content = answer.get_json()
    assert content == {"success": True, "status": "pending", "data": site.data_of(session_id)}
    customer = {"name": "김철수", "email": "updated@example.com", "phone": "+821012345678"}
    assert content["data"]["customer"] == customer
    assert content["data"]["metadata"] == {
        "internal_order_id": "12345",
        "updated_reason": "customer_info_change",
    }


def test_null_takes_a_value_away(site: Site) -> None:
    session_id = new_session(site, order_metadata={"a": "1", "b": "2"})

    patch(site, session_id, {"customer": {"phone": None}, "metadata": {"a": None, "unknown": None}})

    data = site.data_of(session_id)
    assert data["customer"]["phone"] is None
    assert data["customer"]["name"] == "홍길동"
    assert data["metadata"] == {"b": "2"}


@pytest.mark.parametrize("body", [{}, {"customer": {}}, {"metadata": {}}])
def test_a_change_of_nothing_changes_nothing(site: Site, body: dict[str, Any]) -> None:
    session_id = new_session(site)
    before = site.data_of(session_id)

    assert patch(site, session_id, body).status_code == 200
    assert site.data_of(session_id) == before


def test_metadata_stays_within_its_limit_when_merged(site: Site) -> None:
    session_id = new_session(site, order_metadata={f"k{number}": "v" for number in range(49)})

    full = patch(site, session_id, {"metadata": {"new": "v"}})
    over = patch(site, session_id, {"metadata": {"newer": "v"}})
    swapped = patch(site, session_id, {"metadata": {"newer": "v", "new": None}})

    assert full.status_code == swapped.status_code == 200
    assert_error(over, 400, "invalid_parameter", "metadata")
    assert len(site.data_of(session_id)["metadata"]) == 50


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"totalAmount": 1}, "totalAmount"),
        ({"customer": None}, "customer"),
        ({"customer": {"nickname": "x"}}, "customer.nickname"),
        ({"customer": {"email": "kim"}}, "customer.email"),
        ({"customer": {"phone": "전화"}}, "customer.phone"),
        ({"customer": {"name": 1}}, "customer.name"),
        ({"customer": {"name": "n" * 101}}, "customer.name"),
        ({"customer": {"name": "김\u0000"}}, "customer.name"),
        ({"metadata": []}, "metadata"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {"a": "v" * 501}}, "metadata.a"),
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(site: Site, body: dict[str, Any], field: str) -> None:
    session_id = new_session(site)
    before = site.data_of(session_id)

    answer = patch(site, session_id, {"metadata": {"good": "1"}, **body})

    assert_error(answer, 400, "invalid_parameter", field)
    assert site.data_of(session_id) == before


@pytest.mark.parametrize("state", S)
def test_a_session_can_be_changed_until_it_is_final(site: Site, state: SessionState) -> None:
    session_id = session_that_is(site, state)

    answer = patch(site, session_id, {"metadata": {"note": "1"}})

    if state in FINAL:
        assert assert_error(answer, 409, "wrong_state")["status"] == state
    else:
        assert answer.get_json()["data"]["metadata"]["note"] == "1"
    assert site.state_of(session_id) == state


@pytest.mark.parametrize("body", [{"json": {}}, {}])
@pytest.mark.parametrize("how", ["cancel", "expire"])
@pytest.mark.parametrize("state", [S.PENDING, S.FAILED])
def test_an_unpaid_session_can_be_ended(site: Site, state: SessionState, how: str, body: Any) -> None:
    session_id = session_that_is(site, state)

    answer = end(site, session_id, how, **body)

    ended = "cancelled" if how == "cancel" else "expired"
    assert answer.status_code == 200
    assert answer.get_json() == {"success": True, "status": ended, "data": site.data_of(session_id)}


@pytest.mark.parametrize("how", ["cancel", "expire"])
def test_ending_twice_is_no_error(site: Site, how: str) -> None:
    session_id = new_session(site)
    first = end(site, session_id, how)

    second = end(site, session_id, how)

    assert second.status_code == 200
    assert second.get_json() == first.get_json()


@pytest.mark.parametrize(
    ("state", "how"),
    [
        *((state, how) for state in (S.COMPLETED, S.PARTIALLY_REFUNDED, S.REFUNDED) for how in PATHS[1:]),
        (S.EXPIRED, "/cancel"),
        (S.CANCELLED, "/expire"),
    ],
)
def test_what_has_ended_otherwise_stays_as_it_is(site: Site, state: SessionState, how: str) -> None:
    session_id = session_that_is(site, state)
    before = site.rows()

    answer = end(site, session_id, how[1:])

    assert assert_error(answer, 409, "wrong_state")["status"] == state
    assert site.state_of(session_id) == state
    assert site.rows() == before


@pytest.mark.parametrize("how", ["cancel", "expire"])
def test_a_session_whose_payment_is_being_confirmed_cannot_be_ended(site: Site, how: str) -> None:
    session_id = session_that_is(site, S.PROCESSING)

    answer = end(site, session_id, how)

    assert_error(answer, 409, "payment_in_progress")
    assert site.state_of(session_id) == "processing"


def test_a_buyer_at_the_gateway_does_not_hinder_a_cancel(site: Site) -> None:
    session_id, _ = new_attempt(site)

    assert end(site, session_id, "cancel").get_json()["status"] == "cancelled"


def test_a_session_does_not_expire_while_the_gateway_cannot_be_asked(site: Site) -> None:
    """The buyer is at the gateway, and no gateway listens in this test."""
    session_id, _ = new_attempt(site)
    before = site.data_of(session_id)

    answer = end(site, session_id, "expire")

    assert_error(answer, 502, "gateway_unreachable")
    assert site.data_of(session_id) == before


def test_an_expired_session_says_when(site: Site) -> None:
    session_id = new_session(site)
    due = site.data_of(session_id)["expiresAt"]

    data = end(site, session_id, "expire").get_json()["data"]

    assert data["expiresAt"] < due


@pytest.mark.parametrize("path", PATHS)
def test_the_session_of_another_key_is_not_found(site: Site, path: str) -> None:
    session_id = new_session(site)
    method = "POST" if path else "PATCH"

    for known, key in ((session_id, "live"), (UNKNOWN, "test"), ("cs_1", "test"), ("%00", "test")):
        answer = site.send(method, READ + known + path, key=key, json={})
        assert_error(answer, 404, "invalid_session")
    assert site.state_of(session_id) == "pending"


@pytest.mark.parametrize("how", ["cancel", "expire"])
@pytest.mark.parametrize("data", [b"[]", b"null", b"{", b'{"reason": "x"}', b'"text"'])
def test_a_body_that_says_anything_is_refused(site: Site, how: str, data: bytes) -> None:
    session_id = new_session(site)

    answer = end(site, session_id, how, data=data, content_type="application/json")

    assert answer.status_code == 400
    assert site.state_of(session_id) == "pending"
