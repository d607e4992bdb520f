from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from app.mails.models import Mail
from app.mails.rendering import rendered
from app.settings import ROOT
from tests.support.world import NOW

VALUES: dict[str, Any] = {
    "shop": "한빛 상점",
    "shop_email": "help@shop.example",
    "shop_phone": "+82212345678",
    "first_item": "텀블러",
    "further_items": 1,
    "order_number": "order_123",
    "url": "https://checkout.example/cs_1",
    "livemode": True,
    "amount": 10000,
    "paid": 29000,
    "refunded": 10000,
    "reason": "고객 요청 환불",
    "to_card": True,
    "to_account": False,
}


def message(language: str = "ko", **changes: Any) -> EmailMessage:
    columns = {"sender": "한빛 상점", "reply_to": "help@shop.example", "recipient": "buyer@example.com"}
    columns |= {name: changes.pop(name) for name in list(changes) if name in columns}
    mail = Mail(
        id="mail_1",
        template="refund",
        language=language,
        values={**VALUES, **changes},
        created_at=NOW,
        **columns,
    )
    return rendered(mail, sender_address="Korea Checkout <no-reply@checkout.example>")


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_korean_mail(app: Flask) -> None:
    mail = message()

    text = body_of(mail, "plain")
    assert mail["Subject"] == "[한빛 상점] 10,000원을 환불했어요"
    assert text.startswith("한빛 상점에서 10,000원을 환불했어요.")
    for line in (
        "주문 상품: 텀블러 외 1건",
        "주문 번호: order_123",
        "사유: 고객 요청 환불",
        "결제한 금액: 29,000원",
        "남은 결제금액: 19,000원",
        "주문 내역 보기: https://checkout.example/cs_1",
        "02-1234-5678",
    ):
        assert line in text


def test_an_english_mail(app: Flask) -> None:
    mail = message("en")

    text = body_of(mail, "plain")
    assert mail["Subject"] == "[한빛 상점] ₩10,000 refunded"
    assert text.startswith("한빛 상점 has refunded ₩10,000.")
    assert "Order: 텀블러 and 1 more" in text
    assert "Card refunds take 3–7 business days" in text
    assert '<html lang="en">' in body_of(mail, "html")


def test_languages_do_not_leak_from_one_mail_into_the_next(app: Flask) -> None:
    subjects = [message(language)["Subject"] for language in ("ko", "en", "ko", "en")]

    assert subjects[0] == subjects[2] != subjects[1] == subjects[3]


def test_it_comes_from_the_shop_by_name_and_answers_go_there(app: Flask) -> None:
    mail = message()

    assert mail["From"] == "한빛 상점 <no-reply@checkout.example>"
    assert mail["Reply-To"] == "help@shop.example"
    assert mail["To"] == "buyer@example.com"
    assert mail["Message-ID"] == "<mail_1@checkout.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "ko"


def test_without_a_name_it_comes_from_us(app: Flask) -> None:
    mail = message(sender=None, reply_to=None)

    assert mail["From"] == "Korea Checkout <no-reply@checkout.example>"
    assert mail["Reply-To"] is None


@pytest.mark.parametrize(
    ("language", "tag", "subject"),
    [("ja", "ja", "[한빛 상점] ₩9,000を返金しました"), ("zh", "zh-Hans", "[한빛 상점] 已退款 ₩9,000")],
)
def test_a_buyers_mail_is_in_the_buyers_language(app: Flask, language: str, tag: str, subject: str) -> None:
    mail = message(language, amount=9000, shop="한빛 상점")

    html = mail.get_body(("html",))
    assert mail["Subject"] == subject
    assert mail["Content-Language"] == tag
    assert html is not None
    assert f'<html lang="{tag}">' in html.get_content()


@pytest.mark.parametrize("language", ["ko", "en", "ja", "zh"])
def test_nothing_that_a_merchant_says_becomes_markup_or_a_header(app: Flask, language: str) -> None:
    evil = '<script>alert("x")</script>%(num)s'

    mail = message(language, shop=evil, first_item=evil, order_number=evil, reason=evil, sender=evil)

    html = body_of(mail, "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert evil in body_of(mail, "plain")


def test_a_full_refund_leaves_nothing_to_tell_of(app: Flask) -> None:
    text = body_of(message(amount=29000, refunded=29000, further_items=0, reason=None), "plain")

    assert "남은 결제금액" not in text
    assert "사유" not in text
    assert "주문 상품: 텀블러\n" in text


def test_a_test_payment_says_so(app: Flask) -> None:
    mail = message("en", livemode=False)

    assert "Test mode. No money moves." in body_of(mail, "plain")
    assert "Test mode. No money moves." in body_of(mail, "html")


def test_money_that_goes_to_an_account_is_told_as_such(app: Flask) -> None:
    text = body_of(message("en", to_card=False, to_account=True), "plain")

    assert "It usually takes 2 business days to reach your account." in text
    assert "Card refunds" not in text


def test_a_domain_in_hangul_is_written_for_mail_servers(app: Flask) -> None:
    assert message(recipient="buyer@한글.example")["To"] == "buyer@xn--bj0bj06e.example"


def test_every_mail_has_both_of_its_files() -> None:
    folder = ROOT / "templates" / "emails"

    names = [{file.stem for file in folder.glob(f"*.{kind}")} for kind in ("txt", "html")]

    assert names[0] == names[1] != set()


@pytest.mark.parametrize("part", ["plain", "html"])
def test_a_mail_loads_nothing_from_anywhere(app: Flask, part: str) -> None:
    text = body_of(message(), part)

    assert "src=" not in text
    assert "<link" not in text
