"""A deck is loaded whole, as a new version, or not at all; until the last moment the old prices hold."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock, db, rating
from app.errors import DeckRefused, NoRate
from app.money import NotMoney
from app.rating import deck, versions
from app.rating.models import Deck, DeckVersion, RateRow, VersionState
from app.rating.rows import GoodRow

RETAIL = Path(__file__).parent / "data" / "retail_rates_caribbean.csv"
CRASH = """
import os, sys
from pathlib import Path
from app import db, rating
from app.rating import versions
db.bind(sys.argv[1])
versions.put_in_force = lambda version: os.kill(os.getpid(), 9)
rating.import_deck(Path(sys.argv[2]), name="retail", currency="USD")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files of a test lie."""
    return tmp_path


def a_file(
    folder: Path, *rows: str, header: str = "code,country,price,effective", name: str = "a.csv"
) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *rows, ""]))
    return path


def load(path: Path, **options: Any) -> rating.Report:
    return rating.import_deck(path, **{"name": "retail", "currency": "USD"} | options)


def per_minute(number: str) -> int:
    with db.transaction(readonly=True):
        return rating.find(number, rating.deck_named("retail").id).per_minute


def count(model: type[db.Model]) -> int:
    with db.transaction(readonly=True):
        return int(db.execute(select(func.count()).select_from(model)).scalar_one())


def in_force() -> rating.DeckInForce:
    with db.transaction(readonly=True):
        return rating.deck_named("retail")


def test_the_retail_deck_loads_as_it_is(database: str) -> None:
    report = load(RETAIL)
    assert (report.deck, report.version, report.loaded, report.blocked) == ("retail", 1, 857, 55)
    assert len(report.refused) == 17
    assert [refusal.line for refusal in report.refused[:2]] == [37, 360]
    assert count(RateRow) == 857
    assert per_minute("+93701234567") == 450_000
    assert (in_force().loaded, in_force().blocked, in_force().file) == (857, 55, RETAIL.name)


def test_a_new_version_replaces_the_old_one_whole(database: str, folder: Path) -> None:
    load(a_file(folder, "93,A,0.1,", "937,B,0.2,"))
    assert load(a_file(folder, "93,A,0.3,")).version == 2
    assert per_minute("93701") == 300_000
    assert count(Deck) == 1
    assert load(a_file(folder, "93,A,0.4,"), name="other").version == 1
    assert per_minute("93701") == 300_000


def test_a_rehearsal_says_the_same_and_changes_nothing(database: str, folder: Path) -> None:
    rehearsed = load(RETAIL, dry_run=True)
    assert (rehearsed.version, rehearsed.loaded, rehearsed.blocked) == (None, 857, 55)
    assert count(Deck) == count(DeckVersion) == count(RateRow) == 0
    assert load(RETAIL).refused == rehearsed.refused


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(None, "cannot read .*: No such file", id="no file"),
        pytest.param("directory", "cannot read .*: Is a directory", id="directory"),
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf\r\n", "the file is empty", id="only a mark"),
        pytest.param(b"code,country,price\n", "a header and no rates", id="only a header"),
        pytest.param(b"code,country\n93,A\n", "no column for per_minute", id="no price"),
        pytest.param(b"code,country,price\n*1,A,1\n*2,B,1\n", "no usable rate; line 2: ", id="no good row"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00", "is a spreadsheet", id="spreadsheet"),
        pytest.param(bytes(range(256)) * 4, "first line names no column", id="no text"),
        pytest.param(b"\x00" * 50_000, "line 1 has 10000 characters", id="only NUL"),
    ],
)
def test_a_file_that_is_no_deck_changes_nothing(
    database: str, folder: Path, content: bytes | str | None, why: str
) -> None:
    load(a_file(folder, "93,A,0.1,"))
    path = folder / "bad.csv"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    with pytest.raises(DeckRefused, match=why) as refusal:
        load(path)
    assert "\n" not in str(refusal.value)
    assert (per_minute("93"), in_force().version, count(DeckVersion)) == (100_000, 1, 1)


def test_a_deck_keeps_its_currency(database: str, folder: Path) -> None:
    path = a_file(folder, "93,A,0.1,")
    load(path)
    for dry_run in (True, False):
        with pytest.raises(DeckRefused, match="retail is in USD: it cannot change to EUR"):
            load(path, currency="EUR", dry_run=dry_run)
    with pytest.raises(NotMoney):
        load(path, currency="dollars")
    for name in ("", "  ", "a\nb", "x" * 61):
        with pytest.raises(DeckRefused, match="no name for a deck"):
            load(path, name=name)
    assert count(DeckVersion) == 1


def test_a_price_announced_for_a_day_leaves_the_old_one_until_then(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "SPAN_ROWS", 1)
    load(a_file(folder, "93,A,0.10,", "93,A,0.05,2026-01-01", "44,UK,0.01,", "93,A,0.12,2099-01-01"))
    load(a_file(folder, "93,A,0.20,2099-02-01", "937,B,0.30,2099-02-01", "44,UK,0.02,"))

    def price(number: str, year: int, month: int, day: int) -> int:
        with clock.turned(lambda: datetime(year, month, day, tzinfo=UTC)):
            return per_minute(number)

    assert price("9370", 2026, 11, 24) == 50_000
    assert price("9370", 2098, 12, 31) == 50_000
    assert price("9320", 2099, 1, 1) == 120_000, "what was announced before holds until the new day, too"
    assert price("9320", 2099, 2, 1) == 200_000
    assert price("9370", 2099, 2, 1) == 300_000
    assert price("4420", 2026, 11, 24) == 20_000
    assert count(RateRow) == 4 + 3 + 2


def test_a_price_that_begins_on_the_day_of_the_import_is_the_one_that_holds(
    database: str, folder: Path
) -> None:
    with clock.turned(lambda: datetime(2026, 11, 24, tzinfo=UTC)):
        load(a_file(folder, "93,A,0.1,", "93,A,0.2,2026-11-24"))
        load(a_file(folder, "93,A,0.3,2026-11-25"))
        assert (per_minute("93"), count(RateRow)) == (200_000, 2 + 2)
    with clock.turned(lambda: datetime(2026, 11, 25, tzinfo=UTC)):
        assert per_minute("93") == 300_000


def test_a_deck_whose_prices_are_all_yet_to_come_sells_nothing_before(database: str, folder: Path) -> None:
    assert load(a_file(folder, "93,A,0.2,2099-01-01")).loaded == 1
    with pytest.raises(NoRate):
        per_minute("9320")


def test_an_import_that_is_killed_leaves_the_old_prices_and_no_rubbish(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "SPAN_ROWS", 1)
    load(a_file(folder, "93,A,0.1,"))
    path = a_file(folder, "93,A,0.2,", "94,B,0.2,")
    died = subprocess.run(
        [sys.executable, "-c", CRASH, database, str(path)], check=False, cwd=Path(__file__).parents[2]
    )
    assert died.returncode == -9
    assert (per_minute("93"), count(RateRow), count(DeckVersion)) == (100_000, 3, 2)

    assert load(a_file(folder, "93,A,0.3,")).version == 3, "the number of one that may still be at work"
    assert (per_minute("93"), count(RateRow), count(DeckVersion)) == (300_000, 2, 2)


def test_an_import_that_fails_half_way_removes_what_it_loaded(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck, "SPAN_ROWS", 2)
    load(a_file(folder, "93,A,0.1,"))
    with pytest.raises(DeckRefused, match="line 6 has 10000 characters"):
        load(a_file(folder, *(f"{prefix},A,0.2," for prefix in range(93, 97)), "9" * 10_000))
    assert (per_minute("93"), count(RateRow), count(DeckVersion)) == (100_000, 1, 1)


def test_a_later_import_takes_over_and_the_earlier_one_is_told(
    database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deck, "SPAN_ROWS", 2)
    monkeypatch.setattr(versions, "SPAN_ROWS", 2)
    fill = versions.fill

    def overtaken(version: versions.Version, rows: Sequence[GoodRow]) -> None:
        monkeypatch.setattr(versions, "fill", fill)
        fill(version, rows)
        load(a_file(folder, *(f"{prefix},A,0.3," for prefix in range(93, 99)), name="b.csv"))

    monkeypatch.setattr(versions, "fill", overtaken)
    with pytest.raises(DeckRefused, match="another import of the deck retail began"):
        load(a_file(folder, *(f"{prefix},A,0.2," for prefix in range(93, 99))))
    assert (per_minute("93"), per_minute("98"), count(RateRow), count(DeckVersion)) == (
        300_000,
        300_000,
        6,
        1,
    )


def test_imports_at_once_never_mix(database: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deck, "SPAN_ROWS", 5)
    monkeypatch.setattr(versions, "SPAN_ROWS", 5)
    files = [
        a_file(folder, *(f"{prefix},A,0.{price}," for prefix in range(100, 140)), name=f"{price}.csv")
        for price in (1, 2, 3, 4)
    ]

    def attempt(path: Path) -> rating.Report | DeckRefused:
        try:
            return load(path)
        except DeckRefused as refusal:
            return refusal

    with ThreadPoolExecutor(4) as pool:
        ended = list(pool.map(attempt, files))
    reports = [end for end in ended if isinstance(end, rating.Report)]
    assert reports, ended
    assert all("another import" in str(end) for end in ended if isinstance(end, DeckRefused))
    assert len({report.version for report in reports}) == len(reports)

    prices = {per_minute(str(prefix)) for prefix in range(100, 140)}
    assert prices == {int(in_force().file[0]) * 100_000}
    assert count(RateRow) == 40 * len(reports)
    with db.transaction():
        assert set(db.execute(select(DeckVersion.state)).scalars()) == {VersionState.LOADED}


def test_an_import_that_was_overtaken_does_not_fill_what_overtook_it(database: str) -> None:
    """SQLite gives the id of a removed row again, if that was the newest."""
    first = versions.begin("retail", currency="USD", file="a.csv")
    second = versions.begin("retail", currency="USD", file="b.csv")
    assert second.id != first.id
    with pytest.raises(DeckRefused, match="another import"):
        versions.fill(first, [])


def test_others_write_while_a_deck_is_loaded(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "farthing.db"
    Deck.metadata.create_all(db.bind(f"sqlite:///{path}"))
    monkeypatch.setattr(deck, "SPAN_ROWS", 2)
    between = [0]

    def writing(version: versions.Version, rows: Sequence[GoodRow], fill: Any = versions.fill) -> None:
        fill(version, rows)
        other = sqlite3.connect(path, timeout=0)
        other.execute("INSERT INTO decks (name, currency) VALUES (?, 'USD')", (f"other {between[0]}",))
        other.commit()
        other.close()
        between[0] += 1

    monkeypatch.setattr(versions, "fill", writing)
    load(a_file(folder, *(f"{prefix},A,0.2," for prefix in range(100, 110))))
    assert between == [5]
    db.engine().dispose()


def test_a_file_may_come_through_a_pipe(database: str, folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(pipe.write_text, "code,country,price\n93,A,0.1\n")
        assert load(pipe).loaded == 1
        writing.result()
