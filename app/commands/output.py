"""How commands print: for people by default, for programs with --json, and one clear line for a mistake."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.errors import FarthingError
from app.money import NotMoney

F = TypeVar("F", bound=Callable[..., Any])


class Noun(AppGroup):
    """The commands of one noun. A mistake in the words of a command is one clear line, too."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise click.ClickException(error.format_message()) from error


as_json = click.option("--json", "as_json", is_flag=True, help="Print for programs.")


def print_json(data: object) -> None:
    """Print for programs."""
    click.echo(json.dumps(data, ensure_ascii=False))


def clear_mistakes(command: F) -> F:
    """End with exit status 1 and one clear line when the command raises what the design foresees."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (FarthingError, NotMoney) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(
                "the database does not answer, or has no such table: start it, and run flask db upgrade"
            ) from error

    return guarded  # type: ignore[return-value]
