"""What a shop asks beside the usual: every type shown, checked, kept and told."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.payments.queries import session_by_id
from app.payments.sessions import cancel_session
from app.webhooks.models import Event
from tests.web.checkout.browser import Page, load, new_session, pay
from tests.web.checkout.test_pay import attempts_of
from tests.web.site import READ, Site

ASKED: list[dict[str, Any]] = [
    {"key": "engraving", "type": "text", "label": "각인할 이름", "required": True, "options": None},
    {"key": "note", "type": "textarea", "label": "남길 말", "required": False, "options": None},
    {"key": "font", "type": "select", "label": "글꼴", "required": True, "options": ["고딕", "명조"]},
    {"key": "gift", "type": "checkbox", "label": "선물 포장", "required": False, "options": None},
]
ANSWERED = {
    "custom-engraving": " 홍길동 ",
    "custom-note": "첫 줄\r\n둘째 줄",
    "custom-font": "명조",
    "custom-gift": "y",
}


@pytest.fixture
def asking(site: Site) -> str:
    return new_session(site, custom_fields=ASKED)


def values(site: Site, session_id: str) -> dict[str, Any]:
    with site.inside():
        session = session_by_id(session_id)
        assert session is not None
        return session.custom_field_values


def test_every_type_stands_on_the_page(site: Site, asking: str) -> None:
    page = load(site, asking)

    assert page.all("input", name="custom-engraving", type="text")
    assert page.all("textarea", name="custom-note")
    assert [option["value"] for option in page.all("option") if option["value"] in ("고딕", "명조")] == [
        "고딕",
        "명조",
    ]
    assert "checked" not in page.all("input", name="custom-gift", type="checkbox")[0]
    for question in ASKED:
        assert question["label"] in page.text


def test_answers_are_kept_and_told(site: Site, asking: str) -> None:
    answer = pay(site, asking, **ANSWERED)

    expected = {"engraving": "홍길동", "note": "첫 줄\n둘째 줄", "font": "명조", "gift": True}
    assert answer.status_code == 303
    assert values(site, asking) == expected
    assert site.send("GET", READ + asking).get_json()["data"]["customFieldValues"] == expected
    listed = site.send("GET", "/api/checkout/sessions?limit=1").get_json()["data"]
    assert listed[0]["customFieldValues"] == expected


def test_the_webhook_tells_them_too(site: Site, asking: str) -> None:
    pay(site, asking, **ANSWERED)
    with site.inside():
        cancel_session(session_id=asking, now=clock.now())
        event = db.session.scalar(select(Event).where(Event.session_id == asking))
        assert event is not None
        data = json.loads(event.body)["data"]

    assert data["customFieldValues"]["font"] == "명조"
    assert data["shippingAddress"] is None


def test_what_need_not_be_answered_may_stay_empty(site: Site, asking: str) -> None:
    pay(site, asking, **{"custom-engraving": "홍", "custom-font": "고딕"})

    assert values(site, asking) == {"engraving": "홍", "note": None, "font": "고딕", "gift": False}


BAD = [
    {"custom-engraving": None}, {"custom-engraving": "  "}, {"custom-engraving": "x" * 201},
    {"custom-engraving": "a\x00b"}, {"custom-engraving": "a\nb"}, {"custom-note": "x" * 1001}, {"custom-note": "\x07"},
    {"custom-font": ""}, {"custom-font": None}, {"custom-font": "궁서"},
]  # fmt: skip


@pytest.mark.parametrize("changes", BAD)
def test_an_answer_that_is_not_right_is_refused_and_the_others_stay(
    site: Site, asking: str, changes: dict[str, str | None]
) -> None:
    answer = pay(site, asking, **{**ANSWERED, **changes})

    page = Page(answer)
    assert answer.status_code == 422
    assert page.all("a", href=f"#{next(iter(changes))}")
    assert "checked" in page.all("input", name="custom-gift")[0]
    assert attempts_of(site, asking) == []
    assert values(site, asking) == {}


def test_a_required_box_has_to_be_ticked(site: Site) -> None:
    terms = {
        "key": "age",
        "type": "checkbox",
        "label": "만 19세 이상이에요",
        "required": True,
        "options": None,
    }
    session_id = new_session(site, custom_fields=[terms])

    assert pay(site, session_id).status_code == 422
    assert pay(site, session_id, **{"custom-age": "y"}).status_code == 303
    assert values(site, session_id) == {"age": True}


@pytest.mark.parametrize("key", ["method", "csrf_token", "confirm", "data", "errors", "name"])
def test_no_key_of_a_shop_is_taken_for_a_field_of_ours(site: Site, key: str) -> None:
    asked = {"key": key, "type": "text", "label": "물어보기", "required": False, "options": None}
    session_id = new_session(site, custom_fields=[asked])

    assert pay(site, session_id, **{f"custom-{key}": "답"}).status_code == 303
    assert values(site, session_id) == {key: "답"}


def test_a_question_is_words_and_nothing_else(site: Site) -> None:
    label = '<img src=x onerror="alert(1)">'
    asked = {
        "key": "a",
        "type": "select",
        "label": label,
        "required": True,
        "options": ['"><script>x</script>'],
    }

    page = load(site, new_session(site, custom_fields=[asked]))

    assert label in page.text
    assert not page.all("img", src="x")
