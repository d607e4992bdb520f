"""Every sentence that code and templates use has one in each language of its readers."""

import re

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.languages import CATALOGUES
from app.settings import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
# What only merchants read is in Korean and English.
FOR_MERCHANTS = ("templates/emails/domain*", "templates/emails/webhook_*")
FOR_BUYERS = ("ja", "zh_Hans_CN")
COMPLETE = ("ko", *FOR_BUYERS)


def used(*, leave_out: tuple[str, ...] = ()) -> set[str]:
    """The msgids that pybabel finds; of a plural, the singular."""
    mapping = [
        *((path, "ignore") for path in ("app/sandbox/**", *leave_out)),
        ("app/**.py", "python"),
        ("templates/**.html", "jinja2"),
        ("templates/**.txt", "jinja2"),
    ]
    found = extract_from_dir(str(ROOT), method_map=mapping)
    return {ids if isinstance(ids, str) else ids[0] for _file, _line, ids, _comments, _context in found}


def used_in(language: str) -> set[str]:
    return used(leave_out=FOR_MERCHANTS if language in FOR_BUYERS else ())


def catalog(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def id_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def messages(language: str) -> list[Message]:
    return [message for message in catalog(language) if message.id]


def test_every_language_has_a_catalogue_and_no_catalogue_is_left_over() -> None:
    folders = {path.name for path in (ROOT / "translations").iterdir()}

    assert folders == set(CATALOGUES.values()) == {*COMPLETE, "en"}


@pytest.mark.parametrize("language", COMPLETE)
def test_every_sentence_in_use_is_translated(language: str) -> None:
    missing = used_in(language) - {id_of(message) for message in messages(language)}

    assert missing == set()


@pytest.mark.parametrize("language", COMPLETE)
def test_no_sentence_is_empty_or_fuzzy(language: str) -> None:
    bad = [id_of(message) for message in messages(language) if message.fuzzy or not all(texts_of(message))]

    assert bad == []


@pytest.mark.parametrize("language", COMPLETE)
def test_no_sentence_is_left_over(language: str) -> None:
    unused = {id_of(message) for message in messages(language)} - used_in(language)

    assert unused == set()


@pytest.mark.parametrize("language", COMPLETE)
def test_a_sentence_has_the_placeholders_of_its_english_one(language: str) -> None:
    wrong = [
        id_of(message)
        for message in messages(language)
        for text in texts_of(message)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(id_of(message)))
    ]

    assert wrong == []


@pytest.mark.parametrize("language", FOR_BUYERS)
def test_no_letter_of_another_language_is_left_in_a_sentence(language: str) -> None:
    """Hangul in any, kana in Chinese."""
    foreign = re.compile("[가-힣ㄱ-ㆎ]" if language == "ja" else "[가-힣ㄱ-ㆎぁ-ヿ]")

    assert [
        text for message in messages(language) for text in texts_of(message) if foreign.search(text)
    ] == []


def test_the_english_catalogue_changes_nothing_but_plurals() -> None:
    changed = [id_of(message) for message in messages("en") if isinstance(message.id, str) and message.string]

    assert changed == []


@pytest.mark.parametrize("language", CATALOGUES.values())
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    """Where there is one: bin/dev and bin/test make it."""
    compiled = ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo"
    if not compiled.exists():
        pytest.skip("the catalogue was not compiled here")

    words = compiled.read_bytes()

    assert all(text.encode() in words for message in messages(language) for text in texts_of(message))
