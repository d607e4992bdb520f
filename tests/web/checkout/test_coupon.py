"""A coupon on the buyer's pages: seen, paid with, and what happens when it is gone."""

import pytest

from app import clock
from app.coupons.coupons import update_coupon
from app.payments.session_coupons import apply_coupon
from tests.support.coupons import make_coupon
from tests.web.checkout.browser import Page, load, new_session, pay
from tests.web.checkout.test_pay import NOTHING_KNOWN, attempts_of
from tests.web.site import Site


@pytest.fixture
def carrying(site: Site) -> tuple[str, str]:
    """(a session with 10 % off, the coupon's id)."""
    session_id = new_session(site, **NOTHING_KNOWN)
    with site.inside():
        code = f"PAGE{session_id[-8:]}"
        coupon = make_coupon(site.world, code=code)
        apply_coupon(session_id=session_id, code=code, now=clock.now())
        return session_id, coupon.id


def test_the_page_tells_the_coupon_and_what_is_due_with_it(site: Site, carrying: tuple[str, str]) -> None:
    session_id, _coupon_id = carrying

    text = load(site, session_id).text

    assert f"PAGE{session_id[-8:].upper()}" in text
    assert "2,900원" in text
    assert "26,100원 결제하기" in text


def test_the_gateway_is_asked_for_what_is_due(site: Site, carrying: tuple[str, str]) -> None:
    session_id, _coupon_id = carrying

    pay(site, session_id)

    assert [attempt.amount for attempt in attempts_of(site, session_id)] == [26_100]


def test_a_buyer_whose_coupon_is_gone_sees_the_new_amount_before_paying_anything(
    site: Site, carrying: tuple[str, str]
) -> None:
    session_id, coupon_id = carrying
    with site.inside():
        update_coupon(coupon_id=coupon_id, changes={"active": False})

    page = Page(pay(site, session_id, name="김철수"))

    assert page.answer.status_code == 409
    assert "쿠폰을 더 이상 쓸 수 없어요" in page.text
    assert "29,000원 결제하기" in page.text
    assert page.all("input", name="name", value="김철수")
    assert attempts_of(site, session_id) == []

    pay(site, session_id)

    assert [attempt.amount for attempt in attempts_of(site, session_id)] == [29_000]
