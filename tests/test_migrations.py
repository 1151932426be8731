"""The schema that migrations make is the one that the code expects."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app import db, ledger, migrate
from tests.support.postgres import Postgres


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


BEFORE_PAYMENTS = """
INSERT INTO accounts (id, kind, currency, balance, held, open_holds) VALUES
  (101, 'card_sales', 'EUR', NULL, 0, 0), (102, 'call_revenue', 'EUR', NULL, 0, 0),
  (103, 'card', 'EUR', 5, 2, 1);
INSERT INTO batches (id, name, currency, live_calls_max, issued, made_at)
  VALUES (1, 'b', 'EUR', 1, 1, '2026-01-01 00:00:00+00:00');
INSERT INTO cards (id, serial, batch_id, account_id, status, made_at)
  VALUES (1, '1', 1, 103, 'suspended', '2026-01-01 00:00:00+00:00');
INSERT INTO transfers (id, key, kind, source_id, target_id, amount, target_balance, reference, at)
  VALUES (1, 'issue:1', 'issue', 101, 103, 5, 5, '1', '2026-01-01 00:00:00+00:00');
INSERT INTO holds (id, key, account_id, amount, status, opened_at)
  VALUES (1, 'k', 103, 2, 'open', '2026-01-01 00:00:00+00:00');
INSERT INTO decks (id, name, currency) VALUES (1, 'd', 'EUR');
INSERT INTO access_numbers (id, number, country, language, deck_id)
  VALUES (1, '+12125550123', 'US', 'en-US', 1);
INSERT INTO visits (id, sid, access_number_id, stir, card_id, started_at)
  VALUES (1, 'CA1', 1, '', 1, '2026-01-01 00:00:00+00:00')
"""


@pytest.fixture
def old_database(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A database of the first release, in use."""
    server: Postgres | None = None
    if engine_name == "sqlite":
        db.bind(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        server = request.getfixturevalue("postgres")
        db.bind(server.create_database("old"))
    command.upgrade(migrate.settings(), "0001")
    with db.transaction():
        for statement in BEFORE_PAYMENTS.replace(":00+00:00", "\\:00+00\\:00").split(";\n"):
            db.execute(text(statement))
    yield
    db.engine().dispose()
    if server is not None:
        server.drop_database("old")


def test_a_database_in_use_moves_on(old_database: None) -> None:
    migrate.upgrade()
    with db.transaction(readonly=True):
        kinds = db.execute(text("SELECT kind FROM accounts WHERE currency = 'EUR' ORDER BY kind")).scalars()
        assert {"paypal_clearing", "paypal_fees", "vat", "bad_debt", "breakage"} <= set(kinds)
        assert db.execute(text("SELECT reason FROM card_locks")).scalars().all() == ["staff"]
        assert ledger.audit().balanced
        assert db.execute(text("SELECT language FROM access_numbers")).scalars().all() == ["en-US"]
        assert db.execute(text("SELECT count(*) FROM visits JOIN cards ON cards.id = card_id")).scalar() == 1
    command.check(migrate.settings())
