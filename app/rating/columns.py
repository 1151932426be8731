"""Which column of a rate deck is which, by the names that carriers give them."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter

from app.errors import DeckRefused
from app.rating.cells import BadRow

CANONICAL = (
    "prefix",
    "destination",
    "per_minute",
    "connection_fee",
    "first_increment",
    "increment",
    "grace",
    "effective_from",
    "blocked",
)
NEEDED = CANONICAL[:3]
DELIMITERS = ",;\t|"

# the usual other names; where a file has several for its destination, the first here is taken
USUAL = {
    "prefix": "code|codes|dial code|dialcode|dialling code|dialing code|destination code|destination prefix",
    "destination": "destination name|name|description|location|country name|country",
    "per_minute": "price|rate|tariff|initial rate per minute|initial rate|rate per minute|price per minute"
    "|per minute rate|rate min|price min|rate 1|price 1",
    "connection_fee": "connect fee|connection charge|connection price|setup|setup fee|set up fee",
    "first_increment": "initial increment|first interval|initial interval|interval 1|minimum|minimum duration"
    "|minimum seconds|minimum time|min duration|min time",
    "increment": "increments|billing increment|billing increments|further increment|next increment"
    "|additional increment|subsequent increment|interval|next interval|interval n",
    "grace": "grace seconds|grace period|grace time",
    "effective_from": "effective|effective date|valid from|start date|from date",
    "blocked": "block|is blocked",
    "further_per_minute": "increment rate per minute|increment rate|further rate per minute|rate n|price n"
    "|next rate|additional rate per minute|subsequent rate per minute",
    "time_of_day": "time band|time class|time period|day time",
    "currency": "currency code",
}
_KNOWN = {meaning: [meaning.replace("_", " "), *names.split("|")] for meaning, names in USUAL.items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """How the lines of one file are cut, and what each field means; what nobody asked for means nothing."""

    delimiter: str
    meanings: tuple[str, ...]
    pick: Callable[[Sequence[str]], tuple[str, ...]]

    @classmethod
    def of(cls, delimiter: str, meanings: tuple[str, ...]) -> "Columns":
        """Prepare to pick prefix, destination and whatever else means something."""
        places = [place for place, meaning in enumerate(meanings) if meaning not in ("", *NEEDED[:2])]
        return cls(
            delimiter, meanings, itemgetter(meanings.index("prefix"), meanings.index("destination"), *places)
        )

    def cut(self, line: str) -> tuple[str, str, tuple[str, ...]]:
        """Prefix, destination and the other cells that mean something. Raises BadRow."""
        fields = cut(line, self.delimiter)
        if len(fields) != len(self.meanings):
            raise BadRow(f"the line has {len(fields)} fields, the header {len(self.meanings)}")
        prefix, destination, *others = self.pick(fields)
        return prefix.strip(), destination, tuple(others)

    def meant(self, others: tuple[str, ...]) -> dict[str, str]:
        """Those other cells by what they mean."""
        meanings = [meaning for meaning in self.meanings if meaning not in ("", *NEEDED[:2])]
        return dict(zip(meanings, map(str.strip, others), strict=True))


def understood(header: str, named: Mapping[str, str]) -> Columns:
    """Read the header line; `named` says which columns mean what where their names do not.

    Raises DeckRefused when a needed column is missing, or when two could be the same.
    """
    if unknown := sorted(set(named) - set(USUAL)):
        raise DeckRefused(f"there is no column {unknown[0]!r}, only {', '.join(CANONICAL)}")
    delimiter, names = _best_cut(header, named)
    chosen = {meaning: _position(meaning, names, named) for meaning in USUAL}
    if missing := [meaning for meaning in NEEDED if chosen[meaning] is None]:
        raise DeckRefused(
            f"the first line names no column for {', '.join(missing)}, only {_listed(names)}: "
            f"say which with --columns {missing[0]}=…"
        )
    meanings = {position: meaning for meaning, position in chosen.items()}
    return Columns.of(delimiter, tuple(meanings.get(position, "") for position in range(len(names))))


def cut(line: str, delimiter: str) -> list[str]:
    """The fields of one line. Raises BadRow for quotation marks that do not pair."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        # a line for itself, so that a quotation mark nobody closed does not swallow the lines after it
        [fields] = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    except csv.Error as error:
        raise BadRow("the quotation marks do not pair") from error
    return fields


def _best_cut(header: str, named: Mapping[str, str]) -> tuple[str, list[str]]:
    """The delimiter that leaves the most names that mean something, and those names."""
    sought = {_words(name) for name in named.values()}.union(*_KNOWN.values())
    cuts = []
    for delimiter in DELIMITERS:
        with suppress(BadRow):
            names = [name.strip() for name in cut(header, delimiter)]
            cuts.append((sum(_words(name) in sought for name in names), len(names), delimiter, names))
    if not cuts:
        raise DeckRefused("the first line is no header: its quotation marks do not pair")
    return max(cuts)[2:]


def _position(meaning: str, names: list[str], named: Mapping[str, str]) -> int | None:
    words = [_words(name) for name in names]
    if meaning in named:
        if _words(named[meaning]) not in words:
            raise DeckRefused(f"the first line names no column {named[meaning]!r}, only {_listed(names)}")
        return words.index(_words(named[meaning]))

    taken = {_words(name) for name in named.values()}
    usual = [word for word in _KNOWN[meaning] if word in words and word not in taken]
    places = [place for word in usual for place in range(len(words)) if words[place] == word]
    if len(places) > 1 and meaning != "destination":
        both = _listed([names[place] for place in places])
        raise DeckRefused(f"{both} could each be {meaning}: say which with --columns {meaning}=…")
    return places[0] if places else None


def _words(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _listed(names: list[str]) -> str:
    return " and ".join(repr(name[:40]) for name in names[:12])
