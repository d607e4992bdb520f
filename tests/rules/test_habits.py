"""Small habits, and what must not be in anything that we hand on."""

import ast
import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import ROOT
from tests.rules.source import Source, dotted, every_text, functions, problems, sources

# Written in pieces, so that this file does not name them either.
REGISTRIES = [
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "proxy.go" + "lang.org",
    "crates" + ".io",
    "rubygems" + ".org",
    "packag" + "ist.org",
    "repo1.maven" + ".org",
    "index.docker" + ".io",
    "registry-1.docker" + ".io",
    "un" + "pkg.com",
    "cdn.js" + "delivr.net",
    "cdn" + "js.cloudflare.com",
]
MACHINE_PATHS = re.compile(r"(?<![\w.$}/-])/(?:root|home/\w+|Users/\w+|work)/[\w.-]+")

UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
DECIDES = re.compile(r"\bTO" + r"DO\(\w+\): \S")
SWITCHED_OFF = re.compile(r"# (?:type: ignore|noqa|ruff: noqa|pragma: no cover)")
WITH_REASON = re.compile(
    r"# (?:type: ignore\[[a-z-]+(?:, ?[a-z-]+)*\]|(?:ruff: )?noqa: [A-Z0-9]+(?:, ?[A-Z0-9]+)*)\s+(?:#|-) ?\S+"
)

LOGS = ("debug", "info", "warning", "error", "exception", "critical")


def registries(source: Source) -> Iterator[str]:
    """A lock or a script that names its index works only where that index is reached."""
    for host in REGISTRIES:
        if host in source.text.lower():
            yield f"{source.path}: names {host}"


def machine_paths(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if found := MACHINE_PATHS.search(line):
            yield f"{source.path}:{number}: a path of one machine: {found[0]}"


def unfinished(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(line) and not DECIDES.search(line):
            yield f"{source.path}:{number}: {line.strip()[:80]}"


def switched_off_without_reason(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if SWITCHED_OFF.search(line) and not WITH_REASON.search(line):
            yield f"{source.path}:{number}: names no rule or no reason: {line.strip()[-60:]}"


def skipped_without_reason(source: Source) -> Iterator[str]:
    """A test that does not run says why, in a sentence of its own."""
    for node in source.nodes(ast.Attribute):
        if dotted(node) in ("pytest.mark.xfail", "pytest.mark.skip", "pytest.mark.skipif"):
            yield from _unless_reasoned(source, node)
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if dotted(node.func) in ("pytest.skip", "pytest.xfail", "pytest.importorskip") and not _reasons(node):
            yield source.at(node, f"{dotted(node.func)} without a reason")


def _unless_reasoned(source: Source, mark: ast.AST) -> Iterator[str]:
    for node in source.nodes(ast.Call):
        if isinstance(node, ast.Call) and node.func is mark and _reasons(node):
            return
    yield source.at(mark, f"{dotted(mark)} without a reason")


def _reasons(call: ast.Call) -> bool:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "reason"]
    first = call.args[:1] if dotted(call.func) in ("pytest.skip", "pytest.xfail") else []
    return any(
        not isinstance(value, ast.Constant) or len(str(value.value).split()) > 2 for value in [*named, *first]
    )


def log_lines_that_crash(source: Source) -> Iterator[str]:
    """structlog calls the message `event`; an argument of that name raises when the line is reached."""
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        owner, _, method = dotted(node.func).rpartition(".")
        if owner == "log" and method in LOGS and any(word.arg == "event" for word in node.keywords):
            yield source.at(node, "an argument of a log line is called event")


def idle_tests(files: list[Source]) -> Iterator[str]:
    """A test asserts by itself, or through a function of ours that does."""
    bodies = [(source, node, _calls(node)) for source in files for node in functions(source)]
    asserting = {"raises", "expect", "fail"}
    while True:
        found = {
            node.name for _source, node, calls in bodies if calls & asserting or _asserts(node)
        } - asserting
        if not found:
            break
        asserting |= found
    for source, node, calls in bodies:
        if node.name.startswith("test_") and not (calls & (asserting - {node.name}) or _asserts(node)):
            yield source.at(node, f"{node.name} asserts nothing")


def _asserts(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(function))


def _calls(function: ast.FunctionDef) -> set[str]:
    """Last names of everything that is called."""
    called = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {dotted(name).rpartition(".")[2] for name in called}


def vendored(folder: Path) -> Iterator[str]:
    """Each folder says in VENDORED.md what it holds, and the sums are those of the files."""
    note = folder / "VENDORED.md"
    if not note.is_file():
        yield f"{folder.name}: no VENDORED.md"
        return
    text = note.read_text()
    sums = set(re.findall(r"`([A-Za-z0-9+/]{64})`", text))
    files = [path for path in folder.iterdir() if path.suffix in (".js", ".css", ".woff2", ".svg")]
    for path in files:
        found = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        if f"`{path.name}`" not in text:
            yield f"{path.name}: not named in VENDORED.md"
        if found not in sums:
            yield f"{path.name}: its sha384 is {found}"
    if len(sums) != len(files):
        yield f"{folder.name}: {len(sums)} sums for {len(files)} files"


def test_no_file_names_a_registry() -> None:
    assert problems(registries, every_text()) == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_a_registry_is_found(host: str) -> None:
    assert problems(registries, [Source("x.lock", f"url = https://{host.upper()}/x.tgz")])


def test_no_file_names_a_path_of_one_machine() -> None:
    files = [source for source in every_text() if not source.under("static/vendor/")]

    assert problems(machine_paths, files) == []


@pytest.mark.parametrize(
    "path", ["/home/" + "someone/x.py", "/root" + "/.cache", "(/Users" + "/me/x)", "cd /work" + "/main"]
)
def test_a_path_of_one_machine_is_found(path: str) -> None:
    assert problems(machine_paths, [Source("x.md", f"see {path}")])
    assert (
        problems(machine_paths, [Source("x.md", "url_for('/home') https://x.example/work/done /rootless")])
        == []
    )


def test_nothing_is_left_unfinished() -> None:
    files = [source for source in every_text() if not source.under("static/vendor/", "deploy/requirements")]

    assert problems(unfinished, files) == []


def test_what_is_unfinished_is_found_unless_it_names_who_decides() -> None:
    todo = "TO" + "DO"

    assert problems(unfinished, [Source("x.py", f"# {todo} later")])
    assert problems(unfinished, [Source("x.py", f"# {todo}: later")])
    assert problems(unfinished, [Source("x.py", f"# {todo}(finance): may a refund pass a year?")]) == []


def test_what_is_switched_off_names_its_rule_and_reason() -> None:
    assert problems(switched_off_without_reason, sources()) == []


@pytest.mark.parametrize(
    "comment",
    [
        "type: ignore",
        "type: ignore[misc]",
        "noqa",
        "noqa: S608",
        "pragma: no cover",
        "noqa: S608  #",
        "ruff: noqa: E501",
    ],
)
def test_what_is_switched_off_without_a_reason_is_found(comment: str) -> None:
    assert problems(switched_off_without_reason, [Source("x.py", f"x = 1  # {comment}")])


@pytest.mark.parametrize("comment", ["type: ignore[misc]  # why", "noqa: S608  # why", "noqa: S606 - why"])
def test_a_reason_is_enough(comment: str) -> None:
    assert problems(switched_off_without_reason, [Source("x.py", f"x = 1  # {comment}")]) == []


def test_no_test_is_skipped_without_a_reason() -> None:
    assert problems(skipped_without_reason, sources("tests/", "e2e/")) == []


@pytest.mark.parametrize(
    "code",
    [
        "@pytest.mark.skip\ndef test_x(): pass",
        "@pytest.mark.xfail()\ndef test_x(): pass",
        "@pytest.mark.skipif(WINDOWS, reason='')\ndef test_x(): pass",
        "pytest.skip()",
        "pytest.skip('later')",
        "m = pytest.importorskip('redis')",
    ],
)
def test_a_skip_without_a_reason_is_found(code: str) -> None:
    assert problems(skipped_without_reason, [Source("tests/x.py", code)])


@pytest.mark.parametrize(
    "code",
    [
        "pytest.skip('no PostgreSQL listens here')",
        "@pytest.mark.skipif(A, reason='needs a real machine')\ndef f(): 1",
    ],
)
def test_a_skip_with_a_reason_is_fine(code: str) -> None:
    assert problems(skipped_without_reason, [Source("tests/x.py", code)]) == []


def test_no_log_line_crashes() -> None:
    assert problems(log_lines_that_crash, sources("app/")) == []


def test_a_log_line_that_crashes_is_found() -> None:
    assert problems(log_lines_that_crash, [Source("app/x.py", "log.info('webhook.sent', event=event.id)")])
    assert problems(log_lines_that_crash, [Source("app/x.py", "call(url, event='toss.confirm')")]) == []


def test_every_test_asserts_something() -> None:
    assert list(idle_tests(sources("tests/", "e2e/"))) == []


def test_a_test_that_asserts_nothing_is_found() -> None:
    helpers = "def check(x):\n    assert x\ndef check_all(xs):\n    check(xs)\ndef make(): pass\n"
    nothing, something = (
        [Source("tests/test_x.py", f"{helpers}def test_x():\n    {name}(1)")]
        for name in ("make", "check_all")
    )

    assert list(idle_tests(nothing))
    assert list(idle_tests(something)) == []


def test_vendored_files_are_those_that_were_taken() -> None:
    folders = [path for path in (ROOT / "static" / "vendor").glob("*/*") if path.is_dir()]

    assert folders
    assert [problem for folder in folders for problem in vendored(folder)] == []


@pytest.mark.parametrize(
    ("file", "note"),
    [
        ("changed", "| `x.js` | `{sum}` |"),
        ("taken", "| `{sum}` |"),
        ("taken", "| `x.js` | `{sum}` | `" + "A" * 64 + "` |"),
        ("taken", None),
    ],
    ids=["changed", "not named", "a sum too many", "no note"],
)
def test_a_vendored_file_that_was_changed_is_found(tmp_path: Path, file: str, note: str | None) -> None:
    (tmp_path / "x.js").write_text(file)
    taken = base64.b64encode(hashlib.sha384(b"taken").digest()).decode()
    if note:
        (tmp_path / "VENDORED.md").write_text(note.format(sum=taken))

    assert list(vendored(tmp_path))


def test_a_vendored_file_as_it_was_taken_is_fine(tmp_path: Path) -> None:
    (tmp_path / "x.js").write_text("taken")
    taken = base64.b64encode(hashlib.sha384(b"taken").digest()).decode()
    (tmp_path / "VENDORED.md").write_text(f"| `x.js` | `{taken}` |")

    assert list(vendored(tmp_path)) == []
