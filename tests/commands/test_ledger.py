"""`flask ledger check`: the proof, and the row that lies."""

import json

import pytest

from tests.support.by_hand import ByHand
from tests.support.world import World


@pytest.fixture
def talked(world: World) -> World:
    """Two calls, one of which goes on."""
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_over("completed", seconds=56)
    caller.child_ends()
    ByHand(world).place(world.card("10.00"))
    return world


def check(world: World) -> tuple[int, dict[str, object]]:
    done = world.flask("ledger", "check", "--json")
    return done.exit_code, json.loads(done.stdout)


def test_honest_books_are_told_with_their_counts(talked: World) -> None:
    assert check(talked) == (
        0,
        {"balanced": True, "accounts": 10, "transfers": 3, "open_holds": 1, "faults": []},
    )
    said = talked.flask("ledger", "check").stdout
    assert said == "10 accounts, 3 transfers, 1 open holds.\nThe books balance.\n"


LIES = {
    "a balance": ("UPDATE accounts SET balance = balance + 1 WHERE id = :first", "balance"),
    "a held amount": ("UPDATE accounts SET held = held - 1 WHERE id = :second", "held"),
    "a hold": ("UPDATE holds SET amount = amount - 1 WHERE status = 'open'", "held"),
    "a price": ("UPDATE calls SET price = price + 1 WHERE price > 0", "price of call 1"),
    "the seconds of a call": ("UPDATE calls SET seconds = seconds + 1 WHERE price > 0", "price of call 1"),
    "the rate of a call": ("UPDATE calls SET per_minute = 1 WHERE price > 0", "price of call 1"),
    "a call that ended": (
        "UPDATE calls SET status = 'busy', price = 0, seconds = 0, ended_at = placed_at WHERE price IS NULL",
        "call 2",
    ),
    "a call that goes on": ("UPDATE calls SET status = 'placed' WHERE price > 0", "call 1"),
}


@pytest.mark.parametrize("lie", LIES)
def test_the_row_that_lies_is_named(talked: World, lie: str) -> None:
    statement, what = LIES[lie]
    accounts = sorted(row[0] for row in talked.everything()["accounts"] if row[1] == "card")
    names = {"first": accounts[0], "second": accounts[1]}
    talked.sql(statement, **{name: id for name, id in names.items() if f":{name}" in statement})
    status, found = check(talked)
    faults = found["faults"]
    assert isinstance(faults, list)
    assert (status, found["balanced"]) == (1, False)
    assert what in {fault["what"] for fault in faults}
    assert {fault["account"] for fault in faults} <= set(accounts)
    for_people = talked.flask("ledger", "check")
    assert for_people.exit_code == 1
    assert f", {what}: says " in for_people.stderr
    assert for_people.stderr.endswith("The books do NOT balance.\n")
