"""Where gateways' servers tell us of payments: everything is kept as it came, and nothing is believed."""

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.database import db
from app.payments.models import Notification
from app.payments.notifications import LARGEST_BODY
from app.shops.queries import account_at
from tests.web.site import Site


def post(
    site: Site, path: str = "", *, data: bytes = b"{}", method: str = "POST", **kwargs: object
) -> TestResponse:
    where = path or f"/notifications/test/toss/{site.world.shop_id}"
    return site.send(method, where, key=None, data=data, **kwargs)


def stored(site: Site) -> list[tuple[str, bytes, str]]:
    """Account, body and state of each, the oldest first."""
    with site.inside():
        found = db.session.scalars(select(Notification).order_by(Notification.received_at))
        return [(one.gateway_account_id, one.body, one.state) for one in found]


def account_id(site: Site, *, livemode: bool) -> str:
    with site.inside():
        account = account_at(site.world.shop_id, livemode=livemode, gateway="toss")
        assert account is not None
        return account.id


@pytest.mark.parametrize(
    "body", [b'{"orderId": "x"}', b'{ "a": "\\u0000" }\n', b'{"a": "' + b"x" * (LARGEST_BODY - 9) + b'"}']
)
def test_what_comes_is_kept_to_the_byte_and_acknowledged(site: Site, body: bytes) -> None:
    answer = post(site, data=body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.text) == (200, "OK")
    assert "Set-Cookie" not in answer.headers
    assert stored(site)[-1] == (account_id(site, livemode=False), body, "received")


@pytest.mark.parametrize("body", [b"", b'{"orderId": "x', b"\x00\xff\xfe", b"a=%B1%B8&b=1", b"[" * 9_000])
def test_what_was_cut_off_is_kept_and_has_to_be_sent_again(site: Site, body: bytes) -> None:
    answer = post(site, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert stored(site)[-1] == (account_id(site, livemode=False), body, "received")


def test_each_mode_has_its_own_address(site: Site) -> None:
    post(site, f"/notifications/live/toss/{site.world.shop_id}", data=b"live")

    assert stored(site)[-1] == (account_id(site, livemode=True), b"live", "received")


@pytest.mark.parametrize(
    "path",
    [
        "/notifications/test/toss/shop_" + "0" * 32,
        "/notifications/test/toss/shop_x",
        "/notifications/test/other/{shop}",
        "/notifications/both/toss/{shop}",
        "/notifications/test/toss",
        "/notifications",
    ],
)
def test_at_any_other_address_nothing_is_kept(site: Site, path: str) -> None:
    before = stored(site)

    answer = post(site, path.format(shop=site.world.shop_id))

    assert answer.status_code == 404
    assert stored(site) == before


def test_what_is_too_large_is_refused(site: Site) -> None:
    before = stored(site)

    assert post(site, data=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert stored(site) == before


def test_it_is_only_posted_to(site: Site) -> None:
    assert post(site, method="GET").status_code == 405
