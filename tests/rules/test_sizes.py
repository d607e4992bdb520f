"""The outer limits of size. What is near them is looked at; what is beyond is split."""

import ast
from collections.abc import Iterator

import pytest

from tests.rules.source import Source, functions, is_view, length, problems, sources

FUNCTION, VIEW, FILE, TEMPLATE, TEST_FILE = 60, 25, 400, 150, 500
OURS = ("app/", "bin/", "bench/", "tests/", "e2e/", "deploy/")
# Tables of codes and columns are read by looking up, not from top to end.
TABLES = ("codes.py", "/errors.py")


def too_long_functions(source: Source) -> Iterator[str]:
    for function in functions(source):
        limit = VIEW if source.under("app/web/") and is_view(function) else FUNCTION
        if length(function) > limit:
            yield source.at(function, f"{function.name} has {length(function)} lines, {limit} at most")


def too_long_files(source: Source) -> Iterator[str]:
    lines, limit = source.text.count("\n"), _limit(source)
    if lines > limit:
        yield f"{source.path}: {lines} lines, {limit} at most"


def _limit(source: Source) -> int:
    if source.path.endswith(".html"):
        return TEMPLATE
    return TEST_FILE if source.under("tests/", "e2e/") else FILE


def python_files() -> list[Source]:
    return [source for source in sources(*OURS) if not source.under("app/migrations/versions/")]


def test_functions_and_views_are_short_enough() -> None:
    assert problems(too_long_functions, python_files()) == []


def test_files_and_templates_are_short_enough() -> None:
    files = [source for source in python_files() if not source.path.endswith(TABLES)]
    files += [*sources(suffix=".html"), *sources("static/", suffix=".js"), *sources("static/", suffix=".css")]

    assert problems(too_long_files, files) == []


@pytest.mark.parametrize(
    ("path", "decorator", "lines"),
    [("app/x.py", "", FUNCTION), ("app/web/x.py", "@bp.get('/')\n", VIEW), ("tests/x.py", "", FUNCTION)],
)
def test_a_long_function_is_found(path: str, decorator: str, lines: int) -> None:
    def function(count: int) -> Source:
        return Source(path, f"{decorator}def f():\n" + "    x = 1\n" * (count - 1))

    assert problems(too_long_functions, [function(lines + 1)])
    assert problems(too_long_functions, [function(lines)]) == []


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("app/x.py", FILE),
        ("tests/test_x.py", TEST_FILE),
        ("templates/x.html", TEMPLATE),
        ("static/js/x.js", FILE),
    ],
)
def test_a_long_file_is_found(path: str, lines: int) -> None:
    assert problems(too_long_files, [Source(path, "x\n" * (lines + 1))])
    assert problems(too_long_files, [Source(path, "x\n" * lines)]) == []


def test_the_files_that_the_limits_are_about_are_found() -> None:
    assert len(python_files()) > 150
    assert len(sources(suffix=".html")) > 20
    assert all(isinstance(source.tree, ast.Module) for source in python_files())
