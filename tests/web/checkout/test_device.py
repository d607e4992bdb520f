"""What the buyer is at: which of a gateway's windows is opened, and which app a card app has to lead back to."""

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from app.gateways.orders import Device
from app.web.checkout.returned import browser_app_of, device_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15"


def asked_by(agent: str, path: str = "/") -> Request:
    return Request(EnvironBuilder(path, headers=[("User-Agent", agent)]).get_environ())


@pytest.mark.parametrize(
    ("agent", "device"), [(IPHONE, "phone"), (ANDROID, "phone"), (MAC, "desktop"), ("", "desktop")]
)
def test_a_phone_says_that_it_is_one(agent: str, device: str) -> None:
    assert device_of(asked_by(agent)) == device


def test_a_tablet_that_says_it_is_a_mac_asks_for_the_page_of_phones() -> None:
    assert device_of(asked_by(MAC, "/?device=phone")) is Device.PHONE
    assert device_of(asked_by(MAC, "/?device=other")) is Device.DESKTOP


@pytest.mark.parametrize(
    ("words", "app"),
    [
        ("NAVER(inapp; search; 2000; 12.9.1)", "naver"),
        ("KAKAOTALK 11.0.0", "kakaotalk"),
        ("DaumApps/5.0 DaumDevice/mobile", "daum"),
        ("[FBAN/FBIOS;FBAV/480.0]", "facebook"),
        ("CriOS/140.0", "chrome"),
        ("Version/18.0 Safari/604.1", None),
    ],
)
def test_an_app_is_known_by_its_browser_on_an_iphone_only(words: str, app: str | None) -> None:
    assert browser_app_of(asked_by(f"{IPHONE} {words}")) == app
    assert browser_app_of(asked_by(f"{ANDROID} {words}")) is None
