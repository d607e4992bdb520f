import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from bin._setup import ROOT
from bin._supervisor import how_it_ended

SLEEPER = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
DYING = "import sys, time; time.sleep(0.3); print('last words', flush=True); sys.exit(3)"

SUPERVISE = """
import os, sys
from pathlib import Path
from bin import _supervisor
_supervisor.PATIENCE_S = 0.5
programs = [_supervisor.Program(f"p{n}", [sys.executable, "-c", code]) for n, code in enumerate(sys.argv[1:])]
supervisor = _supervisor.Supervisor(programs, root=Path.cwd(), environ=os.environ, colour=False)
sys.exit(supervisor.run(waiting_for=lambda: None, when_ready=lambda: print("ready", flush=True), timeout_s=5))
"""


def test_ctrl_c_ends_every_program_and_is_no_failure() -> None:
    supervisor = _supervise(SLEEPER, SLEEPER)
    pids = _read_pids(supervisor, 2)

    supervisor.send_signal(signal.SIGINT)
    output, _ = supervisor.communicate(timeout=5)

    assert supervisor.returncode == 0
    assert "Stopping" in output
    assert not any(_is_alive(pid) for pid in pids)


def test_a_program_that_ignores_term_is_killed() -> None:
    supervisor = _supervise(STUBBORN)
    pids = _read_pids(supervisor, 1)

    supervisor.send_signal(signal.SIGTERM)
    supervisor.communicate(timeout=5)

    assert not _is_alive(pids[0])


def test_a_program_that_ends_by_itself_is_named_and_ends_the_others() -> None:
    supervisor = _supervise(SLEEPER, DYING)
    pids = _read_pids(supervisor, 1)

    output, _ = supervisor.communicate(timeout=5)

    assert supervisor.returncode == 1
    assert "p1 | last words" in output
    assert "The p1 ended by itself (exit status 3); stopping the others." in output
    assert not _is_alive(pids[0])


def test_nothing_is_left_when_the_supervisor_is_killed() -> None:
    supervisor = _supervise(SLEEPER)
    pids = _read_pids(supervisor, 1)

    supervisor.kill()
    supervisor.communicate(timeout=5)

    if sys.platform.startswith("linux"):
        assert not _is_alive(pids[0])


def test_the_end_of_a_program_is_told_in_words() -> None:
    assert how_it_ended(3) == "exit status 3"
    assert how_it_ended(-9) == "killed by SIGKILL"


def _supervise(*codes: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, *codes],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _read_pids(supervisor: subprocess.Popen[str], count: int) -> list[int]:
    assert supervisor.stdout is not None
    pids: list[int] = []
    for line in supervisor.stdout:
        if "| pid " in line:
            pids.append(int(line.rpartition(" ")[2]))
        if len(pids) == count:
            break
    return pids


def _is_alive(pid: int) -> bool:
    for _ in range(40):  # a process killed from afar takes a moment
        status = Path(f"/proc/{pid}/stat")
        try:
            os.kill(pid, 0)
            if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except (ProcessLookupError, FileNotFoundError):
            return False
        time.sleep(0.05)
    return True
