"""The units of systemd, as systemd reads them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT
from tests.support.processes import needed_program

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
HOME = "/opt/korea-checkout"


def commands(unit: Path) -> list[list[str]]:
    return [
        shlex.split(line.partition("=")[2])
        for line in unit.read_text().splitlines()
        if line.startswith(("ExecStart=", "ExecStartPre="))
    ]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_it(unit: Path, tmp_path: Path) -> None:
    """In a tree of its own, as nothing is installed here."""
    program = needed_program("systemd-analyze", package="systemd")
    for name in {Path(command[0]).name for command in commands(unit)}:
        made = tmp_path / ".venv" / "bin" / name
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text("#!/bin/sh\n")
        made.chmod(0o755)
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace(HOME, str(tmp_path)))

    told = subprocess.run(
        [program, "verify", "--man=no", str(copy)], capture_output=True, text=True, timeout=60
    )

    # About the machine's own units it may complain as it likes.
    assert [line for line in told.stderr.splitlines() if "korea-checkout" in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_what_it_runs_is_installed(unit: Path) -> None:
    for command in commands(unit):
        assert command[0].startswith(f"{HOME}/.venv/bin/")
        assert (Path(sys.executable).parent / Path(command[0]).name).exists()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_it_may_write_its_own_folder_alone_and_is_no_root(unit: Path) -> None:
    text = unit.read_text()

    for line in ("User=korea-checkout", "ProtectSystem=strict", "NoNewPrivileges=yes", "Restart=always"):
        assert f"\n{line}\n" in text
    assert re.findall(r"^(?:StateDirectory|ReadWritePaths)=(.*)$", text, re.MULTILINE) == ["korea-checkout"]
