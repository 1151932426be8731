"""How Alembic reaches the database that the application has bound."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator

from app import db
from app.tables import METADATA


def _render(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a migration never changes with them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


with db.engine().connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()
