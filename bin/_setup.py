"""What bin/dev and bin/test share: the virtual environment with the locked packages, and the translations."""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bin._progress import Progress, say

ROOT = Path(__file__).resolve().parent.parent
RUNTIME_LOCK = "deploy/requirements.txt"
DEVELOPMENT_LOCK = "deploy/requirements-dev.txt"  # holds everything of the other, and the tools
NAMES_A_PACKAGE = ("Collecting ", "Requirement already satisfied:")  # so begin pip's lines


class Stop(Exception):
    """The command cannot go on. Its text is one sentence for the person who ran it."""


@contextlib.contextmanager
def one_at_a_time(root: Path) -> Iterator[None]:
    """Hold the set-up lock; a second set-up of the same tree waits here."""
    (root / "var").mkdir(exist_ok=True)
    with (root / "var" / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this tree is running; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(root: Path, lock: str) -> None:
    """Make .venv, install `lock`, compile the translations, each only where needed. Call it one at a time."""
    if not is_current(root, lock):
        _set_up(root, lock)
    compile_translations(root)


def python_of(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


# --- the virtual environment ---


def is_current(root: Path, lock: str) -> bool:
    """Whether .venv was finished, in this very place, with `lock` as it now is."""
    try:
        stamp = json.loads(_stamp(root).read_text())
        return (
            not _unfinished(root).exists()
            and stamp["place"] == str(root)
            and stamp["locks"].get(lock) == _hash(root / lock)
            and stamp["python"] == _version_of(python_of(root))
        )
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def _set_up(root: Path, lock: str) -> None:
    venv = root / ".venv"
    problem = what_is_wrong_with(root)
    if problem:
        say(f"The virtual environment .venv {problem}; making it again.")
        _remove(root)
    _stamp(root).unlink(missing_ok=True)
    if not venv.exists():
        _make(root)
    _unfinished(root).touch()
    try:
        _install(root, lock)
    except Stop:
        _unfinished(root).unlink()  # the installer gave up in good order, unlike one that was cut off
        raise
    _unfinished(root).unlink()
    _write_stamp(root, lock)


def what_is_wrong_with(root: Path) -> str | None:
    """Why .venv must be made again; None when it is usable or not there. Stops at what is not ours."""
    venv = root / ".venv"
    if not os.path.lexists(venv):
        return None
    if venv.is_symlink() and not venv.exists():
        raise Stop(".venv is a link that leads nowhere: remove it, then run this again.")
    if _unfinished(root).exists():
        problem: str | None = "was left half-made"
    elif not (venv / "pyvenv.cfg").exists() and any(venv.iterdir()):
        raise Stop(".venv is there but is not a virtual environment: move it away, then run this again.")
    else:
        problem = _what_is_wrong_inside(root)
    if problem and venv.is_symlink():
        raise Stop(
            f".venv is a link to a virtual environment that {problem}: remove it, then run this again."
        )
    return problem


def _what_is_wrong_inside(root: Path) -> str | None:
    version = _version_of(python_of(root))
    if version is None:
        return "has no Python that runs"
    if tuple(map(int, version.split(".")[:2])) < (3, 11):
        return f"has Python {version}, which is too old"
    try:
        if json.loads(_stamp(root).read_text())["place"] != str(root):
            return "was made in another place"
    except (OSError, ValueError, KeyError, TypeError):
        pass
    if (
        not shutil.which("uv")
        and subprocess.run([python_of(root), "-c", "import pip"], capture_output=True).returncode
    ):
        return "has no pip"
    return None


def _remove(root: Path) -> None:
    """The mark goes last: cut off in the middle, .venv is still known as ours and half-made."""
    mark = _unfinished(root)
    mark.touch()
    for path in (root / ".venv").iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != mark:
            path.unlink()
    shutil.rmtree(root / ".venv")


def _make(root: Path) -> None:
    python = getattr(sys, "_base_executable", None) or sys.executable
    uv = shutil.which("uv")
    if not uv and not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = "{}.{}".format(*sys.version_info)
        raise Stop(
            f"Python {version} is here without its venv module: sudo apt-get install python{version}-venv, "
            "then run this again."
        )
    (root / ".venv").mkdir()
    _unfinished(root).touch()
    with Progress("Making .venv"):
        if uv:
            command = [uv, "venv", "--quiet", "--allow-existing", "--python", python, str(root / ".venv")]
        else:
            command = [python, "-m", "venv", str(root / ".venv")]
        made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        print(made.stdout + made.stderr, file=sys.stderr)
        raise Stop("The virtual environment .venv could not be made; the reason stands above.")


def _install(root: Path, lock: str) -> None:
    uv = shutil.which("uv")
    if uv and _install_with(_uv_command(uv, root, lock), root, lock) == 0:
        return
    if uv:
        say("uv did not manage; trying pip.")
        subprocess.run([python_of(root), "-m", "ensurepip"], capture_output=True)
    if _install_with(_pip_command(root, lock), root, lock):
        raise Stop(f"The packages of {lock} could not be installed; the reason stands above.")


def _uv_command(uv: str, root: Path, lock: str) -> list[str]:
    options = ["--compile-bytecode", "--require-hashes", "--python", str(python_of(root))]
    return [uv, "pip", "install", *options, "-r", lock]


def _pip_command(root: Path, lock: str) -> list[str]:
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--require-hashes"]
    return [str(python_of(root)), "-m", "pip", "install", *options, "-r", lock]


def _install_with(command: list[str], root: Path, lock: str) -> int:
    """Run the installer, count the packages as it names them, and show its last lines only if it fails."""
    total = _count_of_packages(root / lock)
    seen: list[str] = []
    with Progress(f"Installing {total} packages") as progress, _started(command, root) as installer:
        try:
            assert installer.stdout is not None
            for line in installer.stdout:
                seen.append(line)
                if line.startswith("Installing collected packages"):
                    progress.show("unpacking")
                elif line.startswith(NAMES_A_PACKAGE):
                    progress.show(
                        f"{min(sum(old.startswith(NAMES_A_PACKAGE) for old in seen), total)} of {total}"
                    )
            progress.failed = installer.wait() != 0
        except BaseException:
            installer.kill()
            raise
    if installer.returncode:
        print("".join(seen[-15:]), file=sys.stderr)
    return installer.returncode


def _started(command: list[str], root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PIP_USER": "0"},
    )


def _count_of_packages(lock: Path) -> int:
    return sum(
        "==" in line and "win32" not in line for line in lock.read_text().splitlines() if line[:1].isalnum()
    )


def _write_stamp(root: Path, lock: str) -> None:
    locks = [RUNTIME_LOCK, DEVELOPMENT_LOCK] if lock == DEVELOPMENT_LOCK else [lock]
    stamp = {
        "place": str(root),
        "python": _version_of(python_of(root)),
        "locks": {name: _hash(root / name) for name in locks if (root / name).exists()},
    }
    _stamp(root).write_text(json.dumps(stamp, indent=2) + "\n")


def _version_of(python: Path) -> str | None:
    try:
        question = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
        return subprocess.check_output(
            [python, "-I", "-S", "-c", question], stderr=subprocess.DEVNULL, text=True
        ).strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp(root: Path) -> Path:
    return root / ".venv" / "korea-checkout.json"


def _unfinished(root: Path) -> Path:
    return root / ".venv" / "unfinished"


# --- translations ---


def compile_translations(root: Path) -> None:
    """Compile each .po that is newer than its .mo."""
    stale = [po for po in sorted(root.glob("translations/*/LC_MESSAGES/*.po")) if _is_stale(po)]
    if not stale:
        return
    with Progress("Compiling translations"):
        for po in stale:
            _compile(root, po)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(root: Path, po: Path) -> None:
    mo = po.with_suffix(".mo")
    command = [str(python_of(root)), "-m", "babel.messages.frontend", "compile"]
    command += ["-i", str(po), "-o", str(mo), "-l", po.parent.parent.name]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode or not mo.exists():
        print(made.stdout + made.stderr, file=sys.stderr)
        raise Stop(f"{po.relative_to(root)} could not be compiled; the reason stands above.")
