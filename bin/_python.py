"""Find a Python that is new enough before anything else is imported.

This file runs on old Pythons too: keep its grammar plain (no f-strings, no match, no `X | None`).
"""

import importlib
import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")


def run(module: str) -> None:
    """Import `module` and end with what its main(arguments) returns; under a newer Python if need be."""
    if sys.version_info[:2] < NEEDED:
        _start_again_with(_newer_python())
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(importlib.import_module(module).main(sys.argv[1:]))


def _newer_python() -> str:
    for name in NAMES:
        path = shutil.which(name)
        if path and _is_new_enough(path):
            return path
    here = ".".join(str(number) for number in sys.version_info[:2])
    sys.exit("Python 3.11 or newer is needed and this is " + here + ": install one, then run this again.")


def _is_new_enough(path: str) -> bool:
    """Version managers put names on PATH that do not run, so ask rather than believe the name."""
    question = "import sys; sys.exit(sys.version_info[:2] < " + repr(NEEDED) + ")"
    with open(os.devnull, "wb") as nowhere:
        return subprocess.call([path, "-c", question], stdout=nowhere, stderr=nowhere) == 0


def _start_again_with(python: str) -> None:
    os.execv(python, [python, *sys.argv])  # noqa: S606 - the same script, no shell wanted
