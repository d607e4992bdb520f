"""How amounts, times and phone numbers are written for people."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers
from babel.dates import format_datetime
from babel.numbers import format_currency
from flask import Flask, g
from markupsafe import Markup, escape

from app.clock import KST
from app.money import with_commas
from app.web.language import language, locale

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) |(?<=[。！？])(?=.)")
_TIMES = {
    "ko": "y년 M월 d일 (E) HH:mm",
    "en": "EEE, MMM d, y, HH:mm",
    "ja": "y年M月d日(E) HH:mm",
    "zh": "y年M月d日（EEE）HH:mm",
}


def register_filters(app: Flask) -> None:
    app.add_template_filter(won)
    app.add_template_filter(when)
    app.add_template_filter(phone)
    app.add_template_filter(card_number)
    app.add_template_filter(by_sentence)


def won(amount: int) -> str:
    """As Babel writes it, but for Korean, where people write the word and not the sign."""
    if language() == "ko":
        return f"{with_commas(amount)}원"
    return str(format_currency(amount, "KRW", locale=locale()))


def when(moment: datetime) -> str:
    """In the shop's time zone, whatever the buyer's clock says; Korea's is not named in Korean."""
    zone = ZoneInfo(g.shop.timezone) if "shop" in g else KST
    local = moment.astimezone(zone)
    text: str = format_datetime(local, _TIMES[language()], locale=locale())
    return text if zone == KST and language() == "ko" else f"{text} {_name_of_zone(local)}"


def _name_of_zone(local: datetime) -> str:
    """KST; UTC+07 where the zone has no letters of its own."""
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def phone(e164: str) -> str:
    """010-1234-5678 for Korean numbers, with the country code for others."""
    number = phonenumbers.parse(e164)
    is_korean = number.country_code == 82
    form = (
        phonenumbers.PhoneNumberFormat.NATIONAL if is_korean else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(number, form)


def card_number(masked: str) -> str:
    """In fours, as it stands on the card; as it is where the gateway has grouped it already."""
    return "-".join(re.findall(".{1,4}", masked)) if re.fullmatch(r"[0-9*]{12,19}", masked) else masked


def by_sentence(text: str) -> Markup:
    """Each sentence in a box of its own, so that a narrow line breaks between them before it breaks inside of one."""
    plain = text.unescape() if isinstance(text, Markup) else str(text)
    box = Markup('<span class="sentence">{}</span>')
    boxes = [box.format(sentence) for sentence in _BETWEEN_SENTENCES.split(plain)]
    return escape(" " if " " in plain else "").join(boxes)
