"""A hundred calls at once on one card: how long that takes, and that no penny is spent twice."""

from app import calls, cards, db, ledger
from tests.bench.drive import Load, Outcome
from tests.bench.stage import ENGINES, Stage, issue, ours
from tests.bench.tables import Cell, percentiles, show

AT_ONCE = 100
SECONDS_MAX = 60  # of each call: 0.45 at the price of the number dialled
PAID_FOR = 60  # calls that the smaller credit buys


def measure(stage: Stage, *, quick: bool) -> None:
    """Place them on both engines, with credit for all and with credit for some, and print what came of it."""
    rows: list[list[Cell]] = []
    for engine in ENGINES:
        for paid in (PAID_FOR,) if quick else (AT_ONCE, PAID_FOR):
            rows.append([engine, paid, *_place(stage, engine, paid)])
    head = ["engine", "credit for", "connected", "seconds", "number p95 ms", "left", "books"]
    show(f"{AT_ONCE} calls at once on one card", head, rows, "The rest heard that the credit is too short.")


def _place(stage: Stage, engine: str, paid: int) -> list[Cell]:
    url = stage.database(engine)
    card = issue(1, f"{paid * 0.45:.2f}", live_calls_max=AT_ONCE)[0]
    with db.transaction():
        cards.limit(card.serial, call_seconds_max=SECONDS_MAX)
    load = Load(stage, [card] * AT_ONCE)
    with ours(url, PIN_FAILURES_GLOBAL="100000") as server:
        outcome = load.put(server, mode="together", seconds=0, connections=AT_ONCE)
    with db.transaction(readonly=True):
        left, balanced = cards.by_serial(card.serial), ledger.audit().balanced and not calls.audit()
    assert left.available.micros >= 0, "a card was overdrawn"
    took = outcome.milliseconds["number"]
    books = "balanced, not overdrawn" if balanced else "DO NOT BALANCE"
    return [outcome.dialled, _seconds(outcome), percentiles(took)[1], str(left.balance), books]


def _seconds(outcome: Outcome) -> float:
    """From the first request for a number to the last answer: all are sent at one moment."""
    return max(outcome.milliseconds["number"]) / 1000
