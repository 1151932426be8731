"""`flask cards …`: exact figures for programs, one clear line for a mistake."""

import csv
import json
import stat
from pathlib import Path

import pytest
from click.testing import Result

from ivr.simulator import answers, busy
from tests.support.world import KABUL, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

ISSUE = {"--count": "1", "--value": "10.00", "--currency": "USD", "--batch": "spring"}


def issue(world: World, *more: str, **changes: str) -> Result:
    options = ISSUE | {f"--{name}": value for name, value in changes.items()}
    return world.flask("cards", "issue", *[word for pair in options.items() for word in pair], *more)


def test_new_cards_are_printed_for_programs(world: World) -> None:
    done = issue(world, "--json", count="2", value="0.0305")
    cards = json.loads(done.stdout)
    assert [set(card) for card in cards] == [{"serial", "pin", "currency", "balance"}] * 2
    assert [(card["currency"], card["balance"]) for card in cards] == [("USD", "0.0305")] * 2
    assert all(len(card["pin"]) == 12 for card in cards)
    phone = world.ring()
    assert "You have three cents." in phone.press(cards[1]["pin"])
    assert world.balanced()


def test_new_cards_are_printed_for_people(world: World) -> None:
    done = issue(world)
    assert done.exit_code == 0
    assert done.stdout.endswith("10.00 USD\n")


def test_new_cards_go_to_a_file_that_only_its_owner_reads(world: World, tmp_path: Path) -> None:
    file = tmp_path / "cards.csv"
    done = issue(world, "--csv", str(file), count="3")
    assert done.stdout == f"3 cards are in {file}.\n"
    with file.open(newline="") as rows:
        written = list(csv.DictReader(rows))
    assert [set(row) for row in written] == [{"serial", "pin", "currency", "balance"}] * 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "You have ten dollars." in world.ring().press(written[2]["pin"])


def test_a_file_that_cannot_be_written_makes_no_cards(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    before = world.everything()
    for file in (taken, tmp_path / "no" / "such" / "folder.csv", tmp_path):
        done = issue(world, "--csv", str(file))
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {file} cannot be written")
    assert taken.read_text() == "mine"
    assert world.everything() == before


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"value": "-1"}, "worth from 0 to"),
        ({"value": "1,50"}, "is not an amount"),
        ({"value": "1e9"}, "is not an amount"),
        ({"value": "NaN"}, "is not an amount"),
        ({"value": ""}, "is not an amount"),
        ({"value": "=1+1"}, "is not an amount"),
        ({"value": "0.0000001"}, "is not an amount"),
        ({"value": "99999999999999"}, "is not an amount"),
        ({"currency": "Dollars"}, "is not a currency"),
        ({"currency": ""}, "is not a currency"),
        ({"count": "0"}, "from 1 to 100000 cards"),
        ({"count": "-3"}, "from 1 to 100000 cards"),
        ({"count": "100001"}, "from 1 to 100000 cards"),
        ({"batch": " "}, "name the batch"),
        ({"batch": "x" * 81}, "name the batch"),
    ],
)
def test_bad_input_is_one_clear_line_and_makes_no_cards(
    world: World, changes: dict[str, str], why: str
) -> None:
    before = world.everything()
    done = issue(world, **changes)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert world.everything() == before


@pytest.mark.parametrize("count", ["many", "1.5", ""])
def test_a_count_that_is_no_number_is_refused(world: World, count: str) -> None:
    done = issue(world, count=count)
    assert done.exit_code == 1
    assert "--count" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_card_is_shown_with_its_last_calls_newest_first(world: World) -> None:
    card = world.card("10.00")
    phone = world.known(card, callee=answers(56))
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.callee(busy())
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    shown = json.loads(world.flask("cards", "show", card.serial, "--json").stdout)
    calls = shown.pop("calls")
    assert shown == {
        "serial": card.serial,
        "status": "active",
        "currency": "USD",
        "balance": "9.58",
        "held": "0.00",
        "available": "9.58",
    }
    answered_at = calls[1].pop("answered_at")
    assert answered_at.startswith("2026-01-01T12:00:")
    assert answered_at.endswith("Z")
    common = {"number": "+93701234567", "destination": "Afghanistan-Mobile", "per_minute": "0.45"}
    paid = {"status": "completed", "seconds": 56, "billed_seconds": 56, "price": "0.42"}
    free = {"status": "busy", "answered_at": None, "seconds": 0, "billed_seconds": 0, "price": "0.00"}
    assert calls == [common | free, common | paid]


def test_a_call_that_goes_on_is_shown_with_what_it_keeps_aside(world: World) -> None:
    card = world.card("10.00")
    world.known(card, callee=answers()).press(f"{KABUL}#")
    shown = json.loads(world.flask("cards", "show", card.serial, "--json").stdout)
    assert (shown["balance"], shown["held"], shown["available"]) == ("10.00", "9.9975", "0.0025")
    assert shown["calls"][0]["status"] == "placed"
    assert "held 9.9975, available 0.0025" in world.flask("cards", "show", card.serial).stdout


def test_a_card_is_frozen_freed_and_ended(world: World) -> None:
    card = world.card()
    for status in ("suspended", "active", "void"):
        assert f": {status}," in world.flask("cards", "change", card.serial, status).stdout
    refused = world.flask("cards", "change", card.serial, "active")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Error: card {card.serial} is void and cannot become active\n",
    )


def test_credit_is_sold_once(world: World) -> None:
    card = world.card("1.00")
    for _ in range(2):
        done = world.flask("cards", "credit", card.serial, "2.50", "--key", "receipt 7")
        assert "balance 3.50 USD" in done.stdout
    refused = world.flask("cards", "credit", card.serial, "9.99", "--key", "receipt 7")
    assert refused.exit_code == 1
    assert "has moved 2.50 before" in refused.stderr
    assert world.money(card) == ("3.50", "3.50")


@pytest.mark.parametrize("amount", ["0", "-1", "1e3", "x", "1000001"])
def test_a_sale_that_makes_no_sense_is_refused(world: World, amount: str) -> None:
    card = world.card("1.00")
    refused = world.flask("cards", "credit", "--key", "k", "--", card.serial, amount)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert world.money(card) == ("1.00", "1.00")


def test_calls_of_a_card_are_capped_and_set_free(world: World) -> None:
    card = world.card()
    assert world.flask("cards", "limit", card.serial, "60").exit_code == 0
    assert world.look(card).call_seconds_max == 60
    assert world.flask("cards", "limit", card.serial).exit_code == 0
    assert world.look(card).call_seconds_max is None
    assert world.flask("cards", "limit", card.serial, "9").stderr == (
        "Error: no call is placed for less than 10 seconds: suspend the card instead\n"
    )


def test_a_new_pin_opens_the_card_and_the_old_one_is_dead(world: World) -> None:
    card = world.card()
    pin = json.loads(world.flask("cards", "new-pin", card.serial, "--json").stdout)["pin"]
    assert "You have ten dollars." in world.ring().press(pin)
    assert "not recognised" in world.ring().press(card.pin)


def test_a_card_expires_on_a_day_and_can_be_freed_of_that(world: World) -> None:
    card = world.card()
    assert json.loads(world.flask("cards", "expire", card.serial, "2020-01-31", "--json").stdout)[
        "status"
    ] == ("expired")
    assert "not recognised" in world.ring().press(card.pin)
    assert "is not a day" in world.flask("cards", "expire", card.serial, "31.1.2020").stderr
    assert world.flask("cards", "expire", card.serial, "never").exit_code == 0
    assert "You have ten dollars." in world.ring().press(card.pin)


def test_cards_whose_pins_could_not_be_written_open_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    issued = world.flask(
        "cards", "issue", "--count", "2", "--value", "5", "--currency", "USD", "--batch", "b",
        "--csv", str(tmp_path / "cards.csv"),
    )  # fmt: skip
    assert issued.exit_code == 1
    serials = [line.split(",")[0] for line in (tmp_path / "cards.csv").read_text().splitlines()[1:]]
    assert "PINs could not be written" in issued.stderr
    shown = [json.loads(world.flask("cards", "show", serial, "--json").stdout) for serial in serials]
    assert [card["status"] for card in shown] == ["made", "made"]


def test_a_phone_is_registered_and_forgotten(world: World) -> None:
    one, other = world.card(), world.card()
    assert world.flask("cards", "register", one.serial, "+447400123456").exit_code == 0
    assert "opens another card already" in (
        world.flask("cards", "register", other.serial, "+447400123456").stderr
    )
    assert world.flask("cards", "forget", "+447400123456").exit_code == 0
    assert world.flask("cards", "forget", "+447400123456").stderr == "Error: +447400123456 opens no card\n"


@pytest.mark.parametrize("phone", ["07400123456", "anonymous", "+44", "", "+266696687", "sip:a@b"])
def test_only_a_whole_number_is_registered(world: World, phone: str) -> None:
    refused = world.flask("cards", "register", world.card().serial, phone)
    assert refused.exit_code == 1
    assert "is not a number in E.164 form" in refused.stderr


@pytest.mark.parametrize(
    "command",
    [
        ["show", "00010000999"],
        ["change", "00010000999", "void"],
        ["limit", "00010000999", "60"],
        ["credit", "00010000999", "1", "--key", "k"],
        ["register", "00010000999", "+447400123456"],
    ],
    ids=lambda command: command[0],
)
def test_an_unknown_serial_is_named(world: World, command: list[str]) -> None:
    refused = world.flask("cards", *command)
    assert (refused.exit_code, refused.stderr) == (1, "Error: no card has the serial 00010000999\n")


def test_a_shop_chooses_for_who_has_no_account(world: World) -> None:
    card = world.card("10.00")
    assert (
        world.flask("cards", "choose", card.serial, "--language", "es", "--price", "yes", "--star").exit_code
        == 0
    )
    chosen = world.look(card)
    assert (chosen.language, chosen.says_price, chosen.star_ends_call) == ("es", True, True)
    assert world.flask("cards", "choose", card.serial, "--language", "default").exit_code == 0
    chosen = world.look(card)
    assert (chosen.language, chosen.says_price, chosen.star_ends_call) == (None, True, True)
    assert world.flask("cards", "choose", card.serial, "--language", "tlh").exit_code == 1
