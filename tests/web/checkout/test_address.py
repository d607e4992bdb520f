"""Where an order is delivered to: asked, checked, kept, told."""

import json
from typing import Any

import pytest

from app.payments.queries import session_by_id
from tests.web.checkout.browser import Page, load, new_session, pay
from tests.web.checkout.test_pay import NOTHING_KNOWN, attempts_of
from tests.web.site import READ, Site

TYPED = {"postal_code": "06236", "address": "서울 강남구 테헤란로 123", "address_detail": "101동 1203호"}
FOUND = {
    "postalCode": "06236",
    "address": "서울 강남구 테헤란로 123",
    "extra": "(역삼동, 한빛아파트)",
    "lotAddress": "서울 강남구 역삼동 700-1",
    "region": "서울",
    "district": "강남구",
    "districtCode": "1168010100",
    "buildingCode": "1168010100107000001000001",
}
NOT_FOUND = dict.fromkeys(("extra", "lotAddress", "region", "district", "districtCode", "buildingCode"))


def kept(site: Site, session_id: str) -> dict[str, Any] | None:
    with site.inside():
        session = session_by_id(session_id)
        assert session is not None
        return session.shipping_address


def delivered(site: Site, **changes: Any) -> str:
    return new_session(site, collect_shipping_address=True, **changes)


def test_an_address_is_asked_for_only_where_the_shop_wants_one(site: Site) -> None:
    assert load(site, delivered(site)).all("input", name="postal_code")
    assert not load(site, new_session(site)).all("input", name="postal_code")


def test_an_address_typed_by_hand_is_kept_and_told(site: Site) -> None:
    session_id = delivered(site)

    answer = pay(site, session_id, same_recipient="y", memo="door", **TYPED)

    assert answer.status_code == 303
    expected = {
        "recipient": "홍길동",
        "phone": "+821012345678",
        "postalCode": "06236",
        "address": "서울 강남구 테헤란로 123",
        "detail": "101동 1203호",
        "memo": "문 앞에 놓아주세요",
        **NOT_FOUND,
    }
    assert kept(site, session_id) == expected
    assert site.send("GET", READ + session_id).get_json()["data"]["shippingAddress"] == expected


def test_what_a_search_found_is_kept_beside_it(site: Site) -> None:
    session_id = delivered(site)

    pay(site, session_id, same_recipient="y", address_found=json.dumps(FOUND), **TYPED)

    address = kept(site, session_id)
    assert address is not None
    assert {name: address[name] for name in FOUND} == FOUND


@pytest.mark.parametrize(
    "found",
    [
        "{", "[]", "null", '"x"', "[" * 10_000, json.dumps({**FOUND, "postalCode": "13494"}),
        json.dumps({**FOUND, "address": "다른 주소"}),
        json.dumps({**FOUND, "extra": 1, "lotAddress": "x" * 301, "region": "\u0000", "district": None,
                    "districtCode": "<b>", "buildingCode": {}}),
    ],
)  # fmt: skip
def test_what_was_not_found_for_this_address_is_not_believed(site: Site, found: str) -> None:
    session_id = delivered(site)

    answer = pay(site, session_id, same_recipient="y", address_found=found, **TYPED)

    address = kept(site, session_id)
    assert answer.status_code == 303
    assert address is not None
    assert {name: address[name] for name in NOT_FOUND} == NOT_FOUND


def test_the_recipient_may_be_another_than_the_buyer(site: Site) -> None:
    session_id = delivered(site)

    pay(site, session_id, recipient="김영희", recipient_phone="02-123-4567", **TYPED)

    address = kept(site, session_id)
    assert address is not None
    assert (address["recipient"], address["phone"]) == ("김영희", "+8221234567")


def test_the_buyer_who_types_a_name_is_the_recipient_as_well(site: Site) -> None:
    session_id = delivered(site, **NOTHING_KNOWN)

    pay(site, session_id, name="김철수", phone="010-9876-5432", same_recipient="y", **TYPED)

    address = kept(site, session_id)
    assert address is not None
    assert (address["recipient"], address["phone"]) == ("김철수", "+821098765432")


@pytest.mark.parametrize(
    ("memo", "text", "expected"),
    [
        ("", "", None),
        ("other", "정문 비밀번호 1234", "정문 비밀번호 1234"),
        ("other", "", None),
        ("door", "무시되는 말", "문 앞에 놓아주세요"),
        ("unknown", "", None),
    ],
)
def test_a_note_is_one_of_ours_or_the_buyers_own(
    site: Site, memo: str, text: str, expected: str | None
) -> None:
    session_id = delivered(site)

    pay(site, session_id, same_recipient="y", memo=memo, memo_text=text, **TYPED)

    address = kept(site, session_id)
    assert address is not None
    assert address["memo"] == expected


BAD = [
    ({"postal_code": ""}, "우편번호 5자리를 입력해 주세요"),
    ({"postal_code": "0623"}, "우편번호 5자리를 입력해 주세요"),
    ({"postal_code": "06236-1"}, "우편번호 5자리를 입력해 주세요"),
    ({"postal_code": "٠٦٢٣٦"}, "우편번호 5자리를 입력해 주세요"),
    ({"address": " "}, "주소를 입력해 주세요"),
    ({"address": "x" * 301}, "주소를 다시 확인해 주세요"),
    ({"address": "서울\x00"}, "주소를 다시 확인해 주세요"),
    ({"address_detail": "x" * 201}, "상세주소를 다시 확인해 주세요"),
    ({"same_recipient": None, "recipient": ""}, "받는 분 이름을 입력해 주세요"),
    ({"same_recipient": None, "recipient": "김"}, "받는 분 이름을 입력해 주세요"),
    (
        {"same_recipient": None, "recipient": "김영희", "recipient_phone": "12"},
        "받는 분 연락처를 다시 확인해 주세요",
    ),
    ({"memo": "other", "memo_text": "x" * 51}, "50자까지 입력할 수 있어요"),
]


@pytest.mark.parametrize(("changes", "complaint"), BAD)
def test_an_address_that_is_not_right_comes_back_with_what_was_typed(
    site: Site, changes: dict[str, str | None], complaint: str
) -> None:
    session_id = delivered(site)
    typed = {
        "same_recipient": "y",
        **TYPED,
        "address_found": json.dumps(FOUND, ensure_ascii=False),
        **changes,
    }

    answer = pay(site, session_id, **typed)

    page = Page(answer)
    assert answer.status_code == 422
    assert complaint in page.text
    for name in ("postal_code", "address_detail", "address_found"):
        assert page.all("input", name=name)[0]["value"] == (typed[name] or "").strip()
    assert attempts_of(site, session_id) == []
    assert kept(site, session_id) is None


def test_what_the_buyer_filled_in_stands_there_again_after_the_gateway(site: Site) -> None:
    session_id = delivered(site)
    pay(
        site,
        session_id,
        recipient="김영희",
        recipient_phone="010-1111-2222",
        memo="other",
        memo_text="조심",
        **TYPED,
    )

    page = load(site, session_id)

    values = {
        name: page.all("input", name=name)[0].get("value") for name in (*TYPED, "recipient", "memo_text")
    }
    assert values == {**TYPED, "recipient": "김영희", "memo_text": "조심"}
    assert page.all("input", name="recipient_phone")[0]["value"] == "010-1111-2222"
    assert "checked" not in page.all("input", name="same_recipient")[0]
    assert "selected" in page.all("option", value="other")[0]


def test_an_address_of_the_shop_can_be_seen_where_none_is_collected(site: Site) -> None:
    address = {
        "recipient": "김영희",
        "phone": "+821011112222",
        "postalCode": "06236",
        "address": "서울 <b>",
        "detail": "1호",
    }

    page = load(site, new_session(site, shipping_address=address))

    assert "(06236) 서울 <b>, 1호" in page.text
    assert "김영희 · 010-1111-2222" in page.text


def test_only_a_page_that_searches_for_addresses_may_hold_a_frame(site: Site) -> None:
    with_search, without = (load(site, make(site)).answer for make in (delivered, new_session))

    assert "frame-src 'self'" in with_search.headers["Content-Security-Policy"]
    assert "frame-src" not in without.headers["Content-Security-Policy"]
