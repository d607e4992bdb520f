"""Each setting of a shop, set by PATCH as a merchant does, and what it changes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.database import db
from app.domains.domains import claim_domain, record_check
from app.domains.states import Diagnosis
from app.gateways import GATEWAYS
from app.gateways.base import Approved
from app.mails.models import Mail
from app.payments.models import Attempt
from app.payments.outcomes import record_approval
from app.payments.queries import session_by_id
from app.shops.accounts import add_account
from app.web.api.shop_schemas import Branding, ShopSettings
from app.webhooks.models import Delivery
from tests.support.buyer import begin
from tests.support.world import order_body
from tests.web.api.shop_calls import changed, opened, patch
from tests.web.site import READ, Site, assert_error


@pytest.fixture
def shop_id(site: Site) -> str:
    """A shop of its own for each test, that can take payments in test mode."""
    shop_id: str = opened(site)["id"]
    with site.inside():
        keys = {"client_key": f"test_ck_{shop_id}", "secret_key": f"test_sk_{shop_id}"}
        add_account(shop_id=shop_id, livemode=False, gateway="toss", credentials=keys, now=clock.now())
    return shop_id


def change(site: Site, shop_id: str, **settings: Any) -> None:
    told = changed(site, shop_id, {"settings": settings})["settings"]
    assert {name: told[name] for name in settings} == settings


def new_session(site: Site, shop_id: str, **fields: Any) -> dict[str, Any]:
    body = order_body(shopId=shop_id, **fields)
    body.pop("webhookUrl", None)
    return site.created(body)


def page_of(site: Site, session_id: str) -> str:
    return site.send("GET", f"/checkout/{session_id}", key=None).text


def test_every_setting_has_a_test_here() -> None:
    missing = [
        name
        for name in ShopSettings.model_fields
        if not any(key.startswith(f"test_{name}_") for key in globals())
    ]

    assert missing == []


def test_webhook_url_is_where_the_shop_hears_of_its_sessions(site: Site, shop_id: str) -> None:
    urls = ("https://a.mystore.com/hook", "https://b.mystore.com/hook")
    for url in urls:
        change(site, shop_id, webhook_url=url)
        session_id = new_session(site, shop_id)["sessionId"]
        assert site.send("POST", f"{READ}{session_id}/cancel", json={}).status_code == 200

    with site.inside():
        found = select(Delivery.url).where(Delivery.shop_id == shop_id).order_by(Delivery.id)
        assert tuple(db.session.scalars(found)) == urls


def test_notification_email_is_told_what_goes_wrong(site: Site, shop_id: str) -> None:
    change(site, shop_id, notification_email="ops@mystore.com", language="en")
    with site.inside():
        now = clock.now()
        domain = claim_domain(shop_id=shop_id, by_live_key=False, text="pay.mystore.com", ours=(), now=now)
        late = now + timedelta(hours=24)
        seen = Diagnosis(owned=False, points_here=False)
        record_check(domain_id=domain.id, seen=seen, held_by=(), began_at=late, now=late)

        [mail] = db.session.scalars(select(Mail).where(Mail.recipient == "ops@mystore.com"))

    assert (mail.template, mail.language) == ("domain", "en")


@pytest.mark.parametrize(("enabled", "person"), [(True, None), (False, "session_ended")])
def test_auto_refund_enabled_decides_what_becomes_of_a_late_approval(
    site: Site, shop_id: str, enabled: bool, person: str | None
) -> None:
    change(site, shop_id, auto_refund_enabled=enabled)
    session_id = new_session(site, shop_id)["sessionId"]
    with site.inside():
        session = session_by_id(session_id)
        assert session is not None
        attempt_id = begin(session, now=clock.now())
    site.send("POST", f"{READ}{session_id}/cancel", json={})

    with site.inside():
        approved = Approved(f"tx_{session_id}", attempt_id, 29000)
        record_approval(attempt_id=attempt_id, approved=approved, now=clock.now())
        attempt = db.session.get_one(Attempt, attempt_id, populate_existing=True)

        assert attempt.needs_person == person
        assert (attempt.check_at is not None) == enabled  # the worker gives the money back


def test_payment_timeout_is_how_long_a_new_session_lives(site: Site, shop_id: str) -> None:
    change(site, shop_id, payment_timeout=1800)

    data = new_session(site, shop_id)

    life = datetime.fromisoformat(data["expiresAt"]) - datetime.fromisoformat(data["createdAt"])
    assert round(life.total_seconds()) == 1800


def test_currency_is_the_one_that_the_shop_sells_in(site: Site, shop_id: str) -> None:
    """There is one; another is refused for the shop as for its sessions."""
    change(site, shop_id, currency="KRW")

    refused = patch(site, shop_id, {"settings": {"currency": "USD"}})

    assert_error(refused, 400, "unsupported_currency", "settings.currency")
    assert new_session(site, shop_id)["currency"] == "KRW"
    assert_error(
        site.create(order_body(shopId=shop_id, currency="USD")), 400, "unsupported_currency", "currency"
    )


@pytest.mark.parametrize(
    ("timezone", "start"),
    [("Asia/Seoul", "2026-03-01T15:00:00Z"), ("America/New_York", "2026-03-02T05:00:00Z")],
)
def test_timezone_is_when_the_shops_days_begin(site: Site, shop_id: str, timezone: str, start: str) -> None:
    change(site, shop_id, timezone=timezone)

    told = site.send(
        "GET", f"/api/analytics/summary?shop_id={shop_id}&from=2026-03-02&to=2026-03-03"
    ).get_json()

    assert (told["timezone"], told["period_start"]) == (timezone, start)


@pytest.mark.parametrize(
    ("language", "html", "words"), [("ko", "ko", "판매자 정보"), ("en", "en", "Seller information")]
)
def test_language_is_that_of_the_buyers_pages(
    site: Site, shop_id: str, language: str, html: str, words: str
) -> None:
    change(site, shop_id, language=language)

    page = page_of(site, new_session(site, shop_id)["sessionId"])

    assert f'<html lang="{html}"' in page
    assert words in page


BRANDING = {
    "logo_url": "https://mystore.com/logo.png",
    "primary_color": "#0b5d3b",
    "primary_text_color": "#fffffe",
    "background_color": "#fdfdf8",
    "text_color": "#101112",
    "border_color": "#8a8b8c",
    "button_radius": "13px",
    "input_radius": "11px",
}


def test_branding_is_seen_on_the_buyers_pages(site: Site, shop_id: str) -> None:
    before = page_of(site, new_session(site, shop_id)["sessionId"])
    change(site, shop_id, branding=BRANDING)

    page = page_of(site, new_session(site, shop_id)["sessionId"])

    assert set(BRANDING) == set(Branding.model_fields)
    for value in BRANDING.values():
        assert value in page, value
        assert value not in before


def test_one_shops_settings_are_not_anothers(site: Site, shop_id: str) -> None:
    other: str = opened(site)["id"]
    change(site, shop_id, language="en", payment_timeout=600, branding={"primary_color": "#0b5d3b"})

    page = page_of(site, new_session(site, other)["sessionId"])

    assert '<html lang="ko"' in page
    assert "#0b5d3b" not in page


def test_routing_says_which_gateway_takes_what(site: Site, shop_id: str) -> None:
    session_id = new_session(site, shop_id)["sessionId"]
    assert 'value="kakao_pay"' in page_of(site, session_id)

    as_it_is = {"priority": 1, "weight": 100, "enabled": True}
    change(site, shop_id, routing={name: {**as_it_is, "methods_off": ["kakao_pay"]} for name in GATEWAYS})

    page = page_of(site, session_id)
    assert 'value="kakao_pay"' not in page
    assert 'value="naver_pay"' in page


def test_interest_free_installments_are_told_to_the_buyer(site: Site, shop_id: str) -> None:
    items = [{"name": "자전거", "price": 120_000, "quantity": 1}]
    session_id = new_session(site, shop_id, items=items, totalAmount=120_000)["sessionId"]
    assert "무이자 할부 안내" not in page_of(site, session_id)

    change(site, shop_id, interest_free_installments={"shinhan": [2, 3]})

    assert "무이자 할부 안내" in page_of(site, session_id)
