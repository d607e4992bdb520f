"""The image and what is started of it: built here step by step, as no container engine is at hand."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.settings import ROOT
from tests.rules.test_documented import READ_ELSEWHERE, rows_of_settings
from tests.support.processes import answers, free_port, wait_until

DEPLOY, BIN = ROOT / "deploy", Path(sys.executable).parent
STEPS = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the image has in its own, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in (step.split()[1:] for step in STEPS if step.startswith("COPY")):
        if (ROOT / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.mo")
            shutil.copytree(ROOT / source, folder / target, ignore=ignored)
        else:
            (folder / target).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, folder / target)
    (folder / "var").mkdir()
    compiling = next(step for step in STEPS if "pybabel" in step)
    run(folder, compiling.removeprefix("RUN ").partition(" && ")[0])
    return folder


def environ(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HOME": str(folder),
        "SECRET_KEY": "s" * 32,
        "MASTER_KEYS": f"a:{'A' * 43}=",
        "CHECKOUT_URL": "https://pay.example.com",
    }


def run(folder: Path, command: str) -> None:
    done = subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=environ(folder), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def starts(folder: Path, command: str, port: int) -> subprocess.Popen[bytes]:
    """With the port of the command replaced."""
    parts = shlex.split(command)
    if "--port" in parts:
        parts[parts.index("--port") + 1] = str(port)
        parts[parts.index("--host") + 1] = "127.0.0.1"
    with (folder / f"{port}.log").open("wb") as log:
        return subprocess.Popen(parts, cwd=folder, env=environ(folder), stdout=log, stderr=log)


def test_the_image_runs_all_that_is_started_of_it(image: Path) -> None:
    run(image, SERVICES["migrate"]["command"])
    of_image = shlex.join(json.loads(next(step for step in STEPS if step.startswith("CMD"))[4:]))
    commands = {
        name: service.get("command", of_image)
        for name, service in SERVICES.items()
        if service.get("image") == "korea-checkout" and name != "migrate"
    }
    ports = {name: free_port() for name in commands}

    running = {name: starts(image, command, ports[name]) for name, command in commands.items()}

    try:
        assert set(running) == {"web", "worker", "sandbox"}
        wait_until(lambda: answers(f"http://127.0.0.1:{ports['web']}/readyz"), "the web server is ready")
        wait_until(lambda: answers(f"http://127.0.0.1:{ports['sandbox']}/healthz"), "the sandbox is ready")
        # Before it says so, a worker has not yet said what a SIGTERM is to mean.
        wait_until(
            lambda: "worker.started" in (image / f"{ports['worker']}.log").read_text(), "a worker works"
        )
        wait_until(lambda: "Started worker-2" in (image / f"{ports['web']}.log").read_text(), "all are there")
        assert {name: program.poll() for name, program in running.items()} == dict.fromkeys(running)
    finally:
        for program in running.values():
            program.terminate()
        ended = [program.wait(timeout=100) for program in running.values()]
    assert ended == [0, 0, 0]


def test_the_image_has_every_language(image: Path) -> None:
    for language in (ROOT / "translations").iterdir():
        assert (image / "translations" / language.name / "LC_MESSAGES" / "messages.mo").is_file()


def test_what_the_product_imports_is_among_what_is_installed() -> None:
    lock = set(re.findall(r"^([a-z0-9-]+)==", (DEPLOY / "requirements.txt").read_text(), re.MULTILINE))
    owners = packages_distributions()

    missing = {
        name
        for name in imported()
        if name not in sys.stdlib_module_names and name != "app"
        if not lock & {owner.lower().replace("_", "-").replace(".", "-") for owner in owners[name]}
    }

    assert missing == set()


def imported() -> set[str]:
    """Names of packages, of the whole product."""
    nodes = [node for file in (ROOT / "app").rglob("*.py") for node in ast.walk(ast.parse(file.read_text()))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    whole = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return {name.partition(".")[0] for name in plain | whole}


def test_what_the_services_are_told_is_a_setting() -> None:
    known = {*rows_of_settings((ROOT / "README.md").read_text()), *READ_ELSEWHERE}

    for service in ("migrate", "web", "worker", "sandbox"):
        assert set(SERVICES[service]["environment"]) <= known


def test_the_edge_is_told_by_its_own_variables() -> None:
    known = set(re.findall(r"\{\$(EDGE_[A-Z_]+)", (DEPLOY / "Caddyfile").read_text()))

    assert set(SERVICES["edge"]["environment"]) <= known


def test_only_the_edge_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["edge"]
    assert {"database", "redis"} <= set(SERVICES)
    assert all(service["networks"] == ["inside"] for service in SERVICES.values())


def test_what_has_to_survive_is_kept_in_volumes() -> None:
    kept = {
        volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])
    }

    assert set(COMPOSE["volumes"]) == {one for one in kept if not one.startswith(".")}
    for one in sorted(one for one in kept if one.startswith(".")):
        assert (DEPLOY / one).is_file()


def test_the_edge_may_ask_from_its_network_and_from_nowhere_else() -> None:
    [network] = COMPOSE["networks"]["inside"]["ipam"]["config"]
    told = SERVICES["web"]["environment"]

    assert told["EDGE_NETWORKS"] == network["subnet"]
    assert SERVICES["edge"]["environment"]["EDGE_ASK"] == f"http://{told['MORE_HOSTS']}:8000/edge/ask"
    assert told["TRUSTED_PROXIES"] == "1"
