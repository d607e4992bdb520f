"""The migrations make the tables that the models describe, and take them away again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.database import db
from app.settings import ROOT
from tests.conftest import DATABASES, app_on, let_go
from tests.support.databases import postgresql_database, sqlite_database


@pytest.fixture(params=DATABASES)
def empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application inside its context, on a database without a single table."""
    opened = postgresql_database() if request.param == "postgresql" else sqlite_database(tmp_path)
    with opened as url:
        app = app_on(url)
        with app.app_context():
            yield app
            let_go()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, db.metadata))


def test_the_migrations_make_what_the_models_describe(empty_app: Flask) -> None:
    upgrade()

    assert differences() == []


def test_the_migrations_can_be_taken_back_and_run_again(empty_app: Flask) -> None:
    upgrade()
    made = tables()

    downgrade(revision="base")
    left = tables()
    upgrade()

    assert left == {"alembic_version"}
    assert tables() == made
    assert differences() == []


def test_the_migrations_are_one_chain() -> None:
    scripts = ScriptDirectory(str(ROOT / "app" / "migrations"))

    names = [script.revision for script in scripts.walk_revisions()]

    assert len(scripts.get_heads()) == 1
    assert names == sorted(names, reverse=True)
