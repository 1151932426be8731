"""A fresh database on each engine; goes when the fixture for all tests offers the same."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import db
from app.rating import models
from tests.support.postgres import Postgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database that is bound and has its tables."""
    url = f"sqlite:///{tmp_path / 'farthing.db'}"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        name = f"rating_{next(_numbers)}"
        server.create_database(name)
        url = server.url(name)
    engine = db.bind(url)
    models.Deck.metadata.create_all(engine)
    yield url
    engine.dispose()
