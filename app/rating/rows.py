"""The rows of one rate deck, checked: good ones come out, bad ones are refused by line and reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.errors import DeckRefused
from app.rating import cells, columns, terms
from app.rating.cells import BadRow
from app.rating.terms import Terms

# a good row: these, as the table keeps them
FIELDS = ("prefix", "destination", *Terms._fields)
GoodRow = tuple[str, str, date, int, int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is no rate, counted as an editor counts, and why."""

    line: int
    reason: str


class Rows:
    """The good rows, one after the other; what was refused is collected on the way."""

    def __init__(self, lines: Iterator[tuple[int, str]], *, currency: str, named: Mapping[str, str]) -> None:
        _, header = next(lines, (0, ""))
        if not header.strip():
            raise DeckRefused("the file is empty")
        self.loaded = self.blocked = 0
        self.refused: list[Refusal] = []
        self._lines = lines
        self._currency = currency
        self._columns = columns.understood(header, named)
        # millions of rows share a few terms, so each combination of cells is understood once
        self._terms = lru_cache(maxsize=10_000)(self._understood)
        self._time_of_day: str | None = None
        self._lines_of: dict[date, dict[int, int]] = defaultdict(dict)

    def __iter__(self) -> Iterator[GoodRow]:
        for number, line in self._lines:
            try:
                row = self._row(line)
                self._refuse_twin(row, number)
            except BadRow as refusal:
                self.refused.append(Refusal(number, str(refusal)))
                continue
            self.loaded += 1
            self.blocked += row[-1]
            yield row

    @property
    def days(self) -> set[date]:
        """The days from which the good rows hold."""
        return set(self._lines_of)

    def _row(self, line: str) -> GoodRow:
        prefix, destination, said = self._columns.cut(line)
        return (cells.prefix(prefix), cells.destination(destination), *self._terms(said))

    def _understood(self, said: tuple[str, ...]) -> Terms:
        cell = self._columns.meant(said)
        comma = self._columns.delimiter == ";"  # used where a comma stands before the decimals
        found = terms.understood(cell, currency=self._currency, decimal_comma=comma)
        self._refuse_other_times(cell.get("time_of_day", ""))
        return found

    def _refuse_other_times(self, time: str) -> None:
        if self._time_of_day is None:
            self._time_of_day = time
        if time.casefold() != self._time_of_day.casefold():
            first = self._time_of_day[:20]
            raise BadRow(f"the time of day is {time[:20]!r}, first it was {first!r}: a prefix has one price")

    def _refuse_twin(self, row: GoodRow, number: int) -> None:
        # numbers take half the memory of texts; the 1 keeps leading zeros
        first = self._lines_of[row[2]].setdefault(int("1" + row[0]), number)
        if first != number:
            raise BadRow(f"the prefix {row[0]} is priced in line {first} already")
