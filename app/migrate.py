"""The schema's migrations, through Alembic."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parent.parent / "migrations"


def settings() -> Config:
    """Alembic's configuration; the database is the one that is bound."""
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    return alembic


@cache
def heads() -> tuple[str, ...]:
    """The newest revisions of this code."""
    return tuple(ScriptDirectory.from_config(settings()).get_heads())


def upgrade() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    command.upgrade(settings(), "head")
