"""`flask db …`: the schema."""

from pathlib import Path

import click

from app import db, migrate
from app.commands.output import Noun

database = Noun("db", help="The database's schema.")


@database.command()
def upgrade() -> None:
    """Migrate to the newest schema. Safe to repeat."""
    file = db.engine().url.database
    if db.engine().dialect.name == "sqlite" and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    migrate.upgrade()
    click.echo(f"The schema is at {migrate.NEWEST}.")
