"""`flask sip …`: which SIP user calls with which card."""

import json

import pytest

from app import db
from app.calls import access_numbers
from tests.support.world import GB, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def test_a_user_is_added_listed_and_removed(world: World) -> None:
    card = world.card()
    added = world.flask("sip", "add", "Alice@Calls.example.com", "--card", card.serial, "--json")
    [alice] = json.loads(added.stdout)
    assert (alice["address"], alice["serial"]) == ("alice@calls.example.com", card.serial)
    assert "No access number takes calls from that domain yet." in added.stderr
    again = world.flask("sip", "add", "alice@calls.example.com", "--card", card.serial)
    assert again.exit_code == 0
    assert json.loads(world.flask("sip", "list", "--json").stdout) == [alice]
    assert world.flask("sip", "list").stdout == f"alice@calls.example.com: card {card.serial}\n"
    assert "is removed" in world.flask("sip", "remove", "alice@calls.example.com").stdout
    assert json.loads(world.flask("sip", "list", "--json").stdout) == []


def test_a_domain_that_an_access_number_takes_calls_from_needs_no_warning(world: World) -> None:
    with db.transaction():
        access_numbers.change(GB, sip_domain="calls.example.com")
    added = world.flask("sip", "add", "alice@calls.example.com", "--card", world.card().serial)
    assert (added.exit_code, added.stderr) == (0, "")


def test_a_mistake_is_one_clear_line(world: World) -> None:
    one, other = world.card(), world.card()
    assert world.flask("sip", "add", "a@x.example", "--card", one.serial).exit_code == 0
    for words, why in (
        (("add", "a@x.example", "--card", other.serial), "calls with another card already"),
        (("add", "alice", "--card", one.serial), "is no SIP address"),
        (("add", "b@x.example", "--card", "nothing"), "no card has the serial"),
        (("remove", "b@x.example"), "is not registered"),
    ):
        refused = world.flask("sip", *words)
        assert refused.exit_code == 1 and why in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
