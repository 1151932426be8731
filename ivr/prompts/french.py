"""French: numbers, money and time in words."""

from functools import lru_cache

from num2words import num2words

from ivr.prompts.counting import Counting, Tables, one_or_many

_CENTS = one_or_many("m", "centime", "centimes")  # "deux cents" might be two hundred
_DOLLARS = one_or_many("m", "dollar", "dollars")
_RUPEES = one_or_many("f", "roupie", "roupies"), one_or_many("m", "paisa", "paisas")
_TABLES = Tables(
    hours_minutes_seconds=(
        one_or_many("f", "heure", "heures"),
        one_or_many("f", "minute", "minutes"),
        one_or_many("f", "seconde", "secondes"),
    ),
    coins={
        "GBP": (one_or_many("f", "livre", "livres"), one_or_many("m", "penny", "pence")),
        "USD": (_DOLLARS, _CENTS),
        "EUR": (one_or_many("m", "euro", "euros"), _CENTS),
        "CAD": (_DOLLARS, _CENTS),
        "AUD": (_DOLLARS, _CENTS),
        "NZD": (_DOLLARS, _CENTS),
        "INR": _RUPEES,
        "PKR": _RUPEES,
        "PLN": (one_or_many("m", "zloty", "zlotys"), one_or_many("m", "grosz", "groszy")),
        "MXN": (one_or_many("m", "peso", "pesos"), one_or_many("m", "centavo", "centavos")),
    },
    signs={
        "#": "dièse",
        "*": "étoile",
        "+": "plus",
        ".": "point",
        "-": "tiret",
        "_": "tiret bas",
        ":": "deux-points",
    },
    conjunction="et",
    alternative="ou le",
    point="virgule",
    known_as={"112": "cent douze"},
)
_MASCULINE = {"rouble"}


def _gender_of(currency: str) -> str:
    """Livre, couronne, roupie; dinar, peso, yen."""
    noun = currency.partition(" ")[0]
    return "f" if noun.endswith("e") and noun not in _MASCULINE else "m"


@lru_cache(maxsize=4096)
def _in_words(n: int, gender: str) -> str:
    words: str = num2words(n, lang="fr")
    if gender and words.endswith(("million", "millions")):
        return f"{words} de"
    ends_in_one = words.endswith((" un", "-un")) or words == "un"
    return f"{words}e" if gender == "f" and ends_in_one else words


FRENCH = Counting("fr", _in_words, _gender_of, _TABLES)
