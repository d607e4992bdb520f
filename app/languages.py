"""The languages that buyers are spoken to in, by their name on the wire."""

from collections.abc import Iterable

# Name on the wire -> its catalogue, which is Babel's locale as well.
CATALOGUES = {"ko": "ko", "en": "en", "ja": "ja", "zh": "zh_Hans_CN"}
DEFAULT = "ko"


def catalogue_of(language: str) -> str:
    return CATALOGUES[language]


def tag_of(language: str) -> str:
    """As a page's `lang` attribute has it: Chinese is written in two ways, and browsers choose letters by it."""
    return "zh-Hans" if language == "zh" else language


def first_known(tags: Iterable[str]) -> str | None:
    """The first of these that is ours, whatever its country or its letters: `zh-TW` is nearer to our Chinese than to
    anything else that we have."""
    names = (tag.replace("_", "-").partition("-")[0].lower() for tag in tags)
    return next((name for name in names if name in CATALOGUES), None)
