"""A buyer's browser, as far as the server can tell: it loads pages and sends the forms that stand on them."""

import re
from html.parser import HTMLParser
from typing import Any

from werkzeug.test import TestResponse

from app import clock
from app.payments.models import CheckoutSession
from tests.support.buyer import begin
from tests.support.world import make_session
from tests.web.site import Site

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ALL_GIVEN = {
    "name": "홍길동",
    "phone": "010-1234-5678",
    "email": "customer@example.com",
    "method": "card",
    "confirm": "y",
}


class Page(HTMLParser):
    """What a browser makes of a page: its elements and its visible text."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__(convert_charrefs=True)
        self.answer = answer
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = 0
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [
            found
            for name, found in self.tags
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]

    def values_of(self, attribute: str) -> list[str]:
        return [found[attribute] or "" for _, found in self.tags if attribute in found]


def load(site: Site, session_id: str, query: str = "", **kwargs: Any) -> Page:
    return Page(site.send("GET", f"/checkout/{session_id}{query}", key=None, **kwargs))


def token_of(site: Site, session_id: str) -> str:
    found = TOKEN.search(load(site, session_id).answer.text)
    assert found is not None
    return found.group(1)


def post(site: Site, path: str, **form: str) -> TestResponse:
    return site.send("POST", path, key=None, data=form)


def pay(site: Site, session_id: str, **changes: str | None) -> TestResponse:
    """Send the pay form with everything in it, but for the changes; None leaves a field out."""
    form = {"csrf_token": token_of(site, session_id), **ALL_GIVEN, **changes}
    given = {name: value for name, value in form.items() if value is not None}
    return post(site, f"/checkout/{session_id}/attempts", **given)


def new_session(site: Site, **changes: Any) -> str:
    with site.inside():
        return session_in(site, **changes).id


def session_in(site: Site, **changes: Any) -> CheckoutSession:
    """For a test that is inside a context already."""
    return make_session(site.world, now=clock.now(), **changes)


def new_attempt(site: Site, **changes: Any) -> tuple[str, str]:
    """A session with its buyer at the gateway: the ids of both."""
    with site.inside():
        session = session_in(site, **changes)
        return session.id, begin(session, now=clock.now())
