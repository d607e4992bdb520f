"""The shop gets `sessionId` back and nothing else: a status in an address would be believed, and forged."""

import pytest

from app.payments.states import SessionState
from app.web.checkout.pages import with_session_id
from tests.web.checkout.browser import load
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

CASES = [
    ("https://shop.example/done", "https://shop.example/done?sessionId=cs_1"),
    ("https://shop.example", "https://shop.example?sessionId=cs_1"),
    ("https://shop.example/?", "https://shop.example/?sessionId=cs_1"),
    ("https://shop.example/done?order=1", "https://shop.example/done?order=1&sessionId=cs_1"),
    ("https://shop.example/done?a=1&a=2&b=", "https://shop.example/done?a=1&a=2&b=&sessionId=cs_1"),
    ("https://shop.example/done?sessionId=old", "https://shop.example/done?sessionId=cs_1"),
    ("https://shop.example/done?sessionId=a&x=1&sessionId=b", "https://shop.example/done?x=1&sessionId=cs_1"),
    ("https://shop.example/done#top", "https://shop.example/done?sessionId=cs_1#top"),
    ("https://shop.example/done?x=1#!/a?b=c", "https://shop.example/done?x=1&sessionId=cs_1#!/a?b=c"),
    ("https://shop.example/?sessionid=1", "https://shop.example/?sessionid=1&sessionId=cs_1"),
    ("https://shop.example:8443/a;v=1?x=1", "https://shop.example:8443/a;v=1?x=1&sessionId=cs_1"),
    ("https://shop.example/?q=%EC%A3%BC", "https://shop.example/?q=%EC%A3%BC&sessionId=cs_1"),
    # Shops written for EUC-KR, and shops that sign or compare their query, need it back to the byte.
    ("https://shop.example/?q=%B0%A1", "https://shop.example/?q=%B0%A1&sessionId=cs_1"),
    ("https://shop.example/?q=a%20b", "https://shop.example/?q=a%20b&sessionId=cs_1"),
    ("https://shop.example/?wc-api=kc&flag", "https://shop.example/?wc-api=kc&flag&sessionId=cs_1"),
    ("https://shop.example/?to=/a/b:c", "https://shop.example/?to=/a/b:c&sessionId=cs_1"),
]


@pytest.mark.parametrize(("address", "expected"), CASES)
def test_the_session_is_added_and_everything_else_kept(address: str, expected: str) -> None:
    assert with_session_id(address, "cs_1") == expected


LINKS = {
    SessionState.COMPLETED: "return",
    SessionState.PARTIALLY_REFUNDED: "return",
    SessionState.REFUNDED: "return",
    SessionState.FAILED: "cancel",
    SessionState.CANCELLED: "cancel",
    SessionState.EXPIRED: "cancel",
}


@pytest.mark.parametrize(("state", "kind"), LINKS.items())
def test_every_end_leads_back_to_the_shop(site: Site, state: SessionState, kind: str) -> None:
    session_id = session_that_is(
        site, state, return_url="https://shop.example/return?a=1", cancel_url="https://shop.example/cancel"
    )
    query = f"?a=1&sessionId={session_id}" if kind == "return" else f"?sessionId={session_id}"

    links = load(site, session_id).values_of("href")

    assert [link for link in links if "shop.example" in link] == [f"https://shop.example/{kind}{query}"]
