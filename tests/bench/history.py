"""A long history on PostgreSQL, written set by set: calls with their holds, visits and transfers.

One customer has made every tenth call; the rest is spread over many cards, as it comes in time. Three
transfers belong to each call: two sales of half its price each before it, and its payment. So the books
balance.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from app import calls, clock, db, ledger
from tests.support.world import CALLER

CALLS, CARDS = 1_000_000, 10_000
BUSY_EVERY = 10
SECOND = 7_500  # millionths: 0.45 a minute
SPREAD = timedelta(days=730)
DESTINATIONS = 40


@dataclass(frozen=True, slots=True)
class History:
    """What was written."""

    calls: int
    transfers: int
    of_busy: int


_SPREAD = """
CREATE TABLE bench_calls AS
SELECT n,
       CASE WHEN n % :every = 0 THEN :busy ELSE others.card END AS card_id,
       CASE WHEN n % :every = 0 THEN :busy_account ELSE others.account END AS account_id,
       n * 7919 % :destinations AS place,
       1 + n * 31 % 599 AS seconds,
       (1 + n * 31 % 599) * :second AS price,
       CAST(:start AS timestamptz) + n * CAST(:step AS interval) AS at
FROM generate_series(CAST(1 AS bigint), :calls) AS n
JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS at, id AS card, account_id AS account
      FROM cards WHERE id <> :busy) AS others ON others.at = n * 104729 % :cards
"""
_WRITE = (
    """
INSERT INTO visits (id, sid, caller, access_number_id, stir, card_id, known_by, started_at, ended_at)
SELECT n, 'CAbench' || n, :caller, (SELECT min(id) FROM access_numbers), '', card_id, 'pin', at,
       at + interval '2 minutes'
FROM bench_calls ORDER BY n
""",
    """
INSERT INTO holds (id, key, account_id, amount, status, opened_at, closed_at)
SELECT n, 'bench call ' || n, account_id, 9997500, 'settled', at, at + interval '70 seconds'
FROM bench_calls ORDER BY n
""",
    """
INSERT INTO calls (id, visit_id, card_id, hold_id, sid, number, dialled, version_id, prefix, destination,
                   currency, per_minute, connection_fee, first_increment, increment, grace, status,
                   seconds_max, seconds, billed_seconds, price, learnt_from, placed_at, answered_at, ended_at)
SELECT n, n, card_id, n, 'CBbench' || n, '+9370' || lpad(CAST(1234500 + place AS text), 7, '0'),
       '009370' || lpad(CAST(1234500 + place AS text), 7, '0'), 1, '9370', 'Afghanistan-Mobile ' || place,
       'USD', 450000, 0, 1, 1, 0, 'completed', 1333, seconds, seconds, price, 'child', at,
       at + interval '10 seconds', at + (10 + seconds) * interval '1 second'
FROM bench_calls ORDER BY n
""",
    """
INSERT INTO transfers (id, key, kind, source_id, target_id, amount, source_balance, target_balance,
                       reference, at)
SELECT :first + n * 3 + part,
       CASE part WHEN 2 THEN 'hold:' || n ELSE 'bench:' || n || ':' || part END,
       CASE part WHEN 2 THEN 'call' ELSE 'top_up' END,
       CASE part WHEN 2 THEN account_id ELSE :sales END,
       CASE part WHEN 2 THEN :revenue ELSE account_id END,
       CASE part WHEN 2 THEN price WHEN 1 THEN price / 2 ELSE price - price / 2 END,
       CASE part WHEN 2 THEN :worth END,
       CASE part WHEN 0 THEN :worth + price - price / 2 WHEN 1 THEN :worth + price END,
       CASE part WHEN 2 THEN 'call ' || n ELSE 'receipt ' || n END,
       at + part * interval '35 seconds' - interval '1 second'
FROM bench_calls CROSS JOIN generate_series(0, 2) AS part ORDER BY n, part
""",
    "DROP TABLE bench_calls",
    "SELECT setval(pg_get_serial_sequence('visits', 'id'), :calls)",
    "SELECT setval(pg_get_serial_sequence('holds', 'id'), :calls)",
    "SELECT setval(pg_get_serial_sequence('calls', 'id'), :calls)",
    "SELECT setval(pg_get_serial_sequence('transfers', 'id'), :first + :calls * 3 + 2)",
)


def write(busy: int, busy_account: int, *, calls: int, worth: int) -> History:
    """Write so many calls, every tenth of them with the busy card; each card goes on with what it was worth.

    Foreign keys are not checked meanwhile: there would be nine million checks of what is right by the way it
    is made. The audit at the end says whether it is.
    """
    asked = _parameters(busy, busy_account, calls, worth)
    with db.transaction():
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (_SPREAD, *_WRITE):
            made = text(statement)
            db.execute(made, {name: asked[name] for name in made._bindparams})
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))  # as the server does by itself in time
    return History(calls, calls * 3, calls // BUSY_EVERY)


def is_true() -> bool:
    """Whether the books balance and no call lies."""
    with db.transaction(readonly=True):
        return ledger.audit().balanced and not calls.audit()


def _parameters(busy: int, busy_account: int, calls: int, worth: int) -> dict[str, object]:
    with db.transaction(readonly=True):
        return {
            "busy": busy,
            "busy_account": busy_account,
            "calls": calls,
            "cards": db.execute(text("SELECT count(*) - 1 FROM cards")).scalar_one(),
            "first": db.execute(text("SELECT max(id) FROM transfers")).scalar_one(),
            "sales": ledger.house(ledger.AccountKind.CARD_SALES, "USD"),
            "revenue": ledger.house(ledger.AccountKind.CALL_REVENUE, "USD"),
            "every": BUSY_EVERY,
            "destinations": DESTINATIONS,
            "start": clock.now() - SPREAD - timedelta(minutes=2),
            "step": SPREAD / calls,
            "caller": CALLER,
            "second": SECOND,
            "worth": worth,
        }
