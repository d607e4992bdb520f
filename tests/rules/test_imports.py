"""Imports point one way, stand at the top, and reach the network from few places."""

import ast
from collections.abc import Iterator

import pytest

from app.gateways import GATEWAYS
from tests.rules.source import Source, dotted, imports, problems, sources

# Each line may import from itself and from those below it. What stands in no line is a mistake: say where it is.
LAYERS = (
    {"", "wsgi", "factory", "commands", "chaos"},  # "" is app itself
    {"web", "jobs"},
    {"analytics"},
    {"payments"},
    {"coupons", "risk", "domains"},
    {"webhooks", "shops", "mails"},
    {"services", "logs", "metrics"},
    {"gateways"},
    {"database", "extensions", "vault"},
    {"errors", "settings"},
    {"money", "ids", "clock", "deadline", "languages"},
)
ALONE = {"money", "ids", "clock", "deadline", "languages"}  # they import nothing of app
NEITHER_KNOWS_THE_OTHER = ({"web", "jobs"}, {"coupons", "risk"}, {"risk", "domains"}, {"coupons", "domains"})

SPEAK_HTTP = {
    "app/deadline.py",
    "app/domains/certificates.py",
    "app/gateways/http.py",
    "app/shops/tax_service.py",
    "app/webhooks/connections.py",
    "app/webhooks/sender.py",
}
HTTP_CLIENTS = ("requests", "urllib3", "urllib.request", "http.client", "httpx", "aiohttp", "socket")
NOT_IN_GATEWAYS = ("flask", "sqlalchemy", "jinja2", "app.database", "app.services", "app.web")

# File -> why an import stands inside of a function.
INSIDE_A_FUNCTION = {
    "app/__init__.py": "app.settings must load without Flask: bin/dev reads it before anything is installed",
}


def layer_of(package: str) -> int | None:
    """Number of its line, from the top. key_commands.py and its like are commands."""
    if package.endswith("_commands"):
        package = "commands"
    return next((number for number, names in enumerate(LAYERS) if package in names), None)


def package_of(module: str) -> str:
    """`payments` for app.payments.states.move, "" for app.create_app."""
    parts = module.split(".")
    is_package = len(parts) > 1 and layer_of(parts[1]) is not None
    return parts[1] if is_package or len(parts) > 2 else ""


def imports_upward(source: Source) -> Iterator[str]:
    here = "" if source.path == "app/__init__.py" else source.parts[1]
    if layer_of(here) is None:
        yield f"{source.path}: {here} stands in no line of LAYERS"
        return
    for node, module in imports(source):
        if not module.startswith("app.") or module.startswith("app.sandbox"):
            continue
        there = package_of(module)
        if layer_of(there) is None:
            yield source.at(node, f"{there} stands in no line of LAYERS")
        elif (layer_of(there) or 0) < (layer_of(here) or 0):
            yield source.at(node, f"{here} imports {module}, which stands above it")
        elif here != there and (here in ALONE or {here, there} in NEITHER_KNOWS_THE_OTHER):
            yield source.at(node, f"{here} imports {module}: it should not know of it")


def imports_inside_functions(source: Source) -> Iterator[str]:
    if source.path in INSIDE_A_FUNCTION:
        return
    for function in source.nodes(ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.at(node, "an import inside of a function")


def relative_imports(source: Source) -> Iterator[str]:
    for node in source.nodes(ast.ImportFrom):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield source.at(node, "a relative import")


def http_elsewhere(source: Source) -> Iterator[str]:
    """Chaos plays the browser and the shop, so it asks as they do."""
    if source.path in SPEAK_HTTP or source.under("app/sandbox/", "app/chaos/"):
        return
    for node, module in imports(source):
        if any(module == client or module.startswith(f"{client}.") for client in HTTP_CLIENTS):
            yield source.at(node, f"speaks to the network by itself ({module})")


def web_in_gateways(source: Source) -> Iterator[str]:
    for node, module in imports(source):
        if module.startswith(NOT_IN_GATEWAYS):
            yield source.at(node, f"an adapter that knows {module}")


def sandbox_mixed_in(source: Source) -> Iterator[str]:
    """The simulators share nothing with the product, so that they cannot share a mistake."""
    for node, module in imports(source):
        if source.under("app/sandbox/"):
            if module.startswith("app.") and not f"{module}.".startswith("app.sandbox."):
                yield source.at(node, f"the sandbox imports {module}")
        elif f"{module}.".startswith("app.sandbox.") and source.path != "app/commands.py":
            yield source.at(node, "the sandbox is imported")


def names_a_gateway(source: Source) -> Iterator[str]:
    """No `if gateway == "toss"` outside of its own folder, and none of its modules either."""
    for node in source.nodes(ast.Compare):
        assert isinstance(node, ast.Compare)
        for value in [node.left, *node.comparators]:
            if isinstance(value, ast.Constant) and value.value in GATEWAYS:
                yield source.at(node, f"decides by the name {value.value}")
    for node, module in imports(source):
        if source.path != "app/gateways/__init__.py" and module.startswith(
            tuple(f"app.gateways.{name}." for name in GATEWAYS)
        ):
            yield source.at(node, f"imports {module}")


def app_files() -> list[Source]:
    """Without the sandbox, which is an app of its own, and without the migrations."""
    return [source for source in sources("app/") if not source.under("app/sandbox/", "app/migrations/")]


def outside_of_the_gateways() -> list[Source]:
    folders = tuple(f"app/gateways/{name}/" for name in GATEWAYS)
    return [source for source in app_files() if not source.under(*folders)]


def test_imports_point_one_way() -> None:
    assert problems(imports_upward, app_files()) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/payments/x.py", "from app.web.fields import to_e164"),
        ("app/payments/x.py", "import app.jobs.worker"),
        ("app/gateways/toss/x.py", "from app.payments.models import Attempt"),
        ("app/webhooks/x.py", "from app.payments import states"),
        ("app/shops/x.py", "from app import create_app"),
        ("app/money.py", "from app.errors import Invalid"),
        ("app/ids.py", "from app import money"),
        ("app/jobs/x.py", "from app.web.fields import to_email"),
        ("app/coupons/x.py", "from app.risk.rules import score"),
        ("app/shops/x.py", "from app.key_commands import keys"),
        ("app/payments/x.py", "from app.novelties.things import thing"),
        ("app/novelties/x.py", "x = 1"),
    ],
)
def test_an_import_upward_is_found(path: str, code: str) -> None:
    assert problems(imports_upward, [Source(path, code)])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/web/x.py", "from app import clock\nfrom app.payments.states import move\nimport flask"),
        ("app/payments/x.py", "from app.webhooks import outbox\nfrom app.gateways.base import Approved"),
        ("app/__init__.py", "from app.factory import build_app"),
        ("app/wsgi.py", "from app import create_app"),
        ("app/key_commands.py", "from app.shops.keys import add_key"),
    ],
)
def test_an_import_downward_is_fine(path: str, code: str) -> None:
    assert problems(imports_upward, [Source(path, code)]) == []


def test_imports_stand_at_the_top() -> None:
    files = sources("app/", "bin/", "bench/", "tests/", "e2e/")

    assert problems(imports_inside_functions, files) == []
    assert problems(relative_imports, files) == []


@pytest.mark.parametrize(
    "code", ["def f():\n    import os", "def f():\n    if x:\n        from os import path"]
)
def test_an_import_inside_of_a_function_is_found(code: str) -> None:
    assert problems(imports_inside_functions, [Source("app/x.py", code)])
    assert (
        problems(imports_inside_functions, [Source("app/x.py", "import os\ntry:\n    import x\nexcept E: y")])
        == []
    )


def test_a_relative_import_is_found() -> None:
    assert problems(relative_imports, [Source("app/x.py", "from .y import z")])


def test_every_excuse_for_an_import_is_still_needed() -> None:
    for path in INSIDE_A_FUNCTION:
        [source] = sources(path)
        inside = [
            node
            for function in source.nodes(ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        assert inside, path


def test_only_a_few_files_speak_to_the_network() -> None:
    assert problems(http_elsewhere, app_files()) == []


@pytest.mark.parametrize(
    "code",
    [
        "import requests",
        "from requests import get",
        "import http.client",
        "from urllib.request import urlopen",
    ],
)
def test_a_fourth_one_is_found(code: str) -> None:
    assert problems(http_elsewhere, [Source("app/payments/x.py", code)])
    assert problems(http_elsewhere, [Source("app/gateways/http.py", code)]) == []


def test_adapters_know_neither_web_nor_tables() -> None:
    assert problems(web_in_gateways, sources("app/gateways/")) == []


@pytest.mark.parametrize("code", ["from flask import g", "from app.database import db", "import sqlalchemy"])
def test_an_adapter_that_does_is_found(code: str) -> None:
    assert problems(web_in_gateways, [Source("app/gateways/toss/x.py", code)])


def test_sandbox_and_product_share_nothing() -> None:
    assert problems(sandbox_mixed_in, sources("app/")) == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app/sandbox/toss/x.py", "from app.gateways.toss.codes import METHODS"),
        ("app/sandbox/x.py", "from app import clock"),
        ("app/web/x.py", "from app.sandbox import create_sandbox"),
        ("app/factory.py", "import app.sandbox.wire"),
    ],
)
def test_what_they_share_is_found(path: str, code: str) -> None:
    assert problems(sandbox_mixed_in, [Source(path, code)])
    assert (
        problems(
            sandbox_mixed_in, [Source("app/sandbox/x.py", "from app.sandbox import clock\nimport flask")]
        )
        == []
    )


def test_nothing_outside_of_a_gateways_folder_knows_its_name() -> None:
    assert problems(names_a_gateway, outside_of_the_gateways()) == []


@pytest.mark.parametrize(
    "code",
    ["if a.gateway == 'toss': x", "x = 'toss' in names", "from app.gateways.toss.codes import METHODS"],
)
def test_a_decision_by_the_name_of_a_gateway_is_found(code: str) -> None:
    assert problems(names_a_gateway, [Source("app/payments/x.py", code)])
    assert problems(names_a_gateway, [Source("app/payments/x.py", "x = {'gateway': 'toss'}")]) == []


def test_a_name_is_told_whole() -> None:
    assert dotted(ast.parse("a.b.c", mode="eval").body) == "a.b.c"
    assert dotted(ast.parse("f().c", mode="eval").body) == ".c"
