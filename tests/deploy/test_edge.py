"""The Caddyfile, as the real Caddy reads it. e2e/test_custom_domain.py runs it."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from tests.support.processes import needed_program

DEPLOY = ROOT / "deploy"
NAMES = {"EDGE_HOSTS": "pay.example.com, api.example.com", "EDGE_SANDBOX_HOST": "sandbox.example.com"}


def caddy(command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """ "validate" or "adapt"."""
    arguments = ["--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    return subprocess.run(
        [needed_program("caddy", package="caddy"), command, *arguments],
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def edge() -> dict[str, Any]:
    adapted = caddy("adapt", **NAMES)
    assert adapted.returncode == 0, adapted.stderr
    content: dict[str, Any] = json.loads(adapted.stdout)["apps"]
    return content


def named(content: Any, key: str) -> Iterator[Any]:
    """Every value under this key, wherever it is."""
    if isinstance(content, dict):
        yield from (value for name, value in content.items() if name == key)
        content = list(content.values())
    if isinstance(content, list):
        for part in content:
            yield from named(part, key)


@pytest.mark.parametrize("environ", [{"EDGE_HOSTS": "pay.example.com"}, NAMES], ids=["least", "all"])
def test_caddy_takes_it(environ: dict[str, str], tmp_path: Path) -> None:
    told = caddy("validate", **{**environ, "HOME": str(tmp_path)})

    assert told.returncode == 0, told.stderr
    assert "Valid configuration" in told.stdout + told.stderr


def test_an_edge_without_names_does_not_start(tmp_path: Path) -> None:
    assert caddy("validate", HOME=str(tmp_path)).returncode != 0


def test_we_are_asked_before_a_name_gets_a_certificate(edge: dict[str, Any]) -> None:
    automation = edge["tls"]["automation"]

    assert automation["on_demand"]["ask"] == "http://127.0.0.1:8000/edge/ask"
    assert {"on_demand": True} in automation["policies"]


def test_sizes_and_times_have_limits(edge: dict[str, Any]) -> None:
    [server] = edge["http"]["servers"].values()

    limits = ("read_header_timeout", "read_timeout", "write_timeout", "idle_timeout", "max_header_bytes")
    assert [name for name in limits if not server.get(name)] == []
    assert set(named(server, "max_size")) == {1_000_000}


def test_no_other_proxy_is_believed(edge: dict[str, Any]) -> None:
    assert list(named(edge, "trusted_proxies")) == []
    for proxied in [one for one in named(edge, "request") if "delete" in one]:
        assert proxied["delete"] == ["X-Forwarded-Host", "Forwarded"]


def test_what_is_for_the_edge_and_the_machine_alone_is_not_passed_on(edge: dict[str, Any]) -> None:
    closed = [paths for paths in named(edge, "path") if isinstance(paths, list)]

    assert closed.count(["/edge", "/edge/*", "/metrics"]) == 2
    assert closed.count(["/", "*/console*", "*/sim/*"]) == 1


def test_every_variable_of_the_edge_is_documented() -> None:
    used = set(re.findall(r"\{\$(EDGE_[A-Z_]+)", (DEPLOY / "Caddyfile").read_text()))
    table = set(re.findall(r"^\| `(EDGE_[A-Z_]+)` \|", (DEPLOY / "README.md").read_text(), re.MULTILINE))

    assert used == table
