"""Every sentence that code and templates use has a Korean one."""

import re

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.settings import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def used() -> set[str]:
    """The msgids that pybabel finds; of a plural, the singular."""
    mapping = [
        ("app/sandbox/**", "ignore"),
        ("app/**.py", "python"),
        ("templates/**.html", "jinja2"),
        ("templates/**.txt", "jinja2"),
    ]
    found = extract_from_dir(str(ROOT), method_map=mapping)
    return {ids if isinstance(ids, str) else ids[0] for _file, _line, ids, _comments, _context in found}


def catalog(language: str) -> Catalog:
    with (ROOT / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def id_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def messages(language: str) -> list[Message]:
    return [message for message in catalog(language) if message.id]


def test_every_sentence_in_use_has_a_korean_one() -> None:
    missing = used() - {id_of(message) for message in messages("ko")}

    assert missing == set()


def test_no_korean_sentence_is_empty_or_fuzzy() -> None:
    bad = [id_of(message) for message in messages("ko") if message.fuzzy or not all(texts_of(message))]

    assert bad == []


def test_no_korean_sentence_is_left_over() -> None:
    unused = {id_of(message) for message in messages("ko")} - used()

    assert unused == set()


def test_a_korean_sentence_has_the_placeholders_of_its_english_one() -> None:
    wrong = [
        id_of(message)
        for message in messages("ko")
        for text in texts_of(message)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(id_of(message)))
    ]

    assert wrong == []


def test_the_english_catalogue_changes_nothing_but_plurals() -> None:
    changed = [id_of(message) for message in messages("en") if isinstance(message.id, str) and message.string]

    assert changed == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    """Where there is one: bin/dev and bin/test make it."""
    compiled = ROOT / "translations" / language / "LC_MESSAGES" / "messages.mo"
    if not compiled.exists():
        pytest.skip("the catalogue was not compiled here")

    words = compiled.read_bytes()

    assert all(text.encode() in words for message in messages(language) for text in texts_of(message))
