"""bin/bench, first half: see that .venv and PostgreSQL are there, then go on under the Python of .venv."""

import os
import sys

from bench.options import options_from
from bin._needs import Missing, find_postgresql
from bin._setup import ROOT, RUNTIME_LOCK, Stop, one_at_a_time, prepare, python_of


def main(arguments: list[str]) -> int:
    """Returns only when it cannot go on."""
    options_from(arguments)
    try:
        with one_at_a_time(ROOT):
            prepare(ROOT, RUNTIME_LOCK)
        server = find_postgresql(ROOT, os.environ)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except Missing as missing:
        print(f"bin/bench needs PostgreSQL: {missing}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    os.chdir(ROOT)
    python = str(python_of(ROOT))
    os.execve(python, [python, "-m", "bench.run", *arguments], {**os.environ, "TEST_DATABASE_URL": server})
