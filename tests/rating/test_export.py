"""What is written out reads in again as the same prices, and no cell of it is a formula."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app import db, rating
from app.errors import DeckRefused
from app.rating import deck
from app.rating.cells import neutral, plain
from app.rating.models import RateRow

RETAIL = Path(__file__).parent / "data" / "retail_rates_caribbean.csv"


def prices(name: str) -> list[tuple[Any, ...]]:
    """All that the version in force says, without its id."""
    with db.transaction(readonly=True):
        version = rating.deck_named(name).version_id
        columns = RateRow.__table__.c
        found = db.execute(select(*columns).where(columns.version_id == version).order_by(*columns))
        return [tuple(row[1:]) for row in found]


def exported(name: str) -> str:
    file = io.StringIO()
    written = rating.export_deck(name, file)
    assert written == len(file.getvalue().splitlines()) - 1
    return file.getvalue()


def test_the_retail_deck_goes_out_and_in_again(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck, "SPAN_ROWS", 100)
    rating.import_deck(RETAIL, name="retail", currency="USD")
    path = tmp_path / "out.csv"
    path.write_text(exported("retail"))
    report = rating.import_deck(path, name="again", currency="USD")
    assert (report.loaded, report.blocked, report.refused) == (857, 55, [])
    assert prices("again") == prices("retail")


def test_every_term_and_day_survives(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck, "SPAN_ROWS", 1)
    path = tmp_path / "in.csv"
    path.write_text(
        "prefix,destination,per_minute,connection_fee,first_increment,increment,grace,effective_from,blocked\n"
        '93,"A, ""B""",0.000001,1.5,30,6,5,,\n'
        "93,A,1000,0,60,60,0,2099-01-01,\n"
        "44,-Mobile,0.3,0,1,1,0,,yes\n"
        "45,+D,0.3,0,1,1,0,1969-12-31,yes\n"
        "1,Côte d’Ivoire,0,0,1,1,0,2020-02-29,\n"
    )
    rating.import_deck(path, name="retail", currency="USD")
    path.write_text(exported("retail"))
    rating.import_deck(path, name="again", currency="USD")
    assert len(prices("again")) == 5
    assert prices("again") == prices("retail")
    destinations = [row[1] for row in csv.reader(path.read_text().splitlines())]
    assert "'-Mobile" in destinations
    assert "'+D" in destinations


def test_a_deck_that_is_not_there_cannot_be_written(database: str) -> None:
    with pytest.raises(DeckRefused, match="no rate deck yet"):
        rating.export_deck("retail", io.StringIO())


@given(st.text("'=+-@A", max_size=6))
@example("''=A")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_neutral_cell_is_no_formula_and_tells_what_it_was(text: str) -> None:
    assert neutral(text)[:1] not in ("=", "+", "-", "@")
    assert plain(neutral(text)) == text
