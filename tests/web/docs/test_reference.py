"""The reference for people: whole in both languages, and every link in it leads somewhere."""

import re

import pytest
from flask.testing import FlaskClient

from app.domains.findings import SENTENCES
from app.web.api.codes import CODES
from app.web.docs.remedies import REMEDIES
from app.web.docs.samples import VERIFY_NODE
from app.web.docs.texts import EVENTS_KO, WORDS
from app.webhooks.events import EVENTS
from tests.support.answers import path_of
from tests.web.api.test_key_matrix import ROUTES

HANGUL = re.compile("[가-힣]")


def page(client: FlaskClient, language: str) -> str:
    answer = client.get(f"/docs?lang={language}")
    assert answer.status_code == 200
    return answer.text


def test_every_code_has_a_cause_and_a_remedy_in_both_languages() -> None:
    assert set(REMEDIES) == set(CODES)
    for code, (english, korean) in REMEDIES.items():
        assert english, code
        assert not HANGUL.search(english), code
        assert HANGUL.search(korean), code


def test_every_event_and_word_is_there_in_both_languages() -> None:
    assert set(EVENTS_KO) == set(EVENTS)
    assert all(HANGUL.search(text) for text in EVENTS_KO.values())
    assert not [name for name, (english, _korean) in WORDS.items() if HANGUL.search(english)]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_tells_of_every_operation_code_and_event(client: FlaskClient, language: str) -> None:
    text = page(client, language)

    told = {path_of(route).split(" ")[1] for route in ROUTES} - {"/api/openapi.json"}
    assert [path for path in told if f"<code>{path}</code>" not in text] == []
    assert [code for code in CODES if f'id="error-{code}"' not in text] == []
    assert [name for name in (*EVENTS, *SENTENCES) if f"<code>{name}</code>" not in text] == []
    assert f'<html lang="{language}">' in text


@pytest.mark.parametrize(
    ("header", "language"), [("ko-KR", "ko"), ("en-GB,ko;q=0.5", "en"), ("fr", "ko"), ("", "ko")]
)
def test_it_speaks_what_the_browser_prefers(client: FlaskClient, header: str, language: str) -> None:
    answer = client.get("/docs", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in answer.text


def test_every_link_leads_somewhere(client: FlaskClient) -> None:
    text = page(client, "ko")

    links = set(re.findall(r'href="([^"]+)"', text))
    anchors = {link[1:] for link in links if link.startswith("#")}
    assert anchors <= set(re.findall(r'id="([^"]+)"', text))
    for link in links - {f"#{anchor}" for anchor in anchors}:
        address = link if link.startswith("/") else f"/docs{link}"
        assert client.get(address, buffered=True).status_code == 200, link


def test_fields_are_told_with_their_limits(client: FlaskClient) -> None:
    rows = re.findall(
        r"<code>([^/]*)</code>(?: <small>required</small>)?</th>\s*<td>([^<]*)</td>", page(client, "en")
    )

    for row in (
        ("platform", "string 1–40"),
        ("totalAmount", "integer 0–1,000,000,000"),
        ("returnUrl", "uri ≤ 2,048"),
        ("items", "Item[] 1–100"),
    ):
        assert row in rows


def test_the_check_of_a_signature_in_node_is_short() -> None:
    assert len(VERIFY_NODE.splitlines()) <= 10
