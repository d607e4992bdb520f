"""That what is forged is as good as the true thing: a notice that nobody could read would prove nothing."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from app.chaos.forger import Forger
from app.chaos.http import Reply
from app.chaos.pages import Launch
from app.chaos.plan import FORGERIES, draw
from app.chaos.simulators import Payment
from app.gateways import GATEWAYS
from app.gateways.base import Gateway, Notification
from app.settings import load_settings

SHOP = "http://shop.example"
ATTEMPT = "pay_" + "7" * 32
AMOUNT = 29_000
SETTINGS = load_settings({"APP_ENV": "test", "SANDBOX_URL": "http://127.0.0.1:8001"})
ACCOUNT = Payment("T0001", ATTEMPT, 0, 0, "27490088800001", waits=True)


class Post:
    """Takes the place of a request."""

    def __call__(self, method: str, url: str, *, source: str, **content: Any) -> Reply:
        self.url, self.source, self.content = url, source, content
        return Reply(200, "", "")

    def read_by(self, gateway: Gateway) -> Notification | None:
        form, body = self.content.get("form"), self.content.get("body")
        sent = json.dumps(body) if form is None else urlencode(form)
        return gateway.read_notification(body=sent.encode(), content_type="", source=self.source)


def opened(name: str) -> tuple[Gateway, dict[str, str]]:
    credentials = GATEWAYS[name].sandbox_credentials("ab12")
    return GATEWAYS[name].open(credentials=credentials, livemode=False, settings=SETTINGS), credentials


def launch_at(name: str, credentials: dict[str, str]) -> Launch:
    orders: dict[str, dict[str, Any]] = {
        "toss": {"request": {"orderId": ATTEMPT, "amount": {"value": AMOUNT}}},
        "kcp": {
            "fields": {
                "ordr_idxx": ATTEMPT.replace("_", ""),
                "good_mny": str(AMOUNT),
                "site_cd": credentials.get("site_cd"),
            }
        },
        "inicis": {"fields": {"oid": ATTEMPT, "price": str(AMOUNT), "mid": credentials.get("mid")}},
    }
    return Launch(name, "", orders[name], SHOP)


def forge(launch: Launch, how: str, payment: Payment | None) -> Post:
    post = Post()
    one = replace(draw(1, 1).tries[0], forged=how)
    Forger("http://web.example/{gateway}", post).tell(one, launch, payment)
    return post


@pytest.mark.parametrize("payment", [None, ACCOUNT], ids=["before", "account"])
@pytest.mark.parametrize("name", list(GATEWAYS))
@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_notice_would_be_read_if_it_came_from_the_gateway(
    name: str, how: str, payment: Payment | None
) -> None:
    gateway, credentials = opened(name)

    post = forge(launch_at(name, credentials), how, payment)
    post.source = "127.0.0.1"
    told = post.read_by(gateway)

    assert post.url == f"http://web.example/{name}"
    assert told is not None
    assert (told.order_id == ATTEMPT) == (how != "unknown_payment")


@pytest.mark.parametrize("name", ["kcp", "inicis"])
@pytest.mark.parametrize("how", ["elsewhere", "wrong_amount"])
def test_one_that_is_right_but_for_its_sender_comes_from_elsewhere(name: str, how: str) -> None:
    gateway, credentials = opened(name)

    told = forge(launch_at(name, credentials), how, ACCOUNT).read_by(gateway)

    assert told is None
