"""Finding a country by what people call it, and the first digits of its numbers."""

import re
import unicodedata
from difflib import get_close_matches
from functools import cache, lru_cache

import phonenumbers

from app.numbers.country import country_name

DIGITS_MAX = 15
FOUND_MAX = 12
SIMILARITY = 0.72  # of a name to a slip of the pen

# what people say, besides the official name and the two letters
_ALSO = {
    "AE": ("uae", "emirates", "dubai", "abu dhabi"),
    "BA": ("bosnia",),
    "CD": ("drc", "dr congo", "zaire"),
    "CI": ("ivory coast",),
    "CV": ("cape verde",),
    "CZ": ("czech republic",),
    "GB": ("uk", "britain", "great britain", "england", "scotland", "wales", "northern ireland"),
    "MM": ("burma",),
    "NL": ("holland",),
    "RU": ("russian federation",),
    "SZ": ("swaziland",),
    "TL": ("east timor",),
    "TR": ("turkey",),
    "US": ("usa", "us", "america", "united states of america"),
    "VA": ("vatican",),
}

Spans = tuple[tuple[str, str], ...]


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country with telephone numbers, as (ISO 3166, name), by name."""
    named = ((region, country_name(region)) for region in phonenumbers.SUPPORTED_REGIONS)
    return tuple(sorted(named, key=lambda pair: _plain(pair[1])))


@lru_cache(maxsize=1024)
def find_countries(text: str) -> tuple[str, ...]:
    """The countries (ISO 3166) that somebody may mean, likeliest first; none for nonsense.

    A whole name or its code means that one only; otherwise names that begin with the text, then names with
    such a word in them, then names that are written much like it.
    """
    sought = _plain(text)
    if not sought:
        return ()
    names = _names()
    if sought in names:
        return (names[sought],)
    begin = [name for name in names if len(sought) > 1 and name.startswith(sought)]
    within = [name for name in names if len(sought) > 1 and f" {sought}" in name]
    return tuple(dict.fromkeys(names[name] for name in begin + within or _close(sought)))[:FOUND_MAX]


def initial(name: str) -> str:
    """The letter under which a name stands in a list: Åland stands under A."""
    return _plain(name)[:1].upper()


@cache
def spans_of(region: str) -> Spans:
    """The prefixes of a country's numbers, as spans from the first to the last.

    Countries that share a country code are told apart in North America and in Russia and Kazakhstan;
    elsewhere the small neighbour is found with the large one. Empty for what is no country.
    """
    code = phonenumbers.country_code_for_region(region)
    if code == 0:
        return ()
    if code not in _PARTS:
        return ((str(code), _last(str(code))),)
    parts = [part for part in _PARTS[code] if _owner(str(part)) == region]
    starts = [part for part in parts if part - 1 not in parts]
    ends = [part for part in parts if part + 1 not in parts]
    spans = tuple((str(start), _last(str(end))) for start, end in zip(starts, ends, strict=True))
    # the bare code is the price of the largest country that shares it
    is_largest = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code][0] == region
    return ((str(code), str(code)), *spans) if is_largest else spans


# how far one has to read to know the country behind a shared code
_PARTS = {1: range(1200, 2000), 7: range(70, 80)}


@cache
def _owner(prefix: str) -> str | None:
    """The country of the numbers that begin like this."""
    if prefix.startswith("7"):
        return "KZ" if prefix == "77" else "RU"
    return phonenumbers.region_code_for_number(phonenumbers.parse(f"+{prefix}2345678"))


@cache
def _names() -> dict[str, str]:
    """Every name in plain letters, with the country it means."""
    known = {_plain(name): region for region, name in countries()}
    known |= {also: region for region, names in _ALSO.items() for also in names}
    return known | {region.lower(): region for region, _ in countries() if region.lower() not in known}


def _close(sought: str) -> list[str]:
    """Names that begin much like what was written: Afgan is Afghanistan."""
    length = max(len(sought) + 1, 4)
    beginnings = {name[:length]: name for name in _names() if len(name) >= 4}
    return [beginnings[found] for found in get_close_matches(sought, beginnings, n=3, cutoff=SIMILARITY)]


def _plain(text: str) -> str:
    """Small letters without accents or marks, so that Cote d'Ivoire is found."""
    letters = unicodedata.normalize("NFKD", text[:80].casefold())
    return " ".join(re.sub(r"[^a-z ]", " ", re.sub(r"[\u0300-\u036f'’.]", "", letters)).split())


def _last(prefix: str) -> str:
    return prefix.ljust(DIGITS_MAX, "9")
