"""The schema that migrations make is the one that the code expects."""

from alembic import command
from alembic.script import ScriptDirectory

from app import db, migrate


def test_the_newest_revision_is_named_in_the_code() -> None:
    assert ScriptDirectory.from_config(migrate.settings()).get_heads() == [migrate.NEWEST]


def test_migrations_and_models_agree(database: str) -> None:
    command.check(migrate.settings())


def test_a_database_says_where_it_is(database: str) -> None:
    with db.transaction(readonly=True):
        assert migrate.current() == migrate.NEWEST


def test_migrating_again_changes_nothing(database: str) -> None:
    migrate.upgrade()
    with db.transaction(readonly=True):
        assert migrate.current() == migrate.NEWEST
