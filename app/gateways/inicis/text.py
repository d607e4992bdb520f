"""Text as KG Inicis measures and sends it: bytes of EUC-KR, of which CP949 is the superset."""

from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")

CHARSETS = ("utf-8", "cp949")
FORBIDDEN = "\"'&<>\\|"  # in names of goods and people
MOST_PAIRS = 300


def clean(text: str, longest: int) -> str:
    """Without what Inicis stumbles over and what EUC-KR does not have, and cut to so many bytes between characters."""
    kept = "".join(letter for letter in text if letter not in FORBIDDEN and letter.isprintable())
    words = " ".join(kept.encode("cp949", "ignore").decode("cp949").split())
    return words.encode("cp949")[:longest].decode("cp949", "ignore").strip()


def decoded(body: bytes) -> str | None:
    """None when it is text in neither charset."""
    for charset in CHARSETS:
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    return None


def pairs_of(body: bytes) -> dict[str, str] | None:
    """`name=value&…`, whether its values are escaped or not, in either charset; None when they are in neither.

    A value may hold `=`, and an address in it `&`: of two pairs with the same name the first counts.
    """
    pairs: dict[bytes, bytes] = {}
    for part in body.strip().split(b"&")[:MOST_PAIRS]:
        name, _, value = part.partition(b"=")
        pairs.setdefault(name, unquote_to_bytes(value.replace(b"+", b" ")))
    for charset in CHARSETS:
        try:
            return {name.decode(charset): value.decode(charset) for name, value in pairs.items()}
        except UnicodeDecodeError:
            continue
    return None


def first_that_fits(table: tuple[tuple[str, T], ...], sentence: str, default: T | None) -> T | None:
    """By the words of a sentence of Inicis."""
    return next((meaning for word, meaning in table if word in sentence), default)


def has_any(sentence: str, words: tuple[str, ...]) -> bool:
    return any(word in sentence for word in words)


def text_of(fields: Mapping[str, object], name: str) -> str:
    """ "" for what is missing or no text."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def won(text: object) -> int | None:
    """Whole won of digits, however they are given; None for anything else."""
    digits = str(text) if isinstance(text, str | int) and not isinstance(text, bool) else ""
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 12 else None
