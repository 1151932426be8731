"""`flask vouchers …`: codes shown once, exact figures for programs, one clear line for a mistake."""

import csv
import json
import stat
from pathlib import Path

import pytest
from click.testing import Result

from app import cards, db
from app.cards import vouchers
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

MAKE = {"--count": "1", "--value": "10.00", "--currency": "USD", "--batch": "spring"}


def make(world: World, *more: str, **changes: str) -> Result:
    options = MAKE | {f"--{name}": value for name, value in changes.items()}
    return world.flask("vouchers", "make", *[word for pair in options.items() for word in pair], *more)


def show(world: World, serial: str) -> dict[str, object]:
    shown: dict[str, object] = json.loads(world.flask("vouchers", "show", serial, "--json").stdout)
    return shown


def redeem(world: World, code: str, value: str = "0") -> str:
    card = world.card(value)
    with db.transaction():
        vouchers.redeem(code, cards.by_serial(card.serial).id, who="zoe", address="192.0.2.1")
    return card.serial


def test_new_vouchers_are_printed_for_programs(world: World) -> None:
    made = json.loads(make(world, "--json", count="2", value="0.0305").stdout)
    assert [set(one) for one in made] == [{"serial", "code", "currency", "value"}] * 2
    assert [(one["currency"], one["value"]) for one in made] == [("USD", "0.0305")] * 2
    redeem(world, made[1]["code"])
    assert world.balanced()


def test_new_vouchers_are_printed_for_people(world: World) -> None:
    done = make(world)
    assert done.exit_code == 0
    assert done.stdout.endswith("10.00 USD\n")


def test_new_vouchers_go_to_a_file_that_only_its_owner_reads(world: World, tmp_path: Path) -> None:
    file = tmp_path / "vouchers.csv"
    assert make(world, "--csv", str(file), count="3").stdout == f"3 vouchers are in {file}.\n"
    with file.open(newline="") as rows:
        written = list(csv.DictReader(rows))
    assert [set(row) for row in written] == [{"serial", "code", "currency", "value"}] * 3
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    redeem(world, written[2]["code"])


def test_a_file_that_cannot_be_written_makes_no_vouchers(world: World, tmp_path: Path) -> None:
    before = world.everything()
    for file in (tmp_path / "no" / "folder.csv", tmp_path):
        done = make(world, "--csv", str(file))
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {file} cannot be written")
    assert world.everything() == before


def test_codes_that_reached_nobody_are_void(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = make(world, "--csv", str(tmp_path / "vouchers.csv"), count="2")
    assert done.exit_code == 1
    assert done.stderr == (
        "Error: the codes could not be written (No space left on device): "
        "the vouchers were made and are void\n"
    )
    assert [show(world, serial)["status"] for serial in serials(world)] == ["void", "void"]


def serials(world: World) -> list[str]:
    return [row[1] for row in world.everything()["vouchers"]]


def test_a_voucher_shows_what_became_of_it(world: World) -> None:
    (made,) = json.loads(make(world, "--json", expires="2030-12-31").stdout)
    assert show(world, made["serial"]) == {
        "serial": made["serial"],
        "batch": "spring",
        "status": "unused",
        "currency": "USD",
        "value": "10.00",
        "expires_at": "2030-12-31T00:00:00Z",
        "voided_at": None,
        "redeemed_at": None,
        "card": None,
    }
    assert "expires 2030-12-31 00:00" in world.flask("vouchers", "show", made["serial"]).stdout
    card = redeem(world, made["code"])
    shown = show(world, made["serial"])
    assert (shown["status"], shown["card"]) == ("redeemed", card)
    assert f"by card {card}" in world.flask("vouchers", "show", made["serial"]).stdout


def test_a_range_and_a_batch_are_voided(world: World) -> None:
    made = json.loads(make(world, "--json", count="4").stdout)
    first, last = made[0]["serial"], made[1]["serial"]
    assert json.loads(world.flask("vouchers", "void", first, last, "--json").stdout) == {"void": 2}
    assert world.flask("vouchers", "void", first).stdout == "0 more vouchers are void now.\n"
    assert world.flask("vouchers", "void", "--batch", "spring").stdout == "2 more vouchers are void now.\n"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"value": "-1"}, "worth more than 0"),
        ({"value": "1,50"}, "is not an amount"),
        ({"currency": "Dollars"}, "is not a currency"),
        ({"count": "0"}, "from 1 to 100000 vouchers"),
        ({"batch": " "}, "name the batch"),
        ({"expires": "tomorrow"}, "is not a day"),
        ({"expires": "2001-01-01"}, "have expired already"),
    ],
)
def test_bad_input_is_one_clear_line_and_makes_no_vouchers(
    world: World, changes: dict[str, str], why: str
) -> None:
    before = world.everything()
    done = make(world, **changes)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
    assert world.everything() == before


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["show", "V1"], "no voucher has the serial V1"),
        (["void", "V1"], "no voucher has the serial V1"),
        (["void", "--batch", "winter"], "no batch winter"),
        (["void"], "name a serial"),
        (["void", "V1", "--batch", "spring"], "name a serial"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_one_clear_line(world: World, words: list[str], why: str) -> None:
    done = world.flask("vouchers", *words)
    assert done.exit_code == 1
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
