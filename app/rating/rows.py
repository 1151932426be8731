"""The rows of one rate deck, checked: good ones come out, bad ones are refused by line and reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.errors import DeckRefused
from app.rating import cells, columns
from app.rating.cells import BadRow

BLOCKED = "blocked"  # in a price column: not sold


class GoodRow(NamedTuple):
    """A rate as the table keeps it."""

    prefix: str
    effective_from: date
    destination: str
    per_minute: int
    connection_fee: int
    first_increment: int
    increment: int
    grace: int
    blocked: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is no rate, counted as an editor counts, and why."""

    line: int
    reason: str


class Rows:
    """The good rows, one after the other; what was refused is collected on the way."""

    def __init__(self, lines: Iterator[tuple[int, str]], *, currency: str, named: Mapping[str, str]) -> None:
        self.lines = lines
        self.currency = currency
        self.loaded = self.blocked = 0
        self.refused: list[Refusal] = []
        self._time_of_day: str | None = None
        self._seen: dict[date, dict[int, int]] = defaultdict(dict)
        _, header = next(lines, (0, ""))
        if not header:
            raise DeckRefused("the file is empty")
        self.columns = columns.understood(header, named)

    def __iter__(self) -> Iterator[GoodRow]:
        for number, line in self.lines:
            try:
                row = self._row(line)
                self._refuse_twins(row, number)
            except BadRow as refusal:
                self.refused.append(Refusal(number, str(refusal)))
                continue
            self.loaded += 1
            self.blocked += row.blocked
            yield row

    @property
    def days(self) -> set[date]:
        """The days from which the good rows hold."""
        return set(self._seen)

    def _row(self, line: str) -> GoodRow:
        cell = self.columns.cells(line)
        if "=" in line or "@" in line:
            _refuse_formulas(cell)
        get = cell.get
        prefix = cells.prefix(cell["prefix"])
        destination = cells.destination(cell["destination"])
        per_minute, blocked = self._price(cell)
        fee = cells.price(get("connection_fee") or "0", "connection fee")
        first, increment = cells.increments(get("first_increment", ""), get("increment", ""))
        grace = cells.seconds(get("grace", ""), "grace", default=0, least=0)
        day = cells.day(get("effective_from", ""))
        self._refuse_other_tariffs(get("time_of_day", ""), get("currency", ""))
        return GoodRow(prefix, day, destination, per_minute, fee, first, increment, grace, blocked)

    def _price(self, cell: dict[str, str]) -> tuple[int, bool]:
        text, further = cell["per_minute"], cell.get("further_per_minute", "")
        if text.casefold() == BLOCKED:
            return 0, True
        blocked = cells.flag(cell.get("blocked", ""))
        if blocked and not text:
            return 0, True
        price = self._amount(text)
        if not blocked and further and (further.casefold() == BLOCKED or self._amount(further) != price):
            raise BadRow(
                f"the first minute costs {text} and further ones {further[:20]}: they must be the same"
            )
        return price, blocked

    def _amount(self, text: str) -> int:
        if self.columns.delimiter == ";" and "." not in text:
            text = text.replace(",", ".")  # countries that write a decimal comma separate with semicolons
        return cells.price(text, "price")

    def _refuse_other_tariffs(self, time_of_day: str, currency: str) -> None:
        if currency and currency.upper() != self.currency:
            raise BadRow(f"the price is in {currency[:20]}, the deck in {self.currency}")
        if self._time_of_day is None:
            self._time_of_day = time_of_day
        if time_of_day.casefold() != self._time_of_day.casefold():
            raise BadRow(
                f"the time of day is {time_of_day[:20]!r}: a prefix has one price, and the file began with "
                f"{self._time_of_day[:20]!r}"
            )

    def _refuse_twins(self, row: GoodRow, number: int) -> None:
        # numbers take half the memory of texts; the 1 keeps leading zeros
        first = self._seen[row.effective_from].setdefault(int("1" + row.prefix), number)
        if first != number:
            raise BadRow(f"the prefix {row.prefix} is priced in line {first} already")


def _refuse_formulas(cell: dict[str, str]) -> None:
    for meaning, text in cell.items():
        if meaning and text.startswith(("=", "@")):
            raise BadRow(f"the {meaning.replace('_', ' ')} is a formula: {text[:40]}")
