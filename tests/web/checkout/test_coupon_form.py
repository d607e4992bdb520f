"""A coupon entered on the pay page: by htmx in place, by a plain post, by the pay button itself."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.coupons.coupons import create_coupon
from app.payments.states import SessionState
from tests.conftest import app_on, let_go
from tests.support.world import NOW
from tests.web.checkout.browser import Page, load, new_session, pay, token_of
from tests.web.checkout.states import session_that_is
from tests.web.checkout.test_pay import NOTHING_KNOWN, attempts_of
from tests.web.site import Site

HTMX = {"HX-Request": "true"}
_made = iter(range(10_000))


def coupon(site: Site, **values: Any) -> str:
    """The code of a new one, 10 % off unless said otherwise."""
    code = f"FORM{next(_made)}"
    with site.inside():
        create_coupon(
            merchant_id=site.world.merchant_id,
            shop_id=site.world.shop_id,
            livemode=False,
            values={"code": code, "type": "percentage", "discount_value": 10, **values},
            now=NOW,
        )
    return code


def send(
    site: Site, session_id: str, what: str = "coupon", *, headers: Any = None, **form: str
) -> TestResponse:
    given = {"csrf_token": token_of(site, session_id), "seen_total": "29000", **form}
    return site.send("POST", f"/checkout/{session_id}/{what}", key=None, data=given, headers=headers or {})


def test_htmx_gets_the_parts_that_change_and_the_news(site: Site) -> None:
    session_id = new_session(site)

    page = Page(send(site, session_id, coupon_code=coupon(site).lower(), headers=HTMX))

    assert page.answer.status_code == 200
    assert not page.all("html")
    swapped = {found.get("id") for _tag, found in page.tags if "hx-swap-oob" in found}
    assert swapped == {
        "csrf_token", "hero-amount", "amounts-aside", "amounts-form", "pay-label", "seen_total",
        "announcement",
    }  # fmt: skip
    assert page.all("input", name="seen_total")[0]["value"] == "26100"
    assert "쿠폰을 적용했어요 (−2,900원). 총 결제금액은 26,100원이에요." in page.text
    assert "26,100원 결제하기" in page.text


def test_every_part_that_is_swapped_has_its_place_on_the_page(site: Site) -> None:
    session_id = new_session(site)
    parts = Page(send(site, session_id, coupon_code=coupon(site, discount_value=100), headers=HTMX))

    places = load(site, new_session(site)).values_of("id")

    swapped = [found["id"] for _tag, found in parts.tags if "hx-swap-oob" in found]
    assert "methods-panel" in swapped
    assert {places.count(str(name)) for name in swapped} == {1}


def test_without_script_the_page_comes_back_with_all_that_was_typed(site: Site) -> None:
    session_id = new_session(site, collect_shipping_address=True, **NOTHING_KNOWN)
    typed = {
        "name": "김",
        "phone": "12",
        "email": "",
        "method": "card",
        "postal_code": "063",
        "address_detail": "1호",
    }

    page = Page(send(site, session_id, coupon_code=coupon(site), **typed))

    assert page.answer.status_code == 200
    assert "26,100원 결제하기" in page.text
    for name in ("name", "phone", "postal_code", "address_detail"):
        assert page.all("input", name=name)[0]["value"] == typed[name]
    assert "checked" in page.all("input", name="method", value="card")[0]
    assert "확인해 주세요." not in page.text  # nothing was complained about: nothing was sent yet


def test_a_coupon_can_be_taken_off_again(site: Site) -> None:
    session_id = new_session(site)
    send(site, session_id, coupon_code=coupon(site))

    page = Page(send(site, session_id, "coupon/removal", headers=HTMX))

    assert "쿠폰을 삭제했어요. 총 결제금액은 29,000원이에요." in page.text
    assert page.all("input", name="coupon_code")


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"minimum_order_amount": 50_000},
        "50,000원 이상 주문할 때 쓸 수 있는 쿠폰이에요. 21,000원 더 담으면 쓸 수 있어요.",
    ),
    ({"type": "free_shipping", "discount_value": 0}, "이 주문에는 쓸 수 없는 쿠폰이에요."),
    ({"usage_limit": 0}, "준비한 쿠폰을 모두 사용했어요."),
    ({"valid_until": NOW}, "사용 기간이 끝난 쿠폰이에요."),
    ({"valid_from": NOW.replace(year=2999)}, "2999년 3월 2일 (토) 18:00부터 쓸 수 있는 쿠폰이에요"),
    ({"active": False}, "더 이상 쓸 수 없는 쿠폰이에요."),
]


@pytest.mark.parametrize(("values", "sentence"), REFUSED)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_says_which_rule_and_how_much_is_missing(
    site: Site, values: dict[str, Any], sentence: str, headers: dict[str, str]
) -> None:
    session_id, code = new_session(site), coupon(site, **values)

    page = Page(send(site, session_id, coupon_code=code, headers=headers))

    assert page.answer.status_code == 422
    assert sentence in page.text
    field = page.all("input", name="coupon_code")[0]
    assert (field["value"], field["aria-invalid"]) == (code, "true")


@pytest.mark.parametrize("code", ["", "  ", "NOPE", "\x00", "x" * 101, "' OR 1=1 --"])
def test_a_code_that_is_none_is_refused(site: Site, code: str) -> None:
    page = Page(send(site, new_session(site), coupon_code=code))

    assert page.answer.status_code == 422
    assert page.all("input", name="coupon_code")[0]["aria-invalid"] == "true"


def test_a_coupon_that_pays_for_all_changes_the_button_and_keeps_the_choice_of_method(site: Site) -> None:
    session_id = new_session(site)
    chosen = {
        "method": "virtual_account",
        "account_bank": "shinhan",
        "receipt": "expense",
        "receipt_expense": "12",
    }

    page = Page(send(site, session_id, coupon_code=coupon(site, discount_value=100), headers=HTMX, **chosen))

    assert "주문 완료하기" in page.text
    kept = {name: page.all("input", name=name, type="hidden")[0]["value"] for name in chosen}
    assert kept == chosen
    again = Page(send(site, session_id, "coupon/removal", headers=HTMX, **{**chosen, "seen_total": "0"}))
    assert "checked" in again.all("input", name="method", value="virtual_account")[0]
    assert again.all("input", name="receipt_expense")[0]["value"] == "12"


def test_nothing_due_after_a_coupon_completes_whatever_stands_in_the_details(site: Site) -> None:
    session_id = new_session(site)
    send(site, session_id, coupon_code=coupon(site, discount_value=100))

    answer = pay(site, session_id, method="bank_transfer", receipt="income", receipt_income="x")

    assert answer.status_code == 303
    assert site.state_of(session_id) == "completed"


@pytest.mark.parametrize(("amount", "swaps"), [(60_000, True), (40_000, False), (200_000, False)])
def test_the_details_of_methods_are_swapped_only_where_the_amount_asks_for_others(
    site: Site, amount: int, swaps: bool
) -> None:
    items = [{"name": "시계", "price": amount, "quantity": 1}]
    session_id = new_session(site, total_amount=amount, subtotal=amount, items=items)
    code = coupon(site, discount_value=20)

    page = Page(send(site, session_id, coupon_code=code, headers=HTMX, seen_total=str(amount)))

    assert bool(page.all("div", id="methods-panel")) is swaps


def test_a_code_that_was_typed_but_not_applied_is_applied_before_anything_is_paid(site: Site) -> None:
    session_id = new_session(site)

    answer = pay(site, session_id, coupon_code=coupon(site), seen_total="29000")

    page = Page(answer)
    assert answer.status_code == 409
    assert "쿠폰을 적용했어요" in page.text
    assert attempts_of(site, session_id) == []
    assert pay(site, session_id, seen_total="26100").status_code == 303
    assert [attempt.amount for attempt in attempts_of(site, session_id)] == [26_100]


def test_a_code_that_was_refused_once_keeps_nobody_from_paying(site: Site) -> None:
    session_id = new_session(site)

    page = Page(pay(site, session_id, coupon_code="NOPE"))

    assert page.answer.status_code == 422
    refused = page.all("input", name="coupon_refused")[0]["value"]
    assert pay(site, session_id, coupon_code="NOPE", coupon_refused=refused).status_code == 303


def test_a_buyer_who_saw_another_amount_is_shown_the_new_one_first(site: Site) -> None:
    session_id = new_session(site)

    answer = pay(site, session_id, seen_total="26100")

    assert answer.status_code == 409
    assert "결제 금액이 바뀌었어요. 확인하고 다시 결제해 주세요." in Page(answer).text
    assert attempts_of(site, session_id) == []


@pytest.mark.parametrize("what", ["coupon", "coupon/removal"])
@pytest.mark.parametrize("token", ["", "forged"])
def test_nobody_else_changes_the_coupon(site: Site, what: str, token: str) -> None:
    session_id = new_session(site)

    page = Page(send(site, session_id, what, coupon_code=coupon(site), csrf_token=token))

    assert page.answer.status_code == 422
    assert "29,000원 결제하기" in page.text


@pytest.mark.parametrize("state", [SessionState.COMPLETED, SessionState.PROCESSING, SessionState.EXPIRED])
@pytest.mark.parametrize("what", ["coupon", "coupon/removal"])
def test_a_session_that_has_moved_on_shows_its_own_page(site: Site, state: SessionState, what: str) -> None:
    token = token_of(site, new_session(site))
    session_id = session_that_is(site, state)
    path, form = f"/checkout/{session_id}/{what}", {"csrf_token": token, "coupon_code": "X"}

    plain = site.send("POST", path, key=None, data=form)
    in_place = site.send("POST", path, key=None, data=form, headers=HTMX)

    assert plain.headers["Location"] == f"/checkout/{session_id}"
    assert in_place.headers["HX-Refresh"] == "true"


@pytest.fixture
def strict(site: Site, database_url: str) -> Iterator[Site]:
    """Where an address may ask three times a minute."""
    app = app_on(database_url, API_LIMIT_ADDRESS="3")
    yield Site(app, site.world)
    with app.app_context():
        let_go()


def test_codes_cannot_be_tried_for_long(strict: Site) -> None:
    session_id = new_session(strict)

    answers = [send(strict, session_id, coupon_code=f"TRY{n}") for n in range(5)]

    assert [answer.status_code for answer in answers][-1] == 429
    assert "여러 번 잘못 입력했어요. 1분 뒤에 다시 해 주세요." in Page(answers[-1]).text
    assert pay(strict, session_id).status_code == 303
