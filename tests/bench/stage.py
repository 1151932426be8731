"""What every measurement stands on: a fresh database, with rates, access numbers and cards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app import cards, config, db, migrate
from app.calls import access_numbers
from app.cards import IssuedCard
from app.money import Money
from tests.bench.served import Served
from tests.support.postgres import Postgres
from tests.support.world import GB, RATES, US, load_rates, settings_for

ENGINES = ("sqlite", "postgresql")
CARDS = 200


class Stage:
    """Databases of both engines, the durable one started when it is first asked for."""

    def __init__(self, home: Path) -> None:
        self._home, self._made = home, 0
        self.postgres: Postgres | None = None
        self.pgbench_is_ready = False

    def database(self, engine: str) -> str:
        """A fresh migrated database, bound to this process; its URL."""
        url = self.empty_database(engine)
        config.use(settings_for(url))
        db.bind(url)
        migrate.upgrade()
        with db.transaction():
            load_rates("retail", "USD", RATES)
            for number, country in ((GB, "GB"), (US, "US")):
                access_numbers.add(number, country=country, deck="retail")
        return url

    def empty_database(self, engine: str) -> str:
        """The URL of a fresh database without tables."""
        self._made += 1
        if engine == "sqlite":
            return f"sqlite:///{self._home / f'bench{self._made}.db'}"
        return self.server().create_database(f"bench{self._made}")

    def server(self) -> Postgres:
        """The durable PostgreSQL of this run."""
        if self.postgres is None:
            self.postgres = Postgres(durable=True).__enter__()
        return self.postgres


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage that leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="farthing-bench-", dir=_disk()) as home:
        made = Stage(Path(home))
        try:
            yield made
        finally:
            if db._engine is not None:
                db.engine().dispose()
            if made.postgres:
                made.postgres.stop()


def issue(count: int = CARDS, value: str = "1000.00", *, live_calls_max: int = 1) -> list[IssuedCard]:
    """Cards in the bound database."""
    with db.transaction():
        batch = f"bench {live_calls_max}"
        return cards.issue(count, Money.parse(value, "USD"), batch=batch, live_calls_max=live_calls_max)


def ours(url: str, **environment: str) -> Served:
    """Our server on a database."""
    return Served("wsgi:app", url, **environment)


def _disk() -> str | None:
    """A real disk: a database in memory would flatter itself."""
    return "/var/tmp" if Path("/var/tmp").is_dir() else None  # noqa: S108 - a fresh private directory below
