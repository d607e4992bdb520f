"""What the checks need beyond packages: a PostgreSQL that lets us in."""

import getpass
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bin._setup import python_of

LOCAL = ("127.0.0.1", 5432)
LOG_IN = "import os, psycopg; psycopg.connect(os.environ['URL'], connect_timeout=5).close()"


class Missing(Exception):
    """Something is not there. asked_for: the environment names it, so doing without is no choice."""

    def __init__(self, reason: str, *, asked_for: bool = False) -> None:
        super().__init__(reason)
        self.asked_for = asked_for


def find_postgresql(root: Path, environ: Mapping[str, str]) -> str:
    """The address of a PostgreSQL to test on. Raises Missing."""
    given = environ.get("TEST_DATABASE_URL")
    if given:
        reason = _refused(root, environ, given)
        if reason:
            raise Missing(f"TEST_DATABASE_URL does not let us in: {reason}", asked_for=True)
        return given
    try:
        socket.create_connection(LOCAL, timeout=2).close()
    except OSError:
        raise Missing("no PostgreSQL: nothing on 127.0.0.1:5432, and TEST_DATABASE_URL is not set") from None
    users = list(dict.fromkeys(["postgres", getpass.getuser()]))
    for user in users:
        url = f"postgresql://{user}@127.0.0.1:5432/postgres"
        if not _refused(root, environ, url):
            return url
    names = " nor ".join(users)
    raise Missing(f"PostgreSQL on 127.0.0.1:5432 does not let in {names}: set TEST_DATABASE_URL")


def _refused(root: Path, environ: Mapping[str, str], url: str) -> str | None:
    """Why we cannot log in; None when we can."""
    tried = subprocess.run(
        [python_of(root), "-c", LOG_IN],
        env={**environ, "URL": url.replace("+psycopg", "", 1)},
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode == 0:
        return None
    return (tried.stderr.strip().splitlines() or ["no answer"])[-1]
