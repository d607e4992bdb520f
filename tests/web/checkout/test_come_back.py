"""The buyer's browser comes back from the gateway. What it says proves nothing."""

import re
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from app.payments.queries import attempt_by_id
from app.payments.states import SessionState
from tests.web.checkout.browser import new_attempt
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

UNKNOWN_ATTEMPT = "pay_" + "0" * 32


def state_of_attempt(site: Site, attempt_id: str) -> str:
    with site.inside():
        attempt = attempt_by_id(attempt_id)
        assert attempt is not None
        return attempt.state


def led_to(answer: TestResponse, method: str) -> str:
    """Where the buyer gets to. Whoever posts may do so into a frame, which only a page can lead out of."""
    if method == "GET":
        assert answer.status_code == 303
        return answer.headers["Location"]
    assert answer.status_code == 200
    assert "X-Frame-Options" not in answer.headers
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    [onward] = re.findall(r'<a class="button" href="([^"]+)" target="_top" data-onward>', answer.text)
    return str(onward)


FORGED = [
    {},
    {"amount": "1"},
    {"orderId": "OWN", "amount": "1", "paymentKey": "k"},
    {"orderId": "OWN", "amount": "29000", "paymentKey": ""},
    {"orderId": "OWN", "amount": "29000.0", "paymentKey": "k"},
    {"orderId": "OWN", "amount": "+29000", "paymentKey": "k"},
    {"orderId": "OWN", "amount": "２９０００", "paymentKey": "k"},
    {"orderId": "OWN", "amount": "029000", "paymentKey": "k"},
    {"orderId": UNKNOWN_ATTEMPT, "amount": "29000", "paymentKey": "k"},
    {"orderId": "OWN", "amount": "29000", "paymentKey": "k" * 201},
    {"orderId": "OWN", "amount": "29000", "paymentKey": "키"},
    {"orderId": "OWN", "amount": "29000", "paymentKey": "k\x00"},
    {"status": "completed", "success": "true", "code": "0000"},
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("fields", FORGED)
def test_forged_fields_change_nothing(site: Site, method: str, fields: dict[str, str]) -> None:
    session_id, attempt_id = new_attempt(site)
    sent = {name: value.replace("OWN", attempt_id) for name, value in fields.items()}
    where = {"query_string": sent} if method == "GET" else {"data": sent}
    before = site.rows()

    answer = site.send(method, f"/return/{attempt_id}/approved", key=None, **where)

    assert led_to(answer, method) == f"/checkout/{session_id}"
    assert "Set-Cookie" not in answer.headers
    assert site.state_of(session_id) == "processing"
    assert state_of_attempt(site, attempt_id) == "launched"
    assert site.rows() == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_return_asks_the_gateway_and_believes_nothing_else(site: Site, method: str) -> None:
    """No gateway listens in this test, so the answer stays open and the worker will look it up."""
    session_id, attempt_id = new_attempt(site)
    fields = {"orderId": attempt_id, "amount": "29000", "paymentKey": "tviva_1"}
    where = {"query_string": fields} if method == "GET" else {"data": fields}

    answer = site.send(method, f"/return/{attempt_id}/approved", key=None, **where)

    assert led_to(answer, method) == f"/checkout/{session_id}"
    assert site.state_of(session_id) == "processing"
    assert state_of_attempt(site, attempt_id) == "confirming"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("fields", "session_state", "attempt_state"),
    [
        ({"code": "PAY_PROCESS_CANCELED", "message": "m"}, "pending", "abandoned"),
        ({"code": "PAY_PROCESS_ABORTED", "message": "m", "orderId": "OWN"}, "failed", "declined"),
        (
            {"code": "REJECT_CARD_COMPANY", "message": "m", "orderId": UNKNOWN_ATTEMPT},
            "processing",
            "launched",
        ),
    ],
)
def test_a_failed_return_lets_the_buyer_try_again(
    site: Site, method: str, fields: dict[str, str], session_state: str, attempt_state: str
) -> None:
    session_id, attempt_id = new_attempt(site)
    sent = {name: value.replace("OWN", attempt_id) for name, value in fields.items()}
    where = {"query_string": sent} if method == "GET" else {"data": sent}

    answer = site.send(method, f"/return/{attempt_id}/failed", key=None, **where)

    assert led_to(answer, method) == f"/checkout/{session_id}"
    assert site.state_of(session_id) == session_state
    assert state_of_attempt(site, attempt_id) == attempt_state


def test_a_return_of_an_ended_session_changes_nothing(site: Site) -> None:
    session_id, attempt_id = new_attempt(site)
    cancel = {"code": "PAY_PROCESS_ABORTED"}
    site.send("GET", f"/return/{attempt_id}/failed", key=None, query_string=cancel)
    fields = {"orderId": attempt_id, "amount": "29000", "paymentKey": "tviva_1"}

    answer = site.send("GET", f"/return/{attempt_id}/approved", key=None, query_string=fields)

    assert answer.status_code == 303
    assert site.state_of(session_id) == "failed"
    assert state_of_attempt(site, attempt_id) == "declined"


@pytest.mark.parametrize(
    "path",
    [
        f"/return/{UNKNOWN_ATTEMPT}/approved",
        "/return/pay_1/approved",
        f"/return/{UNKNOWN_ATTEMPT}/won",
        f"/return/{UNKNOWN_ATTEMPT}",
        "/return/%00/approved",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_return_of_nobody_is_not_found(site: Site, method: str, path: str) -> None:
    assert site.send(method, path, key=None).status_code == 404


def test_an_attempt_of_another_session_is_not_shown_or_closed(site: Site) -> None:
    session_id, _ = new_attempt(site)
    _, other = new_attempt(site)

    shown = site.send("GET", f"/checkout/{session_id}/attempts/{other}", key=None)
    closed = site.send("POST", f"/checkout/{session_id}/attempts/{other}/close", key=None)

    assert shown.headers["Location"] == closed.headers["Location"] == f"/checkout/{session_id}"
    assert state_of_attempt(site, other) == "launched"


def test_the_pages_of_an_ended_session_lead_to_its_own_page(site: Site) -> None:
    session_id = session_that_is(site, SessionState.COMPLETED)

    answer = site.send("GET", f"/checkout/{session_id}/attempts/{UNKNOWN_ATTEMPT}", key=None)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/checkout/{session_id}")


@pytest.mark.parametrize("charset", ["utf-8", "cp949"])
def test_a_return_may_be_written_in_either_charset_of_korean_gateways(site: Site, charset: str) -> None:
    _, attempt_id = new_attempt(site)
    message = urlencode({"code": "PAY_PROCESS_ABORTED", "message": "한도 초과입니다"}, encoding=charset)
    form = {"data": message, "content_type": "application/x-www-form-urlencoded"}

    site.send("POST", f"/return/{attempt_id}/failed", key=None, **form)

    with site.inside():
        attempt = attempt_by_id(attempt_id)
        assert attempt is not None
        assert (attempt.gateway_code, attempt.gateway_message) == ("PAY_PROCESS_ABORTED", "한도 초과입니다")


def test_a_return_that_is_huge_or_of_endless_fields_leads_to_nothing(site: Site) -> None:
    _, attempt_id = new_attempt(site)

    for form in ("code=" + "x" * 70_000, "&".join(f"a{number}=1" for number in range(300))):
        answer = site.send(
            "POST",
            f"/return/{attempt_id}/approved",
            key=None,
            data=form,
            content_type="application/x-www-form-urlencoded",
        )

        assert answer.status_code in (200, 413)
    assert state_of_attempt(site, attempt_id) == "launched"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_page_of_a_closed_window_lets_the_attempt_go(site: Site, method: str) -> None:
    session_id, attempt_id = new_attempt(site)

    answer = site.send(method, f"/return/{attempt_id}/closed", key=None)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/checkout/{session_id}")
    assert (site.state_of(session_id), state_of_attempt(site, attempt_id)) == ("pending", "abandoned")
