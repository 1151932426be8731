"""SQLite databases for a test run: copies of a file, in memory where there is room, and none left behind."""

import shutil
from typing import Self

from tests.support.scratch import scratch


class Files:
    """`with Files() as files:` makes databases as a server does."""

    def __init__(self) -> None:
        self._home = scratch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._home, ignore_errors=True)

    def url(self, name: str) -> str:
        """Where a database is."""
        return f"sqlite:///{self._home / name}.db"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of one that nobody is connected to; answers with its URL."""
        if template:
            shutil.copyfile(self._home / f"{template}.db", self._home / f"{name}.db")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, and what SQLite and we keep beside it."""
        for file in self._home.glob(f"{name}.db*"):
            file.unlink()
