"""The page of a buyer who has an account to transfer money to."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app import clock
from app.errors import GatewayUnreachable
from app.payments.attempts import confirm_attempt
from app.payments.notifications import apply_notification, store_notification
from app.payments.queries import attempt_by_id
from tests.support.bank import RETURNED, Bank, every_account_at
from tests.support.buyer import begin
from tests.support.world import make_session
from tests.web.checkout.browser import Page, load
from tests.web.site import Site


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    with every_account_at(Bank(due_at=clock.now() + timedelta(hours=24)), monkeypatch) as bank:
        yield bank


def issued(site: Site, **changes: object) -> tuple[str, str]:
    with site.inside():
        session = make_session(site.world, now=clock.now(), **changes)
        session_id = session.id
        attempt_id = begin(session, method="virtual_account", now=clock.now())
        confirm_attempt(attempt_id=attempt_id, returned=dict(RETURNED), now=clock.now())
    return session_id, attempt_id


def pay(site: Site, bank: Bank, attempt_id: str) -> None:
    bank.state = "deposited"
    with site.inside():
        attempt = attempt_by_id(attempt_id)
        assert attempt is not None
        told = store_notification(
            account_id=attempt.gateway_account_id,
            content_type="",
            source="",
            body=attempt_id.encode(),
            now=clock.now(),
        )
        apply_notification(told, now=clock.now())


def close(site: Site, page: Page, session_id: str, attempt_id: str) -> int:
    token = page.all("input", name="csrf_token")[0]["value"]
    path = f"/checkout/{session_id}/attempts/{attempt_id}/close"
    return site.send("POST", path, key=None, data={"csrf_token": token}).status_code


def test_it_tells_everything_that_a_transfer_needs(site: Site, bank: Bank) -> None:
    session_id, attempt_id = issued(site)

    page = load(site, session_id)

    for words in ("입금을 기다리고 있어요", "우리은행", "X6505831718354", "홍길동", "29,000원"):
        assert words in page.text
    assert "금액이 다르거나 나눠 보내면 입금되지 않아요" in page.text
    assert [form["action"] for form in page.all("form")] == [
        f"/checkout/{session_id}/attempts/{attempt_id}/close"
    ]
    assert page.all("button", type="button")[0]["data-copy"] == "X6505831718354"


def test_it_speaks_english(site: Site, bank: Bank) -> None:
    session_id, _ = issued(site, locale="en")

    text = load(site, session_id).text

    assert "Waiting for your deposit" in text
    assert "Woori Bank" in text
    assert "KST" in text


def test_it_turns_when_the_money_comes(site: Site, bank: Bank) -> None:
    session_id, attempt_id = issued(site)
    waiting = site.send("GET", f"/checkout/{session_id}/status?seen=deposit", key=None)

    pay(site, bank, attempt_id)

    turned = site.send("GET", f"/checkout/{session_id}/status?seen=deposit", key=None)
    assert (waiting.status_code, turned.headers.get("HX-Refresh")) == (204, "true")
    assert "결제를 완료했어요" in load(site, session_id).text


def test_the_buyer_may_choose_another_way(site: Site, bank: Bank) -> None:
    session_id, attempt_id = issued(site)

    status = close(site, load(site, session_id), session_id, attempt_id)

    assert (status, bank.state) == (303, "closed")
    assert load(site, session_id).all("input", name="method")


def test_a_gateway_that_does_not_answer_keeps_the_page(site: Site, bank: Bank) -> None:
    session_id, attempt_id = issued(site)
    page = load(site, session_id)
    bank.fault = GatewayUnreachable()

    status = close(site, page, session_id, attempt_id)

    assert status == 303
    assert "입금을 기다리고 있어요" in load(site, session_id).text


def test_a_second_tab_cannot_begin_another_payment(site: Site, bank: Bank) -> None:
    session_id, _ = issued(site)

    answer = site.send("POST", f"/checkout/{session_id}/attempts", key=None, data={"method": "card"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/checkout/{session_id}")


def test_after_the_deadline_nobody_is_to_send_money(site: Site) -> None:
    with pytest.MonkeyPatch.context() as patch, every_account_at(Bank(due_at=clock.now()), patch):
        session_id, _ = issued(site)

        assert "이 계좌로 보내지 마세요" in load(site, session_id).text
