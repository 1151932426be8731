"""Spanish: numbers, money and time in words."""

from functools import lru_cache

from num2words import num2words

from ivr.prompts.counting import Counting, Tables, one_or_many

_CENTS = one_or_many("m", "centavo", "centavos")
_DOLLARS = one_or_many("m", "dólar", "dólares")
_RUPEES = one_or_many("f", "rupia", "rupias"), one_or_many("f", "paisa", "paisas")
_TABLES = Tables(
    hours_minutes_seconds=(
        one_or_many("f", "hora", "horas"),
        one_or_many("m", "minuto", "minutos"),
        one_or_many("m", "segundo", "segundos"),
    ),
    coins={
        "GBP": (one_or_many("f", "libra", "libras"), one_or_many("m", "penique", "peniques")),
        "USD": (_DOLLARS, _CENTS),
        "EUR": (one_or_many("m", "euro", "euros"), one_or_many("m", "céntimo", "céntimos")),
        "CAD": (_DOLLARS, _CENTS),
        "AUD": (_DOLLARS, _CENTS),
        "NZD": (_DOLLARS, _CENTS),
        "INR": _RUPEES,
        "PKR": _RUPEES,
        "PLN": (one_or_many("m", "esloti", "eslotis"), one_or_many("m", "grosz", "groszy")),
        "MXN": (one_or_many("m", "peso", "pesos"), _CENTS),
    },
    signs={
        "#": "almohadilla",
        "*": "asterisco",
        "+": "más",
        ".": "punto",
        "-": "guion",
        "_": "guion bajo",
        ":": "dos puntos",
    },
    conjunction="y",
    alternative="o",
    point="coma",
    mobile="móvil de {country}",
    change="{notes} con {number}",
)


def _gender_of(currency: str) -> str:
    """Rupia, corona, lira; dinar, peso, yen."""
    return "f" if currency.partition(" ")[0].endswith("a") else "m"


@lru_cache(maxsize=4096)
def _in_words(n: int, gender: str) -> str:
    words: str = num2words(n, lang="es").replace("veintiuno mil", "veintiún mil").replace("uno mil", "un mil")
    if gender == "f":
        words = words.replace("cientos", "cientas").replace("quinientos", "quinientas")
    if gender and words.endswith(("millón", "millones")):
        return f"{words} de"
    if gender and words.endswith("veintiuno"):
        return words.removesuffix("veintiuno") + ("veintiún" if gender == "m" else "veintiuna")
    if gender and words.endswith("uno"):
        return words[:-1] if gender == "m" else words[:-1] + "a"
    return words


SPANISH = Counting("es", _in_words, _gender_of, _TABLES)
