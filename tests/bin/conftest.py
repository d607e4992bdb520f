import os
import random
import socket
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # bin/ is no package of the application, so nothing else puts it there


@pytest.fixture
def free_port() -> int:
    """The first of three neighbouring ports that nobody uses, out of a range of this test process alone."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 20
    # A random place in it, so that two runs at once seldom meet; all below what the system hands out by itself.
    ports = list(range(10_000 + worker * 900, 10_900 + worker * 900, 3))
    random.shuffle(ports)
    for port in ports:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            try:
                for offset, trial in enumerate((first, second, third)):
                    trial.bind(("127.0.0.1", port + offset))
            except OSError:
                continue
            return port
    raise AssertionError("no three free ports")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with the two locks and nothing else."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "requirements.txt").write_text("one==1\n")
    (tmp_path / "deploy" / "requirements-dev.txt").write_text("one==1\ntwo==2\n")
    return tmp_path
