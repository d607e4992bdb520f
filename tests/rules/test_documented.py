"""What there is, is written down: settings, events, error codes; and what is written down, there is."""

import ast
import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import app
from app.errors import AppError, GatewayError
from app.gateways import GATEWAYS
from app.gateways.reasons import RETRY, Reason, RefundReason
from app.settings import ROOT, Settings
from app.web.api.codes import CODES
from app.web.checkout.failures import SENTENCES
from app.web.docs.failures import FAILURES, REFUND_FAILURES
from app.webhooks.events import EVENTS
from tests.rules.source import Source, dotted, problems, sources
from tests.rules.test_imports import app_files

# Read by programs of their own, which know nothing of app.settings.
READ_ELSEWHERE = dict.fromkeys(("SANDBOX_DATABASE", "SANDBOX_NOTICE_URL"), "app/sandbox/wsgi.py")
# Named in the table, but no field: it only makes other defaults.
NO_FIELD = {"PORT"}
MAY_READ_THE_ENVIRONMENT = (
    "app/settings.py",
    "app/sandbox/wsgi.py",
    "app/sandbox/receiver.py",
    "app/chaos/stage.py",  # what the programs that it starts inherit
    "app/chaos/nursery.py",  # which starts them
)


def rows_of_settings(readme: str) -> list[str]:
    """Names in the first column of the settings table; a row may hold several."""
    table = readme.partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]*)`", row)]


def undocumented_settings(fields: list[str], readme: str) -> Iterator[str]:
    rows = rows_of_settings(readme)
    variables = [name.upper() for name in fields]
    yield from (f"{name} has no row" for name in variables if name not in rows)
    known = {*variables, *NO_FIELD, *READ_ELSEWHERE}
    yield from (f"the row {name} has no field" for name in rows if name not in known)
    yield from (f"{name} has two rows" for name in set(rows) if rows.count(name) > 1)


def unread_settings(fields: list[str], source: Source) -> Iterator[str]:
    """Variables that settings.py asks the environment for must be named as their fields are."""
    asked = {
        node.value
        for call in source.nodes(ast.Call)
        for node in ast.walk(call)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", node.value) and len(node.value) > 2
    }
    variables = {name.upper() for name in fields}
    yield from sorted(f"{name} is never read" for name in variables - asked)
    yield from sorted(f"{name} is read into no field of its name" for name in asked - variables - NO_FIELD)


def environment_read_elsewhere(source: Source) -> Iterator[str]:
    if source.path in MAY_READ_THE_ENVIRONMENT:
        return
    for node in source.nodes(ast.Attribute, ast.Call):
        if dotted(node) == "os.environ" or (isinstance(node, ast.Call) and dotted(node.func) == "os.getenv"):
            yield source.at(node, "reads the environment")


def undocumented_events(events: dict[str, str], texts: list[str]) -> Iterator[str]:
    for name, meaning in events.items():
        if len(meaning.split()) < 4 or not meaning.endswith("."):
            yield f"{name} has no sentence that says what it means"
        if not re.fullmatch(r"(payment|refund|session)\.[a-z_]+", name):
            yield f"{name} is not subject.past_tense"
        if not any(f"`{name}`" in text for text in texts):
            yield f"{name} is in no document"


def codes_without_a_sentence(source: Source) -> Iterator[str]:
    """raise Invalid("a_code"): the code is looked up when the answer is made, and must be there."""
    # What a gateway's error is given first is the gateway's own code.
    names = {error.__name__ for error in all_errors() if not issubclass(error, GatewayError)}
    for node in source.nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if dotted(node.func) not in names or not node.args:
            continue
        code = node.args[0]
        if isinstance(code, ast.Constant) and isinstance(code.value, str) and code.value not in CODES:
            yield source.at(node, f"{code.value} stands in no list")


def all_errors() -> list[type[AppError]]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if not module.name.startswith(("app.sandbox", "app.migrations", "app.wsgi")):
            importlib.import_module(module.name)
    found: list[type[AppError]] = [AppError]
    for error in found:
        found.extend(error.__subclasses__())
    return found


def fields() -> list[str]:
    return [field.name for field in dataclasses.fields(Settings)]


def test_every_setting_has_a_row_in_the_readme_and_every_row_a_setting() -> None:
    assert list(undocumented_settings(fields(), (ROOT / "README.md").read_text())) == []
    for name, path in READ_ELSEWHERE.items():
        assert name in (ROOT / path).read_text()


@pytest.mark.parametrize(
    ("names", "table"),
    [
        (["app_env", "new_one"], "| `APP_ENV` | x | y |"),
        (["app_env"], "| `APP_ENV` | x | y |\n| `GONE` | x | y |"),
        (["app_env"], "| `APP_ENV` | x | y |\n| `APP_ENV` | x | y |"),
        (["app_env"], "APP_ENV is told in passing"),
    ],
    ids=["no row", "no field", "two rows", "no table"],
)
def test_a_setting_that_is_not_documented_is_found(names: list[str], table: str) -> None:
    assert list(undocumented_settings(names, f"# x\n## Settings\n{table}\n## More\n| `LATER` | |"))


def test_two_settings_may_share_a_row() -> None:
    readme = "## Settings\n| `A_HOST`, `B_HOST` | none | `CODE` is no setting |"

    assert list(undocumented_settings(["a_host", "b_host"], readme)) == []


def test_every_field_is_read_from_the_variable_of_its_name() -> None:
    [source] = sources("app/settings.py")

    assert list(unread_settings(fields(), source)) == []


def test_a_field_that_is_not_is_found() -> None:
    source = Source("app/settings.py", "Settings(app_env=read(env, 'APP_ENV'), x=read(env, 'OTHER_NAME'))")

    assert list(unread_settings(["app_env", "x"], source)) == [
        "X is never read",
        "OTHER_NAME is read into no field of its name",
    ]


def test_the_environment_is_read_in_one_place() -> None:
    assert problems(environment_read_elsewhere, sources("app/")) == []


@pytest.mark.parametrize("code", ["x = os.environ['A']", "os.environ.get('A')", "os.getenv('A')"])
def test_another_place_is_found(code: str) -> None:
    assert problems(environment_read_elsewhere, [Source("app/payments/x.py", code)])


def test_every_event_has_a_meaning_and_stands_in_a_document() -> None:
    documents = [*sources(suffix=".md"), *sources("templates/docs/", suffix=".html")]

    assert list(undocumented_events(EVENTS, [source.text for source in documents])) == []


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("payment.completed", ""),
        ("payment.completed", "Paid"),
        ("payment.unheard", "The payment was never heard of."),
        ("complete", "The payment was taken at last."),
    ],
)
def test_an_event_that_is_not_documented_is_found(name: str, meaning: str) -> None:
    assert list(undocumented_events({name: meaning}, ["| `payment.completed` | `complete` |"]))


def test_every_error_has_a_sentence_in_two_languages_and_one_status() -> None:
    for error in all_errors():
        assert error.code in CODES, error
        assert CODES[error.code].status == error.status, error
    assert [name for name, code in CODES.items() if not (code.en and re.search("[가-힣]", code.ko))] == []
    assert problems(codes_without_a_sentence, app_files()) == []


def test_a_code_without_a_sentence_is_found() -> None:
    assert problems(codes_without_a_sentence, [Source("app/web/x.py", "raise NotFound('no_such_code')")])
    assert (
        problems(codes_without_a_sentence, [Source("app/web/x.py", "raise NotFound('invalid_session')")])
        == []
    )


@pytest.mark.parametrize("name", GATEWAYS)
def test_every_gateway_has_its_simulator_and_passes_the_list_of_tests(name: str) -> None:
    test = Source("x", (ROOT / "tests" / "gateways" / f"test_{name}.py").read_text())
    bases = {
        dotted(base)
        for node in test.nodes(ast.ClassDef)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }

    assert (ROOT / "app" / "sandbox" / name / "__init__.py").is_file()
    assert list((ROOT / "tests" / "gateways" / "samples" / name).glob("*.json"))
    assert bases & {"GatewayContract", "RepeatableByKey"}


def test_every_reason_has_its_sentence_its_hint_and_what_makes_sense_next() -> None:
    assert [reason for reason in Reason if reason not in SENTENCES] == []
    assert [reason for reason in Reason if reason not in RETRY] == []
    assert [reason for reason in Reason if reason not in FAILURES] == []
    assert [reason for reason in RefundReason if reason not in REFUND_FAILURES] == []
    hints = [*FAILURES.values(), *REFUND_FAILURES.values()]
    assert [english for english, korean in hints if not (english and re.search("[가-힣]", korean))] == []
