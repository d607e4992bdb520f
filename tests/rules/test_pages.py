"""Pages: every state has one, every view says which it serves, and nothing on them runs or is styled in place."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.payments.states import SESSION_EDGES, SessionState
from app.settings import ROOT
from app.web.checkout.pages import DEPOSIT, PAGES
from app.webhooks.events import EVENTS
from tests.rules.source import Source, functions, is_view, problems, sources

# Template -> why what it marks as safe is: it must be a constant of the template itself.
MARKED_AS_SAFE = {
    "templates/components/icons.html": "drawings are constants of this file",
    "app/sandbox/toss/templates/toss/_option.html": "a <wbr>; the word that it goes into is escaped",
    "app/web/checkout/filters.py": "constant boxes; the sentences that go into them are escaped",
    "app/web/checkout/theme.py": "colours and lengths, each by a strict grammar",
    "app/web/styles.py": "our own style sheets",
}

INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b(?![^>]*\bnonce=)", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"\s(hx-)?on[a-z:-]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a js: value or a trigger filter": re.compile(r"hx-[a-z-]+\s*=\s*[\"'](js:|[^\"']*\[)", re.IGNORECASE),
}
# Programs that show mail know no style sheets.
MAILS = ("templates/emails/", "templates/layouts/email.html", "templates/components/mail_facts.html")
# The sandbox is a gateway's stand-in, but its pages keep the same rules.
TEMPLATES = ("templates/", "app/sandbox/")


def views_that_do_not_say_what_they_serve(source: Source) -> Iterator[str]:
    for function in functions(source):
        if is_view(function) and "Serves" not in (ast.get_docstring(function) or ""):
            yield source.at(
                function, f"{function.name} does not say which states it Serves, or that it Serves none"
            )


def marked_as_safe(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"\|\s*safe\b|\bMarkup\(|autoescape\s*(=\s*False|false)|render_template_string", line):
            yield f"{source.path}:{number}: {line.strip()[:80]}"


def inline(source: Source) -> Iterator[str]:
    text = re.sub(r"\{#.*?#\}", lambda comment: "\n" * comment[0].count("\n"), source.text, flags=re.DOTALL)
    for what, pattern in INLINE.items():
        for found in pattern.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{source.path}:{line}: {what}: {found[0].strip()[:60]}"


def elsewhere(source: Source) -> Iterator[str]:
    """What a page loads comes from us; only links and a gateway's own script lead away."""
    for found in re.finditer(
        r"<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=[\"']https?:", source.text
    ):
        yield f"{source.path}: {found[0][:80]}"


def pages() -> list[Source]:
    return sources(*TEMPLATES, suffix=".html")


def test_every_state_has_a_page() -> None:
    assert set(PAGES) == set(SessionState)


@pytest.mark.parametrize("state", [state for state in SessionState if PAGES[state] != "pay"])
def test_every_page_of_a_state_has_a_template(state: SessionState) -> None:
    assert (ROOT / "templates" / "checkout" / "states" / f"{PAGES[state]}.html").is_file()


def test_a_state_that_waits_to_be_paid_shows_the_pay_page() -> None:
    assert [state for state in SessionState if PAGES[state] == "pay"] == [SessionState.PENDING]
    assert (ROOT / "templates" / "checkout" / "pay.html").is_file()


def test_no_template_of_a_state_is_left_over() -> None:
    folder = ROOT / "templates" / "checkout" / "states"
    named = {path.stem for path in folder.glob("[!_]*.html")}

    assert named == set(PAGES.values()) - {"pay"} | {DEPOSIT}


def test_every_state_can_be_reached_and_its_events_exist() -> None:
    reached = {to for _from, to in SESSION_EDGES}

    assert reached | {SessionState.PENDING} == set(SessionState)
    assert {event for event in SESSION_EDGES.values() if event} <= set(EVENTS)


def test_every_view_of_the_checkout_says_which_states_it_serves() -> None:
    assert problems(views_that_do_not_say_what_they_serve, sources("app/web/checkout/")) == []


@pytest.mark.parametrize("docstring", ["", '    """Shows the page."""\n'])
def test_a_view_that_does_not_is_found(docstring: str) -> None:
    code = f"@blueprint.get('/x')\ndef show():\n{docstring}    return ''"
    fine = "@blueprint.get('/x')\ndef show():\n    '''Serves none.'''\ndef _helper(): pass"

    assert problems(views_that_do_not_say_what_they_serve, [Source("app/web/checkout/x.py", code)])
    assert problems(views_that_do_not_say_what_they_serve, [Source("app/web/checkout/x.py", fine)]) == []


def test_nothing_is_marked_as_safe_that_is_not_a_constant() -> None:
    files = [source for source in [*pages(), *sources("app/")] if source.path not in MARKED_AS_SAFE]

    assert problems(marked_as_safe, files) == []


def test_every_excuse_for_it_is_still_needed() -> None:
    for source in sources(*MARKED_AS_SAFE, suffix=""):
        assert len(problems(marked_as_safe, [source])) == 1, source.path


@pytest.mark.parametrize(
    "text",
    [
        "{{ name|safe }}",
        "{{ name | safe }}",
        "x = Markup(name)",
        "{% autoescape false %}",
        "render_template_string(x)",
    ],
)
def test_what_is_marked_as_safe_is_found(text: str) -> None:
    assert problems(marked_as_safe, [Source("templates/x.html", text)])
    assert problems(marked_as_safe, [Source("templates/x.html", "{{ name }} is safe")]) == []


def test_nothing_runs_or_is_styled_in_the_page() -> None:
    assert problems(inline, [page for page in pages() if not page.under(*MAILS)]) == []


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<script nonce='{{ csp_nonce() }}'>x</script>",
        "<style>a{}</style>",
        '<p style="color:red">',
        '<a onclick="x()">',
        '<a hx-on:click="x()">',
        '<a href="javascript:x()">',
        '<a hx-vals="js:{a:1}">',
        '<a hx-trigger="click[ctrlKey]">',
    ],
)
def test_what_runs_or_is_styled_in_the_page_is_found(text: str) -> None:
    assert problems(inline, [Source("templates/x.html", text)])


@pytest.mark.parametrize(
    "text",
    [
        '<script src="/x.js" nonce="1"></script>',
        '<style nonce="{{ csp_nonce() }}">',
        "{# <style> #}",
        '<a data-onset="1" class="style=">',
        "<p>once</p>",
    ],
)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert problems(inline, [Source("templates/x.html", text)]) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    assert problems(elsewhere, pages()) == []


def test_what_is_loaded_from_elsewhere_is_found() -> None:
    assert problems(
        elsewhere, [Source("templates/x.html", '<script src="https://cdn.example/x.js"></script>')]
    )
    assert problems(elsewhere, [Source("templates/x.html", '<a href="https://www.ftc.go.kr/">')]) == []
