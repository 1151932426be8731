"""The longest prefix of the version in force prices a call, and the primary key finds it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert, update

from app import clock, db, rating
from app.errors import BlockedPrefix, DeckRefused, NoRate
from app.rating.models import ALWAYS, Deck, DeckVersion, RateRow

TODAY = date(2026, 11, 24)


def a_deck(rows: list[dict[str, Any]], *, name: str = "retail", deck: int = 1) -> int:
    """A deck whose version in force has these rates; answers its id."""
    with db.transaction():
        db.execute(insert(Deck), {"id": deck, "name": name, "currency": "USD"})
        version = {"id": deck, "deck_id": deck, "number": 1, "state": "loaded", "file": "a.csv"}
        db.execute(insert(DeckVersion), version | {"loaded_at": clock.now()})
        db.execute(update(Deck).where(Deck.id == deck).values(version_id=deck))
        if rows:
            db.execute(insert(RateRow), [a_rate(version_id=deck, **row) for row in rows])
    return deck


def a_rate(prefix: str, **terms: Any) -> dict[str, Any]:
    """A row of the table of rates."""
    usual = {"per_minute": 450_000, "connection_fee": 0, "first_increment": 1, "increment": 1, "grace": 0}
    names = {"destination": f"to {prefix}", "effective_from": ALWAYS, "blocked": False}
    return {"prefix": prefix} | usual | names | terms


def prefix_for(number: str, deck: int = 1) -> str:
    with db.transaction(readonly=True):
        return rating.find(number, deck).prefix


def test_the_longest_prefix_decides(database: str) -> None:
    a_deck([{"prefix": "93"}, {"prefix": "937", "per_minute": 1}, {"prefix": "9371111111111"}])
    with db.transaction(readonly=True):
        rate = rating.find("+93701234567", 1)
    assert (rate.prefix, rate.destination, rate.currency, rate.per_minute) == ("937", "to 937", "USD", 1)
    assert rate.blocked is False
    assert prefix_for("93201234567") == "93"


def test_no_prefix_is_a_named_refusal(database: str) -> None:
    a_deck([{"prefix": "93"}])
    with pytest.raises(NoRate, match=r"\+447"):
        prefix_for("+447700900123")
    with pytest.raises(NoRate):
        prefix_for("9")


def test_a_blocked_prefix_is_a_refusal_that_says_its_rate(database: str) -> None:
    a_deck([{"prefix": "1"}, {"prefix": "1212", "blocked": True}])
    with pytest.raises(BlockedPrefix) as refusal:
        prefix_for("+12125550123")
    assert refusal.value.rate.prefix == "1212"
    assert prefix_for("+13125550123") == "1"


def test_a_deck_prices_by_its_own_version_only(database: str) -> None:
    a_deck([{"prefix": "93"}])
    a_deck([{"prefix": "44"}], name="wholesale", deck=2)
    with pytest.raises(NoRate):
        prefix_for("9370", deck=2)


def test_a_rate_holds_from_its_day_on_in_utc(database: str) -> None:
    later = {"prefix": "937", "effective_from": TODAY, "per_minute": 2}
    a_deck([{"prefix": "93"}, {"prefix": "937", "per_minute": 1}, later])
    with clock.turned(lambda: datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)), db.transaction():
        assert rating.find("9370", 1).per_minute == 1
    with clock.turned(lambda: datetime(2026, 11, 24, tzinfo=UTC)), db.transaction():
        assert rating.find("9370", 1).per_minute == 2


def test_a_prefix_whose_day_has_not_come_leaves_the_call_to_a_shorter_one(database: str) -> None:
    a_deck([{"prefix": "93"}, {"prefix": "937", "effective_from": date(2999, 1, 1)}])
    assert prefix_for("9370") == "93"


prefixes = st.text("123", min_size=1, max_size=5)


@given(
    rows=st.dictionaries(st.tuples(prefixes, st.sampled_from([ALWAYS, date(2999, 1, 1)])), st.booleans()),
    number=st.text("123", min_size=1, max_size=8),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_statement_finds_what_trying_every_row_finds(
    database: str, rows: dict[tuple[str, date], bool], number: str
) -> None:
    with db.transaction():
        for model in (RateRow, update(Deck).values(version_id=None), DeckVersion, Deck):
            db.execute(model if not isinstance(model, type) else delete(model))
    a_deck([{"prefix": p, "effective_from": day, "blocked": no} for (p, day), no in rows.items()])

    fitting = [(p, no) for (p, day), no in rows.items() if number.startswith(p) and day == ALWAYS]
    expected = max(fitting, key=lambda row: len(row[0]), default=None)
    if expected is None:
        with pytest.raises(NoRate):
            prefix_for(number)
    elif expected[1]:
        with pytest.raises(BlockedPrefix):
            prefix_for(number)
    else:
        assert prefix_for(number) == expected[0]


def test_the_primary_key_serves_the_lookup(database: str) -> None:
    a_deck([{"prefix": str(number)} for number in range(10_000, 15_000)])
    said: list[tuple[str, Any]] = []

    def note(*call: Any) -> None:
        said.append((call[2], call[3]))

    event.listen(db.engine(), "before_cursor_execute", note)
    assert prefix_for("12345678") == "12345"
    event.remove(db.engine(), "before_cursor_execute", note)
    [(statement, parameters)] = [call for call in said if not call[0].startswith("BEGIN")]

    lite = db.engine().dialect.name == "sqlite"
    with db.transaction():
        connection = db.connection()
        connection.exec_driver_sql("ANALYZE rates")
        explain = f"EXPLAIN {'QUERY PLAN' if lite else ''} {statement}"
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain, parameters))
    assert ("SEARCH rates USING PRIMARY KEY" if lite else "using pk_rates on rates") in plan, plan
    assert "SCAN rates" not in plan, plan
    assert "Seq Scan on rates" not in plan, plan


def test_a_deck_is_known_by_name_or_by_being_the_only_one(database: str) -> None:
    with db.transaction(), pytest.raises(DeckRefused, match="no rate deck yet"):
        rating.deck_named(None)
    a_deck([])
    with db.transaction():
        assert rating.deck_named(None) == rating.deck_named("retail")
        assert rating.deck_named("retail").currency == "USD"
        with pytest.raises(DeckRefused, match="no rate deck gold, only retail"):
            rating.deck_named("gold")
    a_deck([], name="wholesale", deck=2)
    with db.transaction(), pytest.raises(DeckRefused, match="retail, wholesale"):
        rating.deck_named(None)
