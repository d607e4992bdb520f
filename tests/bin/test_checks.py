import os
import sys
from pathlib import Path

import pytest

from bin import _checks, _needs
from bin._needs import Missing
from bin._run import Done, run

PASSED = Done(0, "3 passed in 0.1s")


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> dict[str, Done]:
    """What each command ends with, by its last word; PASSED for the others."""
    outcomes: dict[str, Done] = {}

    def fake(command: list[str], **others: object) -> Done:
        return outcomes.get(command[-1], PASSED)

    monkeypatch.setattr(_checks, "run", fake)
    monkeypatch.setattr(_checks, "find_postgresql", lambda root, environ: "postgresql://here")
    monkeypatch.setattr(_checks, "find_browser", lambda root, environ: "/usr/bin/chromium")
    monkeypatch.setattr(_checks, "find_node_packages", lambda root: "/node")
    return outcomes


def test_all_checks_run_even_if_an_early_one_fails(
    tree: Path, outcomes: dict[str, Done], capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes["check"] = Done(1, "")

    assert _checks.Checks(tree, {}).all() == 1

    table = capsys.readouterr().out
    assert table.count("3 passed in 0.1s") == 3
    assert "1 of 6 failed." in table


def test_a_run_that_finds_no_tests_is_a_failure(tree: Path, outcomes: dict[str, Done]) -> None:
    outcomes["e2e"] = Done(5, "no tests ran")

    assert _checks.Checks(tree, {}).all() == 1


def test_arguments_may_match_in_one_place_only(tree: Path, outcomes: dict[str, Done]) -> None:
    outcomes["e2e"] = Done(5, "no tests ran")

    assert _checks.Checks(tree, {}).only_pytest(["-k", "refund"]) == 0
    outcomes["tests"] = Done(5, "no tests ran")
    assert _checks.Checks(tree, {}).only_pytest(["-k", "refund"]) == 1


@pytest.mark.parametrize(("ci", "status", "word"), [("", 0, "skipped"), ("true", 1, "FAILED")])
def test_a_missing_database_is_skipped_aloud_and_fails_on_ci(
    tree: Path,
    outcomes: dict[str, Done],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    status: int,
    word: str,
) -> None:
    def missing(root: Path, environ: object) -> str:
        raise Missing("no PostgreSQL here")

    monkeypatch.setattr(_checks, "find_postgresql", missing)

    assert _checks.Checks(tree, {"CI": ci}).all() == status

    rows = capsys.readouterr().out.splitlines()
    assert any(row.startswith("PostgreSQL") and word in row and "no PostgreSQL" in row for row in rows)


def test_a_database_that_was_asked_for_is_never_skipped(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_needs, "_refused", lambda root, environ, url: "password needed")

    with pytest.raises(Missing) as missing:
        _needs.find_postgresql(tree, {"TEST_DATABASE_URL": "postgresql://there"})

    assert missing.value.asked_for


def test_the_last_line_of_a_check_is_kept_without_its_colours(tree: Path) -> None:
    code = "print('first'); print('\\033[32m=== 3 passed in 0.1s ===\\033[0m')"

    done = run([sys.executable, "-c", code], root=tree, environ=os.environ, timeout_s=10)

    assert done == Done(0, "3 passed in 0.1s")


def test_a_check_that_hangs_is_ended(tree: Path) -> None:
    done = run([sys.executable, "-c", "import time; time.sleep(60)"], root=tree, environ={}, timeout_s=0.3)

    assert done.timed_out
    assert done.status != 0
