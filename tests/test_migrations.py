from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from app.database import db
from tests.conftest import DATABASES, app_on
from tests.support.databases import postgresql_database, sqlite_database


@pytest.mark.parametrize("kind", DATABASES)
def test_migrations_make_the_tables_of_the_models_and_take_them_away(kind: str, tmp_path: Path) -> None:
    opened = postgresql_database() if kind == "postgresql" else sqlite_database(tmp_path)
    with opened as url, app_on(url).app_context():
        upgrade()
        with db.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
        downgrade(revision="base")
        left = inspect(db.engine).get_table_names()
        upgrade()
        db.engine.dispose()

    assert differences == []
    assert left == ["alembic_version"]
