"""bin/fuzz, first half: see that .venv is there, then go on under its Python."""

import os
import sys

from bin._setup import DEVELOPMENT_LOCK, ROOT, Stop, one_at_a_time, prepare, python_of


def main(arguments: list[str]) -> int:
    """Returns only when it cannot go on."""
    try:
        with one_at_a_time(ROOT):
            prepare(ROOT, DEVELOPMENT_LOCK)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    os.chdir(ROOT)
    python = str(python_of(ROOT))
    os.execve(python, [python, "-m", "tests.fuzz.long", *arguments], dict(os.environ))
