"""Whatever a merchant or a gateway says stays text on the buyer's pages."""

import pytest
from sqlalchemy import update

from app.database import db, transaction
from app.gateways.base import Approved, Card
from app.payments.outcomes import record_approval
from app.payments.states import SessionState
from app.shops.models import Shop
from tests.support.world import NOW
from tests.web.checkout.browser import Page, load, new_attempt, pay
from tests.web.checkout.states import session_that_is
from tests.web.site import Site

ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></style></script><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    "<!--",
    "&lt;b&gt;",
]


def hostile(text: str) -> dict[str, object]:
    """Every field of an order that is shown, and every address that is followed."""
    address = f"https://shop.example/{text}".replace(" ", "")
    return {
        "items": [
            {"name": text, "price": 29000, "quantity": 1, "description": text, "imageUrl": address},
        ],
        "customer_name": text,
        "return_url": address,
        "cancel_url": address,
    }


def assert_harmless(page: Page, text: str, shown: bool = True) -> None:
    assert page.answer.status_code in (200, 422)
    assert not page.all("svg", onload="alert(1)")
    assert not [tag for tag, found in page.tags if any(name.startswith("on") for name in found)]
    assert all("src" in script for script in page.all("script"))
    assert all(not (image["src"] or "").startswith("x") for image in page.all("img"))
    if shown:
        assert " ".join(text.split()) in page.text


def rename_shop(site: Site, text: str) -> None:
    business = {"business_number": text, "business_name": text, "ceo_name": text, "address": text}
    with site.inside(), transaction():
        db.session.execute(
            update(Shop)
            .where(Shop.id == site.world.shop_id)
            .values(name=text, business=business, contact={"email": text, "phone": text})
        )


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("state", SessionState)
def test_nothing_that_a_merchant_says_becomes_markup(site: Site, state: SessionState, text: str) -> None:
    rename_shop(site, text)

    page = load(site, session_that_is(site, state, **hostile(text)))

    assert_harmless(page, text)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_becomes_markup_or_script_on_the_way_to_the_gateway(site: Site, text: str) -> None:
    rename_shop(site, text)
    session_id, attempt_id = new_attempt(site, **hostile(text))

    page = load(site, f"{session_id}/attempts/{attempt_id}")

    assert_harmless(page, text)
    assert page.all("div", **{"data-launch": page.values_of("data-launch")[0]})


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_the_buyer_types_becomes_markup(site: Site, text: str) -> None:
    session_id = session_that_is(site, SessionState.PENDING, customer_name=None, customer_email=None)

    page = Page(pay(site, session_id, name=text, email=text, method=text))

    assert_harmless(page, text, shown=False)
    assert page.all("input", name="email")[0]["value"] == text


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_a_gateway_says_becomes_markup(site: Site, text: str) -> None:
    session_id, attempt_id = new_attempt(site)
    receipt = f"https://dashboard.example/{text}"
    approved = Approved("tviva_1", attempt_id, 29000, Card("unknown", text, 0), receipt)
    with site.inside():
        record_approval(attempt_id=attempt_id, approved=approved, now=NOW)

    page = load(site, session_id)

    assert_harmless(page, text)
    assert receipt in page.values_of("href")


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("place", ["/checkout/{}", "/return/{}/approved", "/{}"])
def test_nothing_of_an_unknown_address_becomes_markup(site: Site, place: str, text: str) -> None:
    answer = site.send("GET", place.format(text), key=None)

    page = Page(answer)
    assert answer.status_code == 404
    assert text not in page.text
    assert all("src" in script for script in page.all("script"))
