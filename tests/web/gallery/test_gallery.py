"""The gallery has every page of the checkout, in development only, and asks no database for any of them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from app.languages import CATALOGUES, tag_of
from app.settings import ROOT, load_settings
from app.web.checkout.pages import DEPOSIT, PAGES
from app.web.gallery.exhibits import STATE_OF, exhibits
from app.web.gallery.order import COUPON, LARGE, LONG_ORDER, SESSION
from app.web.gallery.views import SCHEMES, WIDTHS

NAMES = list(exhibits())


def client_of(app_env: str) -> FlaskClient:
    settings = {
        "APP_ENV": app_env,
        "DATABASE_URL": "sqlite:////nowhere/to/be/found.db",
        "SECRET_KEY": "x" * 32,
        "MASTER_KEYS": "a:" + "A" * 43 + "=",
    }
    return create_app(load_settings(settings)).test_client()


@pytest.fixture(scope="module")
def gallery() -> FlaskClient:
    return client_of("development")


def test_every_page_of_a_state_is_in_it() -> None:
    folder = ROOT / "templates" / "checkout" / "states"
    pages = {path.stem for path in folder.glob("[!_]*.html")}

    assert pages | {"pay"} <= set(NAMES)
    assert set(STATE_OF) == {*PAGES.values(), DEPOSIT}


def test_every_page_of_the_checkout_is_in_it() -> None:
    folder = ROOT / "templates" / "checkout"

    assert {path.stem for path in folder.glob("[!_]*.html")} <= set(NAMES)


@pytest.mark.parametrize("language", CATALOGUES)
@pytest.mark.parametrize("name", NAMES)
def test_it_shows_each_in_each_language_without_a_database(
    gallery: FlaskClient, name: str, language: str
) -> None:
    answer = gallery.get(f"/dev/gallery/{name}?lang={language}")

    assert answer.status_code == 200
    assert f'<html lang="{tag_of(language)}">' in answer.text
    assert "None" not in answer.text


@pytest.mark.parametrize("changes", [{}, COUPON, LARGE, LONG_ORDER], ids=["plain", "coupon", "large", "long"])
def test_its_orders_add_up(changes: dict[str, Any]) -> None:
    order = {**SESSION, **changes}

    assert order["subtotal"] == sum(item["price"] * item["quantity"] for item in order["items"])
    less = order["discount_amount"] + order["coupon_discount"]
    assert order["total_amount"] == order["subtotal"] + order["shipping_fee"] - less


def test_one_page_names_all_and_lets_choose(gallery: FlaskClient) -> None:
    answer = gallery.get("/dev/gallery?lang=ja&scheme=dark&width=desktop")

    assert [name for name in NAMES if f"/dev/gallery/{name}?lang=ja" not in answer.text] == []
    for choice in (*CATALOGUES, *SCHEMES, *WIDTHS):
        assert f"={choice}" in answer.text
    assert f'width="{WIDTHS["desktop"]}"' in answer.text
    assert "gallery__wall--dark" in answer.text


def test_only_its_pages_may_stand_in_a_frame_and_only_in_ours(gallery: FlaskClient) -> None:
    wall, page = gallery.get("/dev/gallery"), gallery.get("/dev/gallery/completed")

    assert "frame-ancestors 'none'" in wall.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in wall.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["nothing", "pay.html", "..%2f", "layouts"])
def test_it_has_nothing_else(gallery: FlaskClient, name: str) -> None:
    assert gallery.get(f"/dev/gallery/{name}").status_code == 404


@pytest.mark.parametrize("query", ["lang=xx", "scheme=blue", "width=9", "scheme=%00", "lang="])
def test_an_unknown_choice_is_the_default(gallery: FlaskClient, query: str) -> None:
    answer = gallery.get(f"/dev/gallery?{query}")

    assert answer.status_code == 200
    assert "gallery__wall--phone gallery__wall--light" in answer.text


@pytest.mark.parametrize("app_env", ["production", "test"])
@pytest.mark.parametrize("path", ["/dev/gallery", "/dev/gallery/pay"])
def test_it_is_nowhere_but_in_development(app_env: str, path: str) -> None:
    assert client_of(app_env).get(path).status_code == 404
