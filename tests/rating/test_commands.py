"""The operator's commands: for people, for programs, and one clear line for a mistake."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app.commands.rates import rates

RETAIL = Path(__file__).parent / "data" / "retail_rates_caribbean.csv"


def run(*words: str) -> Result:
    """What `flask rates …` does."""
    app = Flask("test")
    app.cli.add_command(rates)
    return app.test_cli_runner().invoke(args=["rates", *words])


def answer(*words: str) -> Any:
    """What a program reads."""
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


def load() -> Any:
    return answer("import", str(RETAIL), "--deck", "retail", "--currency", "USD")


def test_a_program_reads_what_an_import_did(database: str) -> None:
    report = load()
    assert {key: report[key] for key in ("deck", "version", "loaded", "blocked")} == {
        "deck": "retail",
        "version": 1,
        "loaded": 857,
        "blocked": 55,
    }
    assert len(report["refused"]) == 17
    assert report["refused"][0]["line"] == 37
    assert set(report) == {"deck", "version", "loaded", "blocked", "refused"}


def test_a_person_reads_what_an_import_did(database: str) -> None:
    words = ("import", str(RETAIL), "--deck", "retail", "--currency", "USD")
    assert "retail: a rehearsal, nothing changed: 857 rates" in run(*words, "--dry-run").stdout
    told = run(*words).stdout.splitlines()
    assert told[0].startswith("line 37: the prefix 5.41144E+11 was mangled by a spreadsheet")
    assert told[-1] == "retail: version 1 is in force: 857 rates, 55 of them blocked; 17 lines refused"


@pytest.mark.parametrize("number", ["+93701234567", "93701234567", "+93 70-123 (45) 67", "93.70.1234567"])
def test_a_program_reads_what_a_number_costs(database: str, number: str) -> None:
    load()
    assert answer("lookup", number) == {
        "number": "+93701234567",
        "prefix": "937",
        "destination": "Afghanistan-Mobile",
        "currency": "USD",
        "per_minute": "0.45",
        "connection_fee": "0.00",
        "first_increment": 1,
        "increment": 1,
        "blocked": False,
    }


def test_a_blocked_prefix_is_told_as_one(database: str) -> None:
    load()
    found = answer("lookup", "+12125550123", "--deck", "retail")
    assert (found["prefix"], found["destination"], found["blocked"]) == ("1212", "Us-Nyc", True)
    assert "blocked: this deck does not sell it" in run("lookup", "+12125550123").stdout


def test_a_person_reads_what_a_number_costs_and_how_long_cards_last(database: str, tmp_path: Path) -> None:
    path = tmp_path / "deck.csv"
    path.write_text("prefix,destination,per_minute,connection_fee,increment,grace\n93,A,0.45,0.1,30/6,5\n")
    run("import", str(path), "--deck", "gold", "--currency", "EUR")
    assert run("lookup", "+9370").stdout.splitlines() == [
        "+9370: A, prefix 93",
        "  0.45 EUR a minute, 0.10 for connecting",
        "  billed: the first 30 s, then by 6 s, free below 5 s",
        "  5 EUR last 10 minutes",
        "  10 EUR last 22 minutes",
        "  20 EUR last 44 minutes",
    ]


def test_decks_are_listed_and_written_out(database: str, tmp_path: Path) -> None:
    load()
    [deck] = answer("list")
    assert (deck["deck"], deck["currency"], deck["version"], deck["loaded"]) == ("retail", "USD", 1, 857)
    assert "retail: USD, version 1 of " in run("list").stdout
    path = tmp_path / "out.csv"
    assert run("export", "retail", str(path)).exit_code == 0
    assert len(path.read_text().splitlines()) == 858
    assert run("export", "retail", "-").stdout == path.read_text()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("lookup", "+447700900123x"), id="no number"),
        pytest.param(("lookup", "1234567890123456"), id="too long"),
        pytest.param(("lookup", "+99999"), id="no rate"),
        pytest.param(("lookup", "+9370", "--deck", "gold"), id="no deck"),
        pytest.param(("export", "gold", "-"), id="no deck to write"),
        pytest.param(("import", "/no/file", "--deck", "a", "--currency", "USD"), id="no file"),
        pytest.param(("import", "/", "--deck", "a", "--currency", "USD"), id="directory"),
        pytest.param(("import", str(RETAIL), "--deck", "a", "--currency", "dollar"), id="no currency"),
        pytest.param(("import", str(RETAIL), "--deck", "retail", "--currency", "EUR"), id="other currency"),
        pytest.param(
            ("import", str(RETAIL), "--deck", "a", "--currency", "USD", "--columns", "Code"), id="columns"
        ),
        pytest.param(
            ("import", str(RETAIL), "--deck", "a", "--currency", "USD", "--columns", "prefix=X"), id="column"
        ),
    ],
)
def test_a_mistake_ends_with_one_clear_line(database: str, words: tuple[str, ...]) -> None:
    load()
    result = run(*words)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    assert len(answer("list")) == 1
