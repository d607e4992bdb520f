import pytest
from sqlalchemy import select

from app.database import db
from app.gateways import GATEWAYS
from app.payments.gateway_choice import MethodNotAvailable
from app.payments.methods import METHODS
from app.payments.models import Attempt
from app.payments.queries import session_by_id
from app.payments.states import SessionState
from app.web.checkout.csrf import _signer
from tests.web.checkout.browser import Page, load, new_session, pay, post, token_of
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

NOTHING_KNOWN = {"customer_name": None, "customer_email": None, "customer_phone": None}


def attempts_of(site: Site, session_id: str) -> list[Attempt]:
    with site.inside():
        return list(db.session.scalars(select(Attempt).where(Attempt.session_id == session_id)))


def test_a_complete_form_begins_an_attempt_and_leads_to_the_gateway(site: Site) -> None:
    session_id = new_session(site)

    answer = pay(site, session_id)

    (attempt,) = attempts_of(site, session_id)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/checkout/{session_id}/attempts/{attempt.id}"
    assert (attempt.method, attempt.amount, attempt.state) == ("card", 29000, "launched")


def test_the_launch_page_tells_the_gateway_the_stored_order(site: Site) -> None:
    session_id = new_session(site)
    path = pay(site, session_id).headers["Location"]

    page = Page(site.send("GET", path, key=None))

    (attempt,) = attempts_of(site, session_id)
    (params,) = page.values_of("data-launch")
    assert f'"orderId": "{attempt.id}"' in params
    assert '"value": 29000' in params
    assert f"http://localhost:8000/return/{attempt.id}/approved" in params
    assert "_sk_" not in page.answer.text


def test_only_what_the_shop_did_not_say_is_asked(site: Site) -> None:
    all_known = load(site, new_session(site))
    nothing_known = load(site, new_session(site, **NOTHING_KNOWN))

    for name in ("name", "phone", "email"):
        assert not all_known.all("input", name=name)
        assert nothing_known.all("input", name=name)
    assert "010-1234-5678" in all_known.text


def test_what_was_asked_is_kept_in_one_form(site: Site) -> None:
    session_id = new_session(site, **NOTHING_KNOWN)

    pay(site, session_id, name=" 김철수 ", phone="010 9876 5432", email="Kim@Example.com")

    with site.inside():
        session = session_by_id(session_id)
    assert session is not None
    assert (session.customer_name, session.customer_phone) == ("김철수", "+821098765432")
    assert session.customer_email == "Kim@example.com"


def test_what_the_shop_said_is_not_changed_by_the_buyer(site: Site) -> None:
    session_id = new_session(site)

    pay(site, session_id, name="다른 사람", phone="010-0000-0000", email="other@example.com")

    with site.inside():
        session = session_by_id(session_id)
    assert session is not None
    assert (session.customer_name, session.customer_phone) == ("홍길동", "+821012345678")


BAD: list[tuple[str, str | None, str]] = [
    ("confirm", None, "주문 내용을 확인하고 동의해 주세요"),
    ("confirm", "", "주문 내용을 확인하고 동의해 주세요"),
    ("method", None, "결제수단을 선택해 주세요"),
    ("method", "", "결제수단을 선택해 주세요"),
    ("phone", "", "휴대폰 번호를 다시 확인해 주세요"),
    ("phone", "123", "휴대폰 번호를 다시 확인해 주세요"),
    ("phone", "전화번호", "휴대폰 번호를 다시 확인해 주세요"),
    ("email", "", "이메일 주소를 다시 확인해 주세요"),
    ("email", "kim", "이메일 주소를 다시 확인해 주세요"),
    ("email", "kim@example.com\nBcc: x@example.com", "이메일 주소를 다시 확인해 주세요"),
    ("name", "", "이름을 입력해 주세요"),
    ("name", "   ", "이름을 입력해 주세요"),
    ("name", "김\x00철수", "이름을 입력해 주세요"),
]


@pytest.mark.parametrize(("field", "value", "complaint"), BAD)
def test_a_form_that_is_not_right_comes_back_with_what_was_typed(
    site: Site, field: str, value: str | None, complaint: str
) -> None:
    session_id = new_session(site, **NOTHING_KNOWN)
    typed = {"name": "김철수", "phone": "010-9876-5432", "email": "kim@example.com", field: value}

    answer = pay(site, session_id, **typed)

    page = Page(answer)
    assert answer.status_code == 422
    assert complaint in page.text
    for name in {"name", "phone", "email"} - {field}:
        assert page.all("input", name=name)[0]["value"] == typed[name]
    assert attempts_of(site, session_id) == []
    assert site.state_of(session_id) == "pending"


@pytest.mark.parametrize(
    "method", [*(key for key in METHODS if key != "card"), "free", "cash", "CARD", "\x00", "' OR 1"]
)
def test_a_method_that_is_not_offered_is_refused(site: Site, method: str) -> None:
    session_id = new_session(site, payment_methods=["card"])

    answer = pay(site, session_id, method=method)

    assert answer.status_code == 422
    assert attempts_of(site, session_id) == []


def test_a_method_that_is_gone_meanwhile_is_told_and_what_was_typed_stays(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_told: object) -> None:
        raise MethodNotAvailable(method="card")

    monkeypatch.setattr("app.web.checkout.views.start_attempt", gone)

    page = Page(pay(site, new_session(site, **NOTHING_KNOWN), name="김철수"))

    assert page.answer.status_code == 409
    assert "지금은 이 결제수단을 쓸 수 없어요" in page.text
    assert page.all("input", name="name", value="김철수")


def test_the_page_offers_what_gateway_and_merchant_both_have(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for gateway in GATEWAYS.values():
        monkeypatch.setattr(gateway, "methods", frozenset({"card", "kakao_pay", "payco"}))

    page = load(site, new_session(site, payment_methods=["card", "kakao_pay", "mobile_phone"]))

    assert [radio["value"] for radio in page.all("input", name="method")] == ["card", "kakao_pay"]


@pytest.mark.parametrize("name", ["n" * 101, "가" * 101])
def test_a_name_that_is_too_long_is_refused(site: Site, name: str) -> None:
    session_id = new_session(site, **NOTHING_KNOWN)

    assert pay(site, session_id, name=name).status_code == 422


@pytest.mark.parametrize("token", [None, "", "forged", "IjEi.aaaa.bbbb", "\x00", "x" * 5000])
def test_a_form_without_our_token_is_refused(site: Site, token: str | None) -> None:
    session_id = new_session(site, **NOTHING_KNOWN)

    answer = pay(site, session_id, csrf_token=token, name="김철수")

    page = Page(answer)
    assert answer.status_code == 422
    assert "페이지를 연 지 오래됐어요. 버튼을 다시 눌러 주세요." in page.text
    assert page.all("input", name="name")[0]["value"] == "김철수"
    assert attempts_of(site, session_id) == []


def test_a_token_of_another_session_is_refused(site: Site) -> None:
    session_id = new_session(site)

    answer = pay(site, session_id, csrf_token=token_of(site, new_session(site)))

    assert answer.status_code == 422
    assert attempts_of(site, session_id) == []


def test_a_form_sent_again_with_the_new_token_goes_through(site: Site) -> None:
    session_id = new_session(site)
    refused = Page(pay(site, session_id, csrf_token="old"))
    token = refused.all("input", name="csrf_token")[0]["value"]

    assert pay(site, session_id, csrf_token=token).status_code == 303


def test_a_form_sent_twice_leaves_one_live_attempt(site: Site) -> None:
    session_id = new_session(site)

    first, second = (pay(site, session_id) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert sorted(attempt.state for attempt in attempts_of(site, session_id)) == ["abandoned", "launched"]


def test_nothing_to_pay_asks_for_no_method_and_completes(site: Site) -> None:
    session_id = new_session(
        site, total_amount=0, subtotal=0, items=[{"name": "견본", "price": 0, "quantity": 1}]
    )

    page, answer = load(site, session_id), pay(site, session_id, method=None)

    assert not page.all("input", name="method")
    assert answer.headers["Location"] == f"/checkout/{session_id}"
    assert site.state_of(session_id) == "completed"


def test_the_buyer_may_cancel(site: Site) -> None:
    session_id = new_session(site)

    answer = post(site, f"/checkout/{session_id}/cancel", csrf_token=token_of(site, session_id))

    assert answer.status_code == 303
    assert site.state_of(session_id) == "cancelled"


@pytest.mark.parametrize("token", ["", "forged"])
def test_nobody_else_may_cancel(site: Site, token: str) -> None:
    session_id = new_session(site)

    answer = post(site, f"/checkout/{session_id}/cancel", csrf_token=token)

    assert answer.status_code == 303
    assert site.state_of(session_id) == "pending"


@pytest.mark.parametrize("state", [SessionState.COMPLETED, SessionState.PROCESSING, SessionState.EXPIRED])
def test_what_is_too_late_to_cancel_stays_as_it_is(site: Site, state: SessionState) -> None:
    session_id = session_that_is(site, state)
    with site.inside():
        token = str(_signer().dumps(session_id))

    answer = post(site, f"/checkout/{session_id}/cancel", csrf_token=token)

    assert answer.status_code == 303
    assert site.state_of(session_id) == state
