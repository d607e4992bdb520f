"""Korean business registration numbers (사업자등록번호): ten digits, written 123-45-67890."""

import re
import unicodedata

_FORM = re.compile(r"([0-9]{3})-?([0-9]{2})-?([0-9]{5})", re.ASCII)
_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def to_digits(text: str) -> str | None:
    """The ten digits of a number as people write it, full-width ones too. None when it has not the form, or is
    one digit ten times, which nobody was ever given."""
    found = _FORM.fullmatch(unicodedata.normalize("NFKC", text).strip())
    digits = "".join(found.groups()) if found else ""
    return digits if len(set(digits)) > 1 else None


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the one that the others ask for. It proves no registration.

    000-00-00000 would pass: to_digits has refused it before.
    """
    numbers = [int(digit) for digit in digits]
    total = sum(number * weight for number, weight in zip(numbers[:9], _WEIGHTS, strict=True))
    return (10 - (total + numbers[8] * 5 // 10) % 10) % 10 == numbers[9]


def written(digits: str) -> str:
    """123-45-67890. A text that is no number is left as it is."""
    found = _FORM.fullmatch(digits)
    return "-".join(found.groups()) if found else digits
