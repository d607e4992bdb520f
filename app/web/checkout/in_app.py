"""Browsers inside of other apps, where card apps and pop-ups often fail: which one this is, and how to leave it.

Only what an app says of itself in its User-Agent counts; nothing is guessed, and nobody is sent away unasked: most
gateways work in most of these.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from flask import Flask, request

# Part of the User-Agent -> the app.
APPS = {
    "KAKAOTALK": "kakaotalk",
    "NAVER(inapp": "naver",
    "Instagram": "instagram",
    "FBAN": "facebook",
    "FBAV": "facebook",
    "FB_IAB": "facebook",
    "Line/": "line",
    "DaumApps": "daum",
    "; wv)": "webview",  # some other app on Android
}


@dataclass(frozen=True)
class InApp:
    """app: our name for it. address: of the page the buyer is to open elsewhere. leave: a link that does it at a tap,
    None where an app lets nobody out: then it is told how to do it by hand."""

    app: str
    address: str
    leave: str | None


def init_app(app: Flask) -> None:
    app.add_template_global(in_app_browser)


def in_app_browser(home: str) -> InApp | None:
    """None in a browser of the buyer's own. home: path and query of the session's page: its address is all that opens
    it, so another browser can go on from there."""
    user_agent = request.user_agent.string
    app = next((app for part, app in APPS.items() if part in user_agent), None)
    if app is None:
        return None
    address = request.host_url.rstrip("/") + home
    return InApp(app, address, _way_out(app, address, on_android="Android" in user_agent))


def _way_out(app: str, address: str, *, on_android: bool) -> str | None:
    if app == "kakaotalk":
        return f"kakaotalk://web/openExternal?url={quote(address, safe='')}"
    if app == "line":
        return f"{address}{'&' if urlsplit(address).query else '?'}openExternalBrowser=1"
    if on_android:
        scheme, rest = re.split("://", address, maxsplit=1)
        back = quote(address, safe="")
        return f"intent://{rest}#Intent;scheme={scheme};package=com.android.chrome;S.browser_fallback_url={back};end"
    return None
