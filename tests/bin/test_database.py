import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from bin import _database
from bin._setup import Stop
from bin._state import State

SEEDED = {"apiKey": "sk_test_1", "shopId": "shop_1", "webhookSecret": "whsec_1"}
WEBHOOK_URL = "http://127.0.0.1:8002/webhooks"


class Application:
    """Stands for the flask command: migrates a SQLite file, seeds, and counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commands: list[str] = []

    def run(self, root: Path, environ: dict[str, str], *arguments: str, problem: str) -> str:
        self.commands.append(" ".join(arguments[:2]))
        if arguments[0] == "demo":
            return f"a line of log\n{json.dumps(SEEDED)}\n"
        connection = sqlite3.connect(self.path)
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT)")
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.commit()
        connection.close()
        return ""


@pytest.fixture
def application(tree: Path, monkeypatch: pytest.MonkeyPatch) -> Application:
    (tree / "app" / "migrations" / "versions").mkdir(parents=True)
    application = Application(tree / "shop.db")
    monkeypatch.setattr(_database, "_flask", application.run)
    return application


def _bring_up(tree: Path, entry: dict[str, Any], webhook_url: str = WEBHOOK_URL) -> dict[str, str]:
    environ = {"DATABASE_URL": f"sqlite:///{tree / 'shop.db'}"}
    _database.migrate(tree, environ, entry)
    return _database.seed(tree, environ, entry, webhook_url=webhook_url)


def test_a_second_start_runs_no_command(tree: Path, application: Application) -> None:
    entry: dict[str, Any] = {}

    assert _bring_up(tree, entry) == SEEDED
    assert _bring_up(tree, entry) == SEEDED

    assert application.commands == ["db upgrade", "demo seed"]


def test_a_new_migration_is_run_and_the_key_kept(tree: Path, application: Application) -> None:
    entry: dict[str, Any] = {}
    _bring_up(tree, entry)
    (tree / "app" / "migrations" / "versions" / "0002.py").write_text("")

    _bring_up(tree, entry)

    assert application.commands == ["db upgrade", "demo seed", "db upgrade"]


def test_a_database_that_was_removed_is_made_and_seeded_again(tree: Path, application: Application) -> None:
    entry: dict[str, Any] = {}
    _bring_up(tree, entry)
    (tree / "shop.db").unlink()

    _bring_up(tree, entry)

    assert application.commands == ["db upgrade", "demo seed"] * 2


def test_another_port_tells_the_shop_where_its_webhooks_go(tree: Path, application: Application) -> None:
    entry: dict[str, Any] = {}
    _bring_up(tree, entry)

    _bring_up(tree, entry, "http://127.0.0.1:9002/webhooks")

    assert application.commands == ["db upgrade", "demo seed", "demo seed"]


def test_a_file_that_is_no_database_is_told(tree: Path, application: Application) -> None:
    (tree / "shop.db").write_text("no database at all, and long enough to be read as one" * 20)

    with pytest.raises(Stop, match="is not a SQLite database"):
        _bring_up(tree, {})


def test_secrets_are_kept_for_the_owner_alone(tree: Path) -> None:
    (tree / "var").mkdir()
    first = State(tree, {})
    first.database("postgresql://user:password@host/name")["demo"] = SEEDED
    first.save()

    second = State(tree, {})
    assert (second.secret_key, second.master_keys) == (first.secret_key, first.master_keys)
    assert second.database("postgresql://user:password@host/name") == {"demo": SEEDED}
    assert stat.S_IMODE((tree / "var" / "dev.json").stat().st_mode) == 0o600
    assert "password" not in (tree / "var" / "dev.json").read_text()


def test_a_database_without_its_keys_is_told(tree: Path) -> None:
    (tree / "var").mkdir()
    (tree / "var" / "korea-checkout.db").touch()

    with pytest.raises(Stop, match="remove var/ to start afresh"):
        State(tree, {})
    State(tree, {"MASTER_KEYS": "k1:given"})
