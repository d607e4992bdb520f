"""bin/test: set up what is missing, run every check, say at the end what ran and what did not."""

import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bin._browser import find_browser
from bin._needs import Missing, find_postgresql
from bin._node import find_node_packages
from bin._progress import say
from bin._run import run
from bin._setup import DEVELOPMENT_LOCK, ROOT, Stop, one_at_a_time, prepare, python_of

HELP = """Usage: bin/test [arguments for pytest]

Without arguments: runs every check, all of them even when one fails, and ends with a table.
  ruff check, ruff format --check, mypy
  tests/ on SQLite and on PostgreSQL
  e2e/ in a browser, two journeys at a time; how heavy and how fast a first visit is, by itself
With arguments: runs only pytest with them, in tests/ and e2e/ unless paths are given:
  bin/test -k refund      bin/test tests/payments -x      bin/test e2e/test_buyer_pays_by_card.py

Settings come from the environment:
  TEST_DATABASE_URL   a PostgreSQL that may be written to; else one on 127.0.0.1:5432 is used if it lets us in
  CHROMIUM_PATH       the browser; else the system's Chromium, else Playwright's own is installed
  SPEC_FILE           the merchants' documentation, whose samples are run by curl and node; else looked for in
                      ../shared/spec, and where it is not, those tests are skipped and say so
  CI=true             a missing PostgreSQL or browser is a failure; else it is skipped, and the table says so
"""
TIME_LIMIT_S = 75 * 60
BUDGET = "e2e/test_first_visit_is_light.py"  # looks at the clock, so nothing runs beside it
NO_TESTS = 5  # pytest's exit status when it found none
STYLES = {"passed": "32", "FAILED": "1;31", "skipped": "33"}


@dataclass(frozen=True)
class Result:
    name: str
    outcome: str  # passed, FAILED or skipped
    detail: str
    took_s: float = 0.0


def main(arguments: list[str]) -> int:
    if arguments in (["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # it is a real file here
    try:
        with one_at_a_time(ROOT):
            prepare(ROOT, DEVELOPMENT_LOCK)
        return (
            Checks(ROOT, os.environ).only_pytest(arguments) if arguments else Checks(ROOT, os.environ).all()
        )
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


class Checks:
    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self._root = root
        self._environ = {**environ, "PYTHONUTF8": "1"}
        self._on_ci = environ.get("CI", "").lower() in ("true", "1")
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in environ
        self._deadline = time.monotonic() + TIME_LIMIT_S
        self._results: list[Result] = []

    def all(self) -> int:
        self._check("ruff check", ["ruff", "check"])
        self._check("ruff format --check", ["ruff", "format", "--check"])
        self._check("mypy", ["mypy"])
        tests = ["pytest", "-n", "2", "tests"]
        self._have_postgresql("PostgreSQL")
        self._have_node_packages("npm packages")
        self._check("tests", tests)  # one run on both databases; what needs a missing one says so
        if self._have_browser("browser journeys"):
            self._check(
                "browser journeys", ["pytest", "-n", "2", "--dist", "loadfile", f"--ignore={BUDGET}", "e2e"]
            )
            self._check("first visit", ["pytest", BUDGET])
        return self._conclude()

    def only_pytest(self, arguments: list[str]) -> int:
        """tests/ and e2e/ run one after the other, and journeys one by one: whoever asks for some wants to look."""
        paths = [argument for argument in arguments if self._is_path(argument)]
        options = [argument for argument in arguments if argument not in paths]
        journeys = [path for path in paths if self._is_journey(path)]
        tests = [path for path in paths if path not in journeys]
        self._deadline = float("inf")  # whoever sits in the debugger is not hurried
        if tests or not paths:
            self._have_postgresql("PostgreSQL")
            self._have_node_packages("npm packages")
            self._check("tests", ["pytest", *_in_parallel(options), *options, *(tests or ["tests"])])
        if (journeys or not paths) and self._have_browser("browser journeys"):
            self._check("browser journeys", ["pytest", *options, *(journeys or ["e2e"])])
        if not paths and options:
            self._forgive_empty()
        return self._conclude()

    def _check(self, name: str, command: list[str]) -> None:
        say(f"\n── {name} " + "─" * max(3, 70 - len(name)))
        environ = dict(self._environ)
        if self._colour:
            environ["FORCE_COLOR"] = "1"
        started = time.monotonic()
        command = [str(python_of(self._root)), "-m", *command]
        done = run(command, root=self._root, environ=environ, timeout_s=self._deadline - started)
        outcome = "passed" if done.status == 0 else "FAILED"
        detail = done.last_line if "pytest" in command else ""
        if done.timed_out:
            detail = f"stopped: bin/test was longer than {TIME_LIMIT_S // 60} minutes"
        elif done.status == NO_TESTS and "pytest" in command:
            detail = "pytest found no tests"
        self._results.append(Result(name, outcome, detail, time.monotonic() - started))

    def _have_postgresql(self, name: str) -> bool:
        try:
            self._environ["TEST_DATABASE_URL"] = find_postgresql(self._root, self._environ)
        except Missing as missing:
            self._miss(name, missing)
            return False
        return True

    def _have_node_packages(self, name: str) -> None:
        try:
            self._environ["NODE_PATH"] = find_node_packages(self._root)
        except Missing as missing:
            self._miss(name, missing)

    def _have_browser(self, name: str) -> bool:
        try:
            self._environ["CHROMIUM_PATH"] = find_browser(self._root, self._environ)
        except Missing as missing:
            self._miss(name, missing)
            return False
        return True

    def _miss(self, name: str, missing: Missing) -> None:
        """Nothing is skipped that was asked for by name, nor on CI."""
        failed = self._on_ci or missing.asked_for
        self._results.append(Result(name, "FAILED" if failed else "skipped", str(missing)))
        say(f"\n── {name}: {'FAILED' if failed else 'skipped'}: {missing}")

    def _is_path(self, argument: str) -> bool:
        return not argument.startswith("-") and (self._root / argument.partition("::")[0]).exists()

    def _is_journey(self, path: str) -> bool:
        return (self._root / path.partition("::")[0]).resolve().is_relative_to(self._root / "e2e")

    def _forgive_empty(self) -> None:
        """`-k refund` may well match nothing in one of the two; that is fine as long as the other ran."""
        if any(result.outcome == "passed" for result in self._results):
            self._results = [
                Result(result.name, "skipped", "nothing there was asked for", result.took_s)
                if result.detail == "pytest found no tests"
                else result
                for result in self._results
            ]

    def _conclude(self) -> int:
        say("\n" + "\n".join(table(self._results, colour=self._colour)))
        failed = sum(result.outcome == "FAILED" for result in self._results)
        say(f"\n{failed} of {len(self._results)} failed." if failed else "\nNothing failed.")
        return 1 if failed else 0


def _in_parallel(options: list[str]) -> list[str]:
    """Two processes, unless the caller chose or wants to look inside one."""
    chosen = any(
        option.startswith(("-n", "--numprocesses", "--dist", "--pdb", "--trace")) for option in options
    )
    return [] if chosen else ["-n", "2"]


def table(results: Iterable[Result], *, colour: bool) -> list[str]:
    results = list(results)
    width = max(len(result.name) for result in results)
    lines = []
    for result in results:
        outcome = f"{result.outcome:<7}"
        if colour:
            outcome = f"\033[{STYLES[result.outcome]}m{outcome}\033[0m"
        took = f"{result.took_s:6.1f} s" if result.took_s else " " * 8
        lines.append(f"{result.name:<{width}}  {outcome}  {took}  {result.detail}".rstrip())
    return lines
