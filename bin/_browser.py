"""The browser of the journeys in e2e/: the system's Chromium, or Playwright's own."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bin._needs import Missing
from bin._progress import Progress
from bin._setup import python_of

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
)


def find_browser(root: Path, environ: Mapping[str, str]) -> str:
    """The path of a Chromium that starts. Raises Missing."""
    given = environ.get("CHROMIUM_PATH")
    if given:
        if not _starts(given):
            raise Missing(f"CHROMIUM_PATH={given} does not start", asked_for=True)
        return given
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return _playwrights_own(root)


def _playwrights_own(root: Path) -> str:
    path = _path_of_playwrights_own(root)
    if not Path(path).exists():
        with Progress("No Chromium here; installing Playwright's own"):
            command = [str(python_of(root)), "-m", "playwright", "install", "chromium"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not Path(path).exists():
            raise Missing("no browser: install chromium (Playwright's own could not be fetched)")
    if not _starts(path):
        raise Missing(
            "Playwright's Chromium lacks libraries: sudo .venv/bin/playwright install-deps chromium"
        )
    return path


def _path_of_playwrights_own(root: Path) -> str:
    done = subprocess.run(
        [python_of(root), "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout.strip():
        raise Missing("no browser: install chromium (Playwright does not start either)")
    return done.stdout.strip()


def _starts(path: str) -> bool:
    try:
        return (
            subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
