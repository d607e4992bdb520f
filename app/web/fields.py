"""What people and merchants type, understood once for forms and API alike."""

import re
import unicodedata
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

LONGEST_URL = 2048


def to_email(text: str) -> str | None:
    """The address in its normal form; None when it is none. The DNS is not asked."""
    try:
        return validate_email(text, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return None


def to_e164(text: str) -> str | None:
    """A phone number as people write it, Korean when it names no country. None when it is none."""
    plain = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"\+?[0-9() .-]{5,30}", plain):
        return None
    try:
        number = phonenumbers.parse(plain, "KR")
    except phonenumbers.NumberParseException:
        return None
    # A Korean number without its area code is not enough; the shortest whole ones (1588-1234) have 8 digits.
    too_short = number.country_code == 82 and (number.national_number or 0) < 10_000_000
    if too_short or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_web_address(text: str) -> bool:
    if len(text) > LONGEST_URL or not text.isprintable() or " " in text or "\\" in text:
        return False
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    host = parts.hostname or ""
    has_login = "@" in parts.netloc
    return parts.scheme in ("http", "https") and bool(host) and port_is_fine and not has_login
