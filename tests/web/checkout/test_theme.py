"""A shop's colours, logo, language and time zone on the buyer's pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import g
from sqlalchemy import update

from app.database import db, transaction
from app.payments.sessions import cancel_session
from app.shops.models import Shop
from app.web.checkout.filters import when
from app.web.checkout.theme import Theme, theme_of
from tests.support.world import NOW, make_session, make_world
from tests.web.checkout.browser import Page, load
from tests.web.site import Site


@pytest.fixture
def shop(site: Site) -> Site:
    """A merchant of its own for each test."""
    with site.inside():
        return Site(site.app, make_world())


def page_with(shop: Site, *, appearance: dict[str, str] | None = None, **columns: Any) -> Page:
    """The pay page of a shop with these columns."""
    with shop.inside():
        if columns:
            with transaction():
                db.session.execute(update(Shop).where(Shop.id == shop.world.shop_id).values(**columns))
        session_id = make_session(shop.world, appearance=appearance or {}).id
    return load(shop, session_id)


def style_of(page: Page) -> str:
    """What stands behind the style sheets, each of which ends with its layer; "" where the shop chose nothing."""
    [style] = re.findall(r"<style nonce=[^>]*>[^<]*\}\}(:root\{[^<{}]*\})?</style>", page.answer.text)
    return str(style)


def tokens_of(theme: Theme | None) -> dict[str, str]:
    assert theme is not None
    pairs = (rule.split(":") for rule in theme.css.removeprefix(":root{").removesuffix("}").split(";"))
    return {name: value for name, value in pairs}


def test_a_shop_without_colours_has_no_style_in_its_page(shop: Site) -> None:
    page = page_with(shop)

    assert style_of(page) == ""


def test_the_shops_colours_are_in_its_pages(shop: Site) -> None:
    page = page_with(shop, branding={"primary_color": "#123456", "button_radius": "4px"})

    assert "--accent:#123456" in style_of(page)
    assert "--button-radius:4px" in style_of(page)


def test_the_style_carries_the_nonce_of_the_answer(shop: Site) -> None:
    page = page_with(shop, branding={"primary_color": "#123456"})

    [style] = page.all("style")
    assert style["nonce"]
    assert f"style-src 'self' 'nonce-{style['nonce']}'" in page.answer.headers["Content-Security-Policy"]
    assert f"script-src 'self' 'nonce-{style['nonce']}'" not in page.answer.headers["Content-Security-Policy"]


def test_what_a_session_asks_for_goes_before_what_its_shop_asks_for(shop: Site) -> None:
    appearance = {"--primary-color": "#abcdef"}

    page = page_with(
        shop, appearance=appearance, branding={"primary_color": "#123456", "input_radius": "0px"}
    )

    assert "--accent:#abcdef" in style_of(page)
    assert "--input-radius:0px" in style_of(page)
    assert "#123456" not in style_of(page)


def test_every_page_of_a_session_has_the_colours(shop: Site) -> None:
    with shop.inside():
        with transaction():
            db.session.execute(
                update(Shop)
                .where(Shop.id == shop.world.shop_id)
                .values(branding={"primary_color": "#123456"})
            )
        session_id = make_session(shop.world).id
        cancel_session(session_id=session_id, now=NOW)

    assert "--accent:#123456" in style_of(load(shop, session_id))


@pytest.mark.parametrize(
    "value",
    ["red", "#12", "#12345g", "#fff;}body{display:none", "</style><script>", "url(//x)", "expression(1)", ""],
)
def test_no_other_value_gets_into_a_page_even_from_the_database(shop: Site, value: str) -> None:
    page = page_with(
        shop, appearance={"--primary-color": value, "--x": "#fff"}, branding={"text_color": value}
    )

    assert style_of(page) == ""


def test_radii_alone_leave_light_and_dark_to_the_buyer() -> None:
    theme = theme_of({"button_radius": "0px"}, {})

    assert theme is not None
    assert (theme.scheme, theme.paper) == (None, None)


@pytest.mark.parametrize(
    ("chosen", "scheme"),
    [
        ({"primary_color": "#2348c7"}, "light"),
        ({"background_color": "#ffffff"}, "light"),
        ({"background_color": "#000"}, "dark"),
        ({"background_color": "#1a1a2e", "text_color": "#eee"}, "dark"),
        ({"text_color": "#fff"}, "dark"),
        ({"text_color": "#333"}, "light"),
    ],
)
def test_the_rest_of_the_page_goes_with_the_shops_colours(chosen: dict[str, str], scheme: str) -> None:
    theme = theme_of(chosen, {})

    assert theme is not None
    assert theme.scheme == scheme
    assert tokens_of(theme)["color-scheme"] == scheme


def test_a_forced_palette_loads_only_what_it_needs(shop: Site) -> None:
    light = page_with(shop, branding={"primary_color": "#123456"})
    dark = page_with(shop, branding={"background_color": "#000000"})
    plain = page_with(shop, branding={})

    palette = "--ink:#f1f3f7" if "--ink:#f1f3f7" in plain.answer.text else "--ink: #f1f3f7"
    wish = "@media (prefers-color-scheme: dark)"
    assert palette not in light.answer.text
    assert palette in dark.answer.text
    assert wish not in light.answer.text + dark.answer.text
    assert plain.answer.text.index(wish) < plain.answer.text.index(palette)
    assert [meta["content"] for meta in dark.all("meta", name="theme-color")] == ["#000000"]


def test_colours_that_can_be_read_are_kept() -> None:
    branding = {"primary_color": "#fee500", "primary_text_color": "#191919", "background_color": "#ffffff"}

    tokens = tokens_of(theme_of(branding, {}))

    assert (tokens["--accent"], tokens["--on-accent"], tokens["--paper"]) == ("#fee500", "#191919", "#ffffff")


def test_a_logo_takes_the_place_of_the_letter(shop: Site) -> None:
    page = page_with(shop, branding={"logo_url": "https://mystore.com/logo.png"})

    [logo] = [image for image in page.all("img") if image["class"] == "shop-header__logo"]
    assert (logo["src"], logo["referrerpolicy"]) == ("https://mystore.com/logo.png", "no-referrer")
    assert not page.all("span", **{"class": "shop-header__mark"})
    assert "img-src 'self' data: https://mystore.com;" in page.answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("language", "tag", "words"),
    [
        ("ko", "ko", "판매자 정보"),
        ("en", "en", "Seller information"),
        ("ja", "ja", "販売者情報"),
        ("zh", "zh-Hans", "商家信息"),
    ],
)
def test_the_shops_language_is_that_of_its_pages(shop: Site, language: str, tag: str, words: str) -> None:
    page = page_with(shop, language=language)

    assert f'<html lang="{tag}">' in page.answer.text
    assert words in page.text


@pytest.mark.parametrize(
    ("zone", "language", "time"),
    [
        ("Asia/Seoul", "ko", "2026년 3월 3일 (화) 18:00"),
        ("Asia/Seoul", "en", "Tue, Mar 3, 2026, 18:00 KST"),
        ("Asia/Tokyo", "ko", "2026년 3월 3일 (화) 18:00 JST"),
        ("America/New_York", "en", "Tue, Mar 3, 2026, 04:00 EST"),
        ("Asia/Bangkok", "ko", "2026년 3월 3일 (화) 16:00 UTC+07"),
        ("Asia/Seoul", "ja", "2026年3月3日(火) 18:00 KST"),
        ("Asia/Seoul", "zh", "2026年3月3日（周二）18:00 KST"),
    ],
)
def test_times_are_told_in_the_shops_time_zone(shop: Site, zone: str, language: str, time: str) -> None:
    with shop.app.test_request_context():
        g.shop, g.language = Shop(timezone=zone), language

        assert when(NOW + timedelta(hours=24)) == time


def test_the_seller_is_told_with_what_is_known(shop: Site) -> None:
    page = page_with(shop, business={"business_number": "1208800767", "ceo_name": "김철수"})

    assert "120-88-00767" in page.text
    assert "김철수" in page.text
    assert "None" not in page.text
    assert "주소" not in page.text


def test_the_seller_is_told_with_all_that_the_law_asks_for(shop: Site) -> None:
    business = {
        "business_number": "1208800767",
        "business_name": "주식회사 한빛",
        "ceo_name": "김철수",
        "address": "서울특별시 강남구 테헤란로 123",
        "mail_order_number": "제2024-서울강남-01234호",
        "terms_url": "https://shop.example/terms",
        "refund_policy_url": "https://shop.example/refunds",
    }
    contact = {"email": "help@shop.example", "phone": "+82212345678"}

    page = page_with(shop, business=business, contact=contact, website="https://shop.example/")

    for label in (
        "상호",
        "대표자",
        "사업자등록번호",
        "통신판매업신고번호",
        "주소",
        "전화",
        "이메일",
        "호스팅서비스 제공자",
    ):
        assert label in page.text
    for told in ("주식회사 한빛", "김철수", "120-88-00767", "제2024-서울강남-01234호", "02-1234-5678"):
        assert told in page.text
    links = {link["href"]: link for link in page.all("a")}
    ftc = "https://www.ftc.go.kr/bizCommPop.do?wrkr_no=1208800767"
    for outward in (business["terms_url"], business["refund_policy_url"], "https://shop.example/", ftc):
        assert links[outward]["rel"] == "noopener noreferrer"
    assert {"tel:+82212345678", "mailto:help@shop.example"} <= set(links)
