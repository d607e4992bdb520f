"""Bring a database up to date and put the demo merchant in, both only where needed."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bin._progress import Progress
from bin._setup import Stop, python_of

SEED_FIELDS = ("apiKey", "shopId", "webhookSecret")

# Runs in .venv, where the driver is: prints the versions as JSON, or null when there is no table of them.
ASK_POSTGRESQL = """
import json, os, psycopg
try:
    with psycopg.connect(os.environ["URL"], connect_timeout=5) as connection:
        rows = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1").fetchall()
    print(json.dumps([row[0] for row in rows]))
except psycopg.errors.UndefinedTable:
    print("null")
"""


def migrate(root: Path, environ: Mapping[str, str], entry: dict[str, Any]) -> None:
    """entry: what is remembered of this database; where the two differ, it is migrated again."""
    url = environ["DATABASE_URL"]
    wanted = stamp_of_migrations(root, url)
    found = versions_in(root, url)
    if found and entry.get("migrations") == wanted and entry.get("versions") == found:
        return
    if not found:
        entry.pop("demo", None)  # an empty database: what was seeded is gone with the old one
    with Progress("Creating the database" if not found else "Migrating the database"):
        _flask(root, environ, "db", "upgrade", problem="The database could not be migrated")
    entry["migrations"] = wanted
    entry["versions"] = versions_in(root, url)


def seed(
    root: Path, environ: Mapping[str, str], entry: dict[str, Any], *, webhook_url: str
) -> dict[str, str]:
    """The demo merchant's key, shop and webhook secret."""
    demo = entry.get("demo", {})
    if entry.get("webhookUrl") != webhook_url or not all(demo.get(field) for field in SEED_FIELDS):
        with Progress("Seeding the demo merchant"):
            command = ("demo", "seed", "--webhook-url", webhook_url)
            demo = _last_json(_flask(root, environ, *command, problem="The demo merchant could not be made"))
        entry["demo"], entry["webhookUrl"] = demo, webhook_url
    return dict(demo)


def stamp_of_migrations(root: Path, url: str) -> str:
    digest = hashlib.sha256(url.encode())
    for path in sorted((root / "app" / "migrations" / "versions").glob("*.py")):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def versions_in(root: Path, url: str) -> list[str] | None:
    """The migrations a database says it has; None when it has none, or cannot be asked."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return _versions_in_sqlite(Path(rest.removeprefix("/").partition("?")[0]))
    if scheme.startswith("postgres"):
        return _versions_in_postgresql(root, f"postgresql://{rest}")
    return None


def _versions_in_sqlite(path: Path) -> list[str] | None:
    if not path.is_absolute() or not path.exists():
        return None
    try:
        connection = sqlite3.connect(path)
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version ORDER BY 1").fetchall()
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return None
    except sqlite3.DatabaseError:
        raise Stop(f"{path} is not a SQLite database: move it away, then run this again.") from None
    return [str(row[0]) for row in rows]


def _versions_in_postgresql(root: Path, url: str) -> list[str] | None:
    asked = subprocess.run(
        [python_of(root), "-c", ASK_POSTGRESQL], env={"URL": url}, capture_output=True, text=True, check=False
    )
    if asked.returncode:
        reason = (asked.stderr.strip().splitlines() or ["no answer"])[-1]
        raise Stop(f"The database named by DATABASE_URL does not let us in: {reason}")
    found = json.loads(asked.stdout)
    return None if found is None else [str(version) for version in found]


def _flask(root: Path, environ: Mapping[str, str], *arguments: str, problem: str) -> str:
    command = [str(python_of(root)), "-m", "flask", "--app", "app.wsgi", *arguments]
    done = subprocess.run(
        command,
        cwd=root,
        env=dict(environ),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).splitlines()[-25:]), file=sys.stderr)
        raise Stop(f"{problem}; the reason stands above.")
    return done.stdout


def _last_json(output: str) -> dict[str, str]:
    for line in reversed(output.splitlines()):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if isinstance(answer, dict) and all(answer.get(field) for field in SEED_FIELDS):
            return answer
    raise Stop("The demo merchant was made, but its key was not told: remove var/ to start afresh.")
