"""The schema's migrations, through Alembic, which is loaded only to migrate: web workers do without it."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Select, String, column, inspect, select, table

from app import db

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent.parent / "migrations"
NEWEST = "0003"  # the newest revision in FOLDER

_VERSION: Select[str] = select(column("version_num", String)).select_from(table("alembic_version"))


def current() -> str | None:
    """The revision that the database is at; None when it has never been migrated. In an open transaction."""
    if not inspect(db.connection()).has_table("alembic_version"):
        return None
    revision: str | None = db.execute(_VERSION).scalar_one_or_none()
    return revision


def upgrade() -> None:
    """Bring the database to the newest schema. Safe to repeat."""
    from alembic import command

    command.upgrade(settings(), "head")


def settings() -> "Config":
    """Alembic's configuration; the database is the one that is bound."""
    from alembic.config import Config

    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    return alembic
