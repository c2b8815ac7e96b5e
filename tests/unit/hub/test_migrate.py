"""The hub's schema: revisions and tables agree; what is too old or too new is not touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desk_app.core.errors import BadInputError, EnvironmentProblem
from desk_app.hub import migrate, tables
from desk_app.hub.database import Database
from desk_app.hub.folder import HubFolder


@pytest.fixture
def folder(tmp_path: Path) -> HubFolder:
    made = HubFolder(tmp_path / "hub")
    made.make(("localhost",))
    return made


def _put(folder: HubFolder, name: str, value: str) -> None:
    database = Database(folder.database_url, bytes(32))
    database.put_fact(name, value)
    database.close()


def test_the_revisions_make_the_tables_that_the_program_knows(folder: HubFolder) -> None:
    database = folder.open().database
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        head = context.get_current_revision()
    database.close()
    assert head == f"{migrate.SCHEMA:04d}"


def test_each_schema_number_has_its_revision() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    found = [script.revision for script in scripts.walk_revisions()]
    assert sorted(found) == [f"{number:04d}" for number in range(1, migrate.SCHEMA + 1)]


def test_an_older_hub_is_opened_only_after_its_upgrade(folder: HubFolder) -> None:
    _put(folder, "schema", str(migrate.SCHEMA - 1))
    with pytest.raises(EnvironmentProblem, match="hub upgrade"):
        folder.open()
    database = Database(folder.database_url, bytes(32))
    database.create()
    database.close()
    folder.open().database.close()


def test_a_newer_hub_is_served_as_long_as_it_only_added(folder: HubFolder) -> None:
    _put(folder, "schema", str(migrate.SCHEMA + 1))
    folder.open().database.close()
    _put(folder, "oldest", str(migrate.SCHEMA + 1))
    with pytest.raises(EnvironmentProblem, match="更新程序"):
        folder.open()


def test_a_second_hub_is_not_made_in_the_same_database(folder: HubFolder, tmp_path: Path) -> None:
    other = HubFolder(tmp_path / "other", folder.database_url)
    with pytest.raises(BadInputError, match="已经有一个中心"):
        other.make(("localhost",))
    folder.open().database.close()
    assert not (tmp_path / "other" / "hub.key").exists()


@pytest.mark.parametrize(
    "url",
    ["", "hub.db", "mysql://x", "sqlite://", "postgresql://h:port/x", "postgresql+pg8000://h/x"],
)
def test_an_address_that_is_none_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(BadInputError, match="数据库地址"):
        Database(url, bytes(32))
