import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from bin import _setup
from bin._setup import DEVELOPMENT_LOCK, RUNTIME_LOCK, Stop


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The locks that were installed, in order. The real installer needs a network."""
    locks: list[str] = []
    monkeypatch.setattr(_setup, "_install", lambda root, lock: locks.append(lock))
    return locks


@pytest.fixture
def quick_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make .venv without pip, which takes seconds."""

    def make(root: Path) -> None:
        venv.create(root / ".venv", with_pip=False, symlinks=True)

    monkeypatch.setattr(_setup, "_make", make)
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/uv")


pytestmark = pytest.mark.usefixtures("quick_venv")


def test_a_second_set_up_installs_nothing(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, RUNTIME_LOCK)
    _setup.prepare(tree, RUNTIME_LOCK)

    assert installed == [RUNTIME_LOCK]


def test_a_changed_lock_is_installed(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, RUNTIME_LOCK)
    (tree / RUNTIME_LOCK).write_text("one==2\n")

    _setup.prepare(tree, RUNTIME_LOCK)

    assert installed == [RUNTIME_LOCK, RUNTIME_LOCK]


def test_what_the_tests_need_is_enough_for_running(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, DEVELOPMENT_LOCK)
    _setup.prepare(tree, RUNTIME_LOCK)

    assert installed == [DEVELOPMENT_LOCK]


def test_what_running_needs_is_not_enough_for_the_tests(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, RUNTIME_LOCK)
    _setup.prepare(tree, DEVELOPMENT_LOCK)

    assert installed == [RUNTIME_LOCK, DEVELOPMENT_LOCK]


def test_an_interrupted_install_is_made_again(
    tree: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(_setup, "_install", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            _setup.prepare(tree, RUNTIME_LOCK)
    (tree / ".venv" / "left-over").touch()

    _setup.prepare(tree, RUNTIME_LOCK)

    assert installed == [RUNTIME_LOCK]
    assert not (tree / ".venv" / "left-over").exists()
    assert "was left half-made; making it again" in capsys.readouterr().out


def test_a_removal_that_was_cut_off_is_gone_on_with(tree: Path, installed: list[str]) -> None:
    (tree / ".venv" / "lib").mkdir(parents=True)
    (tree / ".venv" / "unfinished").touch()

    _setup.prepare(tree, RUNTIME_LOCK)

    assert _setup.is_current(tree, RUNTIME_LOCK)


def test_an_install_that_failed_in_good_order_goes_on(
    tree: Path, installed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(_setup, "_install", _give_up)
        with pytest.raises(Stop):
            _setup.prepare(tree, RUNTIME_LOCK)
    (tree / ".venv" / "left-over").touch()

    assert not _setup.is_current(tree, RUNTIME_LOCK)
    _setup.prepare(tree, RUNTIME_LOCK)

    assert (tree / ".venv" / "left-over").exists()


def test_a_venv_whose_python_is_gone_is_made_again(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, RUNTIME_LOCK)
    (tree / ".venv" / "bin" / "python").unlink()

    _setup.prepare(tree, RUNTIME_LOCK)

    assert installed == [RUNTIME_LOCK, RUNTIME_LOCK]
    assert _setup.is_current(tree, RUNTIME_LOCK)


def test_a_venv_that_was_moved_is_made_again(tree: Path, installed: list[str]) -> None:
    _setup.prepare(tree, RUNTIME_LOCK)
    stamp = tree / ".venv" / "korea-checkout.json"
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"place": "/elsewhere"}))

    assert _setup.what_is_wrong_with(tree) == "was made in another place"


def test_an_old_python_inside_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv.create(tree / ".venv", with_pip=False, symlinks=True)
    monkeypatch.setattr(_setup, "_version_of", lambda python: "3.9.2")

    assert _setup.what_is_wrong_with(tree) == "has Python 3.9.2, which is too old"


def test_a_folder_that_is_no_venv_is_left_alone(tree: Path) -> None:
    (tree / ".venv").mkdir()
    (tree / ".venv" / "thesis.txt").touch()

    with pytest.raises(Stop, match=r"\.venv is there but is not a virtual environment: move it away"):
        _setup.prepare(tree, RUNTIME_LOCK)

    assert (tree / ".venv" / "thesis.txt").exists()


def test_translations_are_compiled_only_when_older(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    po = tree / "translations" / "ko" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Pay"\nmsgstr "결제"\n'
    )
    monkeypatch.setattr(_setup, "python_of", lambda root: Path(sys.executable))

    _setup.compile_translations(tree)
    first = po.with_suffix(".mo").stat().st_mtime_ns
    _setup.compile_translations(tree)

    assert po.with_suffix(".mo").stat().st_mtime_ns == first
    os.utime(po, (time.time() + 10, time.time() + 10))
    assert _setup._is_stale(po)


def test_a_second_set_up_waits_for_the_first(tree: Path) -> None:
    script = (
        "import pathlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from bin._setup import one_at_a_time\n"
        "with one_at_a_time(pathlib.Path(sys.argv[2])): print('in')\n"
    )
    command = [sys.executable, "-c", script, str(_setup.ROOT), str(tree)]

    with _setup.one_at_a_time(tree):
        second = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        waiting = second.stdout.readline()
        assert second.poll() is None

    assert "waiting for it" in waiting
    assert second.communicate(timeout=5)[0] == "in\n"


def _interrupt(root: Path, lock: str) -> None:
    raise KeyboardInterrupt


def _give_up(root: Path, lock: str) -> None:
    raise Stop("no network")
