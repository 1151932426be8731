"""Polish: numbers, money and time in words."""

from functools import lru_cache

from num2words import num2words

from ivr.prompts.counting import Counting, Noun, Tables


def _noun(gender: str, one: str, few: str, many: str, part: str) -> Noun:
    """One funt, two funty, five funtów, and half a funta."""
    return Noun(gender, {"one": one, "few": few, "many": many, "other": part})


_CENTS = _noun("m", "cent", "centy", "centów", "centa")
_DOLLARS = _noun("m", "dolar", "dolary", "dolarów", "dolara")
_RUPEES = _noun("f", "rupia", "rupie", "rupii", "rupii"), _noun("f", "pajsa", "pajsy", "pajs", "pajsy")
_TABLES = Tables(
    hours_minutes_seconds=(
        _noun("f", "godzina", "godziny", "godzin", "godziny"),
        _noun("f", "minuta", "minuty", "minut", "minuty"),
        _noun("f", "sekunda", "sekundy", "sekund", "sekundy"),
    ),
    coins={
        "GBP": (
            _noun("m", "funt", "funty", "funtów", "funta"),
            _noun("m", "pens", "pensy", "pensów", "pensa"),
        ),
        "USD": (_DOLLARS, _CENTS),
        "EUR": (_noun("n", "euro", "euro", "euro", "euro"), _CENTS),
        "CAD": (_DOLLARS, _CENTS),
        "AUD": (_DOLLARS, _CENTS),
        "NZD": (_DOLLARS, _CENTS),
        "INR": _RUPEES,
        "PKR": _RUPEES,
        "PLN": (
            _noun("m", "złoty", "złote", "złotych", "złotego"),
            _noun("m", "grosz", "grosze", "groszy", "grosza"),
        ),
        "MXN": (
            _noun("n", "peso", "pesos", "pesos", "peso"),
            _noun("n", "centavo", "centavos", "centavos", "centavo"),
        ),
    },
    signs={
        "#": "krzyżyk",
        "*": "gwiazdka",
        "+": "plus",
        ".": "kropka",
        "-": "myślnik",
        "_": "podkreślnik",
        ":": "dwukropek",
    },
    conjunction="i",
    alternative="lub",
    point="przecinek",
    mobile="{country}, komórka",
)


def _gender_of(currency: str) -> str:
    """Rupia, korona; euro, peso; dinar, jen."""
    return {"a": "f", "o": "n", "e": "n"}.get(currency.partition(" ")[0][-1:], "m")


@lru_cache(maxsize=4096)
def _in_words(n: int, gender: str) -> str:
    words: str = num2words(n, lang="pl")
    if n == 1:
        return {"f": "jedna", "n": "jedno"}.get(gender, words)
    if gender == "f" and (words == "dwa" or words.endswith(" dwa")):
        return words.removesuffix("dwa") + "dwie"
    return words


POLISH = Counting("pl", _in_words, _gender_of, _TABLES)
