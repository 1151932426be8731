"""Which column of a rate deck is which, by the names that carriers give them."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

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
    "connection_fee": "connect fee|connection charge|connection price|setup|setup fee|set up fee|setup charge",
    "first_increment": "initial increment|first interval|initial interval|interval 1|minimum|minimum duration"
    "|minimum seconds|minimum time|min duration|min time|initial block|connect increment",
    "increment": "increments|billing increment|billing increments|further increment|next increment"
    "|additional increment|subsequent increment|interval|next interval|interval n|billing block|rate increment",
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
    """How the lines of one file are cut, and what each piece means; what nobody asked for is empty."""

    delimiter: str
    meanings: tuple[str, ...]

    def cells(self, line: str) -> dict[str, str]:
        """Cut a line; the cells by their meaning. Raises BadRow."""
        texts = cut(line, self.delimiter)
        if len(texts) != len(self.meanings):
            raise BadRow(f"the line has {len(texts)} fields, the header {len(self.meanings)}")
        return dict(zip(self.meanings, texts, strict=True))


def understood(header: str, named: Mapping[str, str]) -> Columns:
    """Read the header line; `named` says which columns mean what where their names do not.

    Raises DeckRefused when a needed column is missing, or when two could be the same.
    """
    if unknown := sorted(set(named) - set(USUAL)):
        raise DeckRefused(f"there is no column {unknown[0]!r}, only {', '.join(CANONICAL)}")
    delimiter, names = max(_cuts(header), key=lambda each: sum(map(_means_something, each[1])))
    chosen = {meaning: _position(meaning, names, named) for meaning in USUAL}
    meanings = {position: meaning for meaning, position in chosen.items() if position is not None}
    if missing := [meaning for meaning in NEEDED if chosen[meaning] is None]:
        raise DeckRefused(
            f"the first line names no column for {', '.join(missing)}, only {_listed(names)}: "
            f"say which with --columns {missing[0]}=…"
        )
    return Columns(delimiter, tuple(meanings.get(position, "") for position in range(len(names))))


def cut(line: str, delimiter: str) -> list[str]:
    """The fields of one line, without the blanks around them. Raises BadRow for quotation marks that are wrong."""
    if '"' not in line:
        return [text.strip() for text in line.split(delimiter)]
    try:
        # a line for itself, so that a quotation mark nobody closed does not swallow the lines after it
        [fields] = csv.reader([line], delimiter=delimiter, strict=True, skipinitialspace=True)
    except csv.Error as error:
        raise BadRow("the quotation marks do not pair") from error
    return [text.strip() for text in fields]


def _cuts(header: str) -> list[tuple[str, list[str]]]:
    try:
        return [(delimiter, cut(header, delimiter)) for delimiter in DELIMITERS]
    except BadRow as refusal:
        raise DeckRefused(f"the first line is no header: {refusal}") from refusal


def _position(meaning: str, names: list[str], named: Mapping[str, str]) -> int | None:
    words = [_words(name) for name in names]
    if meaning in named:
        positions = [place for place, word in enumerate(words) if word == _words(named[meaning])]
        if not positions:
            raise DeckRefused(f"the first line names no column {named[meaning]!r}, only {_listed(names)}")
    else:
        taken = {_words(name) for name in named.values()}
        positions = [
            place for place, word in enumerate(words) if word in _KNOWN[meaning] and word not in taken
        ]
    if meaning == "destination":
        positions.sort(key=lambda place: (_KNOWN[meaning] + [words[place]]).index(words[place]))
    elif len(positions) > 1:
        both = _listed([names[place] for place in positions])
        raise DeckRefused(f"{both} could each be {meaning}: say which with --columns {meaning}=…")
    return positions[0] if positions else None


def _means_something(name: str) -> bool:
    return any(_words(name) in names for names in _KNOWN.values())


def _words(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _listed(names: list[str]) -> str:
    return " and ".join(repr(name[:40]) for name in names[:12])
