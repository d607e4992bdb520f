import pytest

from app.payments.states import SessionState
from app.settings import ROOT
from app.web.checkout.pages import PAGES
from tests.web.checkout.browser import load, new_attempt, post
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

S = SessionState
HEADINGS = {
    S.PENDING: ("주문 내용과 결제", "Order and payment"),
    S.PROCESSING: ("결제를 확인하고 있어요", "Confirming your payment"),
    S.COMPLETED: ("결제를 완료했어요", "Payment complete"),
    S.FAILED: ("결제가 이루어지지 않았어요", "The payment did not go through"),
    S.CANCELLED: ("결제가 취소됐어요", "This payment was cancelled"),
    S.EXPIRED: ("결제 시간이 지났어요", "Time is up"),
    S.PARTIALLY_REFUNDED: ("일부 금액을 환불했어요", "Partly refunded"),
    S.REFUNDED: ("환불했어요", "Refunded"),
}


@pytest.mark.parametrize("state", S)
def test_every_state_has_a_page_and_a_template(state: SessionState) -> None:
    name = PAGES[state]

    folder = "" if name == "pay" else "states/"
    assert (ROOT / "templates" / "checkout" / f"{folder}{name}.html").is_file()


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("path", ["/checkout/{}", "/{}"])
def test_a_session_shows_the_page_of_its_state(site: Site, state: SessionState, path: str) -> None:
    english = session_that_is(site, state, locale="en")
    korean = session_that_is(site, state)

    pages = [site.send("GET", path.format(session_id), key=None) for session_id in (korean, english)]

    assert [page.status_code for page in pages] == [200, 200]
    assert HEADINGS[state][0] in pages[0].text
    assert HEADINGS[state][1] in pages[1].text
    assert '<html lang="ko">' in pages[0].text
    assert '<html lang="en">' in pages[1].text


@pytest.mark.parametrize("state", [S.CANCELLED, S.EXPIRED, S.FAILED])
def test_a_buyer_who_did_not_pay_reads_that_nothing_was_charged(site: Site, state: SessionState) -> None:
    page = load(site, session_that_is(site, state, locale="en"))

    assert "You were not charged." in page.text


def test_a_partly_refunded_payment_tells_what_came_back_and_what_is_left(site: Site) -> None:
    page = load(site, session_that_is(site, S.PARTIALLY_REFUNDED, locale="en"))

    assert "Partly refunded ₩10,000" in page.text
    assert "Paid ₩29,000 Refunded so far −₩10,000 Remaining ₩19,000" in page.text


def test_a_failed_payment_may_be_tried_again(site: Site) -> None:
    session_id = session_that_is(site, S.FAILED)

    again = load(site, session_id, "?again=1")

    assert again.all("input", name="confirm")


@pytest.mark.parametrize("state", [S.COMPLETED, S.CANCELLED, S.EXPIRED, S.REFUNDED, S.PROCESSING])
def test_nothing_but_a_failed_payment_may_be_tried_again(site: Site, state: SessionState) -> None:
    session_id = session_that_is(site, state)

    again = load(site, session_id, "?again=1")

    assert not again.all("input", name="confirm")


def test_a_buyer_still_at_the_gateway_may_begin_anew(site: Site) -> None:
    session_id, _ = new_attempt(site)

    assert load(site, session_id).all("input", name="confirm")


@pytest.mark.parametrize("state", S)
def test_asking_for_the_status_says_nothing_new_while_the_page_is_right(
    site: Site, state: SessionState
) -> None:
    session_id = session_that_is(site, state)

    answer = site.send("GET", f"/checkout/{session_id}/status?seen={PAGES[state]}", key=None)

    assert (answer.status_code, answer.data) == (204, b"")
    assert "HX-Refresh" not in answer.headers


@pytest.mark.parametrize("state", [state for state in S if state not in (S.PENDING, S.FAILED)])
@pytest.mark.parametrize("seen", ["pay", "", "unknown", "\x00"])
def test_asking_for_the_status_reloads_a_page_that_is_old(site: Site, state: SessionState, seen: str) -> None:
    session_id = session_that_is(site, state)

    answer = site.send("GET", f"/checkout/{session_id}/status", key=None, query_string={"seen": seen})

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("state", [state for state in S if state not in (S.PENDING, S.FAILED)])
def test_an_old_pay_page_cannot_pay_a_session_that_has_moved_on(site: Site, state: SessionState) -> None:
    session_id = session_that_is(site, state)
    before = site.rows()

    answer = post(site, f"/checkout/{session_id}/attempts", confirm="y", method="card", csrf_token="old")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/checkout/{session_id}")
    assert site.rows() == before
    assert site.state_of(session_id) == state
