"""English, British and American: numbers, money and time in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_name, get_currency_precision
from num2words import num2words

# one and many of the currency, one and many of its hundredths; any other currency goes by its full name
_COINS = {
    "GBP": ("pound", "pounds", "penny", "pence"),
    "USD": ("dollar", "dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "CAD": ("dollar", "dollars", "cent", "cents"),
    "AUD": ("dollar", "dollars", "cent", "cents"),
    "NZD": ("dollar", "dollars", "cent", "cents"),
    "INR": ("rupee", "rupees", "paisa", "paise"),
    "PKR": ("rupee", "rupees", "paisa", "paise"),
    "PLN": ("zloty", "zlotys", "grosz", "groszy"),
    "MXN": ("peso", "pesos", "centavo", "centavos"),
}
_PARTS = {2: "hundredth", 3: "thousandth", 4: "ten thousandth"}
_KNOWN_AS = {"000": "triple zero"}  # what Australia teaches its children
_SIGNS = {".": "dot", "-": "dash", "_": "underscore", ":": "colon", "*": "star", "+": "plus"}


@dataclass(frozen=True, slots=True)
class English:
    """How one English-speaking country says things."""

    locale: str
    hash_key: str  # "hash", or "pound"
    hundred_and: bool  # "one hundred and ten", or "one hundred ten"

    def number(self, n: int) -> str:
        """A count in words, without hyphens or commas: "twenty one"."""
        words = _in_words(n)
        return words if self.hundred_and else words.replace(" and ", " ")

    def money(self, major: int, minor: int, currency: str) -> str:
        """The amount as people say it: "eight pounds forty", "eight pounds and five pence", "forty pence"."""
        one, many, coin, coins = _names(currency, self.locale)
        places = get_currency_precision(currency)
        notes = self._counted(major, one, many)
        if places == 0 or (major and not minor):
            return notes
        if not major:
            return self._counted(minor, coin, coins)
        if minor < 10 ** (places - 1):  # "eight pounds five" might be fifty
            return f"{notes} and {self._counted(minor, coin, coins).partition(' of ')[0]}"
        return f"{notes} {self.number(minor)}"

    def price(self, amount: Decimal, currency: str) -> str:
        """An exact amount: "four point five pence", "one dollar and twenty five cents"."""
        places = get_currency_precision(currency)
        total = amount.scaleb(places)
        if total == int(total):
            major, minor = divmod(int(total), 10**places)
            return self.money(major, minor, currency)
        one, many, _, coins = _names(currency, self.locale)
        if amount >= 1 or not places:
            return f"{self._decimal(amount)} {many}"
        return f"{self._decimal(total)} {coins.partition(' of ')[0]}"

    def mobile(self, country: str) -> str:
        """A mobile phone there."""
        return f"{country} mobile"

    def time(self, hours: int, minutes: int, seconds: int) -> str:
        """Only the parts that are not nothing: "one hour and ten minutes"."""
        said = [
            self._counted(count, one, f"{one}s")
            for count, one in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
            if count
        ]
        return " and ".join(said) or "zero seconds"

    def character(self, character: str) -> str:
        """A digit, a key or a sign by its name."""
        if character == "#":
            return self.hash_key
        return _SIGNS.get(character) or self.number(int(character))

    def either(self, numbers: Sequence[str]) -> str:
        """The numbers digit by digit, with "or" between them."""
        return " or ".join(
            _KNOWN_AS.get(number) or " ".join(map(self.character, number)) for number in numbers
        )

    def _decimal(self, value: Decimal) -> str:
        """A number with its decimals one by one: "four point zero five"."""
        whole, _, rest = f"{value.normalize():f}".partition(".")
        return f"{self.number(int(whole))} point {' '.join(map(self.character, rest))}"

    def _counted(self, count: int, one: str, many: str) -> str:
        """So many of a thing: "one penny", "forty pence"."""
        return f"{self.number(count)} {one if count == 1 else many}"


def _names(currency: str, locale: str) -> tuple[str, str, str, str]:
    """One and many of a currency, and of its smallest part."""
    if currency in _COINS:
        return _COINS[currency]
    one = get_currency_name(currency, count=1, locale=locale)
    many = get_currency_name(currency, count=2, locale=locale)
    part = _PARTS.get(get_currency_precision(currency), "part")
    return one, many, f"{part} of one {one}", f"{part}s of one {one}"


@lru_cache(maxsize=4096)
def _in_words(n: int) -> str:
    words: str = num2words(n, lang="en").replace("-", " ").replace(",", "")
    return words
