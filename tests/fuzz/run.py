"""schemathesis against a live server, from the API's own document. `bin/fuzz` runs it long, test_fuzz.py short."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.settings import ROOT
from tests.spec.live import running
from tests.support.databases import sqlite_database

CONFIG = Path(__file__).parent / "schemathesis.toml"
GENERATED = re.compile(r"^\s*(\d[\d,]*) generated", re.MULTILINE)


@dataclass(frozen=True)
class Fuzzed:
    """requests: how many were sent. passed: no 5xx, and no answer that the document does not say."""

    requests: int
    passed: bool
    report: str


def fuzz(*, examples: int, seed: int, stateful: bool = True) -> Fuzzed:
    """examples: how many each operation gets in the fuzzing and the stateful phase."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        with sqlite_database(folder) as url, running(url, folder) as live:
            phases = "examples,coverage,fuzzing" + (",stateful" if stateful else "")
            command = [
                str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(CONFIG), "run",
                f"{live.url}/api/openapi.json", "--header", f"x-api-key: {live.world.test_key}", "--checks", "all",
                "--phases", phases, "--max-examples", str(examples), "--seed", str(seed), "--workers", "2",
                "--continue-on-failure", "--no-color", "--generation-database", "none",
            ]  # fmt: skip
            ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            return Fuzzed(_requests_in(ran.stdout), ran.returncode == 0, ran.stdout + ran.stderr)


def _requests_in(report: str) -> int:
    found = GENERATED.search(report)
    return int(found[1].replace(",", "")) if found else 0
