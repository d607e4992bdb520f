"""What goes with a method of payment: read only with it, and never in the way of paying."""

from typing import Any

import pytest

from app import clock
from app.database import transaction
from app.gateways import GATEWAYS
from app.shops.accounts import add_account
from tests.web.checkout.browser import Page, load, new_session, pay
from tests.web.checkout.test_pay import attempts_of
from tests.web.site import Site

LARGE = {
    "total_amount": 129_000,
    "subtotal": 129_000,
    "items": [{"name": "시계", "price": 129_000, "quantity": 1}],
}
ALL: dict[str, str | None] = {
    "card_issuer": "shinhan",
    "card_months": "3",
    "account_bank": "kookmin",
    "receipt": "income",
    "receipt_income": "010-1234-5678",
    "receipt_expense": "120-88-00767",
}
NOTHING = {"issuer": None, "installment_months": None, "bank": None, "cash_receipt": None}
INCOME = {"purpose": "income", "number": "01012345678"}


def chosen(site: Site, session_id: str, **form: str | None) -> dict[str, Any] | None:
    """What the attempt was begun with."""
    answer = pay(site, session_id, **{**ALL, **form})
    assert answer.status_code == 303, Page(answer).text
    return attempts_of(site, session_id)[-1].choice


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("card", {**NOTHING, "issuer": "shinhan", "installment_months": 3}),
        ("virtual_account", {**NOTHING, "bank": "kookmin", "cash_receipt": INCOME}),
        ("bank_transfer", {**NOTHING, "cash_receipt": INCOME}),
        ("kakao_pay", None),
    ],
)
def test_only_what_goes_with_the_method_is_read(
    site: Site, method: str, expected: dict[str, Any] | None
) -> None:
    assert chosen(site, new_session(site, **LARGE), method=method) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"card_issuer": "", "card_months": "0"}, {**NOTHING, "installment_months": 0}),
        ({"card_issuer": "", "card_months": "12"}, {**NOTHING, "installment_months": 12}),
        (
            {"card_issuer": "hyundai", "card_months": None},
            {**NOTHING, "issuer": "hyundai", "installment_months": 0},
        ),
        ({"card_issuer": "visa", "card_months": "1"}, None),
        ({"card_issuer": "' OR 1", "card_months": "13"}, None),
        ({"card_issuer": "\x00", "card_months": "-3"}, None),
    ],
)
def test_what_makes_no_sense_with_a_card_is_left_to_the_gateway(
    site: Site, form: dict[str, str | None], expected: dict[str, Any] | None
) -> None:
    assert chosen(site, new_session(site, **LARGE), method="card", **form) == expected


def test_a_small_amount_is_not_split(site: Site) -> None:
    session_id = new_session(site)

    page = load(site, session_id)

    assert not page.all("select", name="card_months")
    assert "50,000원부터 할부할 수 있어요" in page.text
    assert chosen(site, session_id, method="card") == {
        **NOTHING,
        "issuer": "shinhan",
        "installment_months": 0,
    }


def test_an_amount_from_which_cards_are_split_is(site: Site) -> None:
    of_50_000 = {
        "total_amount": 50_000,
        "subtotal": 50_000,
        "items": [{"name": "a", "price": 50_000, "quantity": 1}],
    }

    page = load(site, new_session(site, **of_50_000))

    assert page.all("select", name="card_months")
    assert [o["value"] for o in page.all("option") if (o["value"] or "").isdecimal()] == [
        "0",
        *map(str, range(2, 13)),
    ]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"receipt": "none"}, None),
        ({"receipt": None}, None),
        ({"receipt": "other"}, None),
        ({"receipt_income": "＋82 10 1234 5678"}, INCOME),
        ({"receipt_income": "011-234-5678"}, {"purpose": "income", "number": "0112345678"}),
        ({"receipt_income": "1234-5678-9012-3456-78"}, {"purpose": "income", "number": "123456789012345678"}),
        ({"receipt_income": "1544-2020-12345"}, {"purpose": "income", "number": "1544202012345"}),
        ({"receipt_income": "9" * 19}, {"purpose": "income", "number": "9" * 19}),
        ({"receipt": "expense"}, {"purpose": "expense", "number": "1208800767"}),
    ],
)
def test_a_cash_receipt_is_asked_for_as_the_buyer_said(
    site: Site, form: dict[str, str | None], expected: dict[str, str] | None
) -> None:
    choice = chosen(site, new_session(site), method="bank_transfer", **form)

    assert (choice or NOTHING)["cash_receipt"] == expected


@pytest.mark.parametrize(
    "form",
    [
        {"receipt_income": ""},
        {"receipt_income": "900101-1234567"},  # a resident number
        {"receipt_income": "0512314000000"},
        {"receipt_income": "154420201234"},
        {"receipt_income": "9" * 20},
        {"receipt_income": "02-123-4567"},
        {"receipt_income": "010123456"},
        {"receipt": "expense", "receipt_expense": ""},
        {"receipt": "expense", "receipt_expense": "123-45-67890"},
        {"receipt": "expense", "receipt_expense": "000-00-00000"},
        {"receipt": "expense", "receipt_expense": "01012345678"},
    ],
)
@pytest.mark.parametrize("method", ["bank_transfer", "virtual_account"])
def test_a_wrong_number_for_a_receipt_is_told(site: Site, method: str, form: dict[str, str]) -> None:
    session_id = new_session(site)

    answer = pay(site, session_id, **{**ALL, "method": method, **form})

    page = Page(answer)
    assert answer.status_code == 422
    assert "번호를 다시 확인해 주세요" in page.text
    assert "checked" in page.all("input", name="receipt", value=form.get("receipt", "income"))[0]
    assert attempts_of(site, session_id) == []


def test_a_number_of_a_receipt_that_was_not_asked_for_keeps_nobody_from_paying(site: Site) -> None:
    wrong = {"receipt_income": "x", "receipt_expense": "x"}

    assert chosen(site, new_session(site), method="card", card_issuer="", **wrong) is None
    assert chosen(site, new_session(site), method="bank_transfer", receipt="none", **wrong) is None


def test_from_100_000_won_the_page_says_that_a_receipt_is_issued_anyway(site: Site) -> None:
    sentence = "100,000원 이상은 국세청 지정 번호로 자동 발급돼요."

    assert sentence in load(site, new_session(site, **LARGE)).text
    assert sentence not in load(site, new_session(site)).text


@pytest.mark.parametrize(("gateway", "is_promised"), [("kcp", True), ("inicis", False)])
def test_a_receipt_is_promised_only_where_every_gateway_of_the_shop_keeps_that(
    site: Site, gateway: str, is_promised: bool
) -> None:
    with site.inside(), transaction():
        add_account(
            shop_id=site.world.shop_id,
            livemode=False,
            gateway=gateway,
            credentials=GATEWAYS[gateway].sandbox_credentials("0" * 32),
            now=clock.now(),
        )

    text = load(site, new_session(site, **LARGE)).text

    assert ("국세청 지정 번호로 자동 발급돼요." in text) is is_promised


def test_what_does_not_go_with_any_method_of_the_shop_is_not_on_the_page(site: Site) -> None:
    page = load(site, new_session(site, payment_methods=["kakao_pay"]))

    for name in ALL:
        assert not page.all("select", name=name)
        assert not page.all("input", name=name)


def test_the_choices_of_the_last_try_stand_on_the_next_page(site: Site) -> None:
    session_id = new_session(site, **LARGE)
    chosen(site, session_id, method="card")

    page = load(site, session_id)

    assert "checked" in page.all("input", name="method", value="card")[0]
    assert "selected" in page.all("option", value="shinhan")[0]
    assert "selected" in page.all("option", value="3")[0]
