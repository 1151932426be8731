"""Languages whose nouns bend to the number before them: which form, CLDR knows; the forms, each language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from babel import Locale
from babel.numbers import get_currency_name, get_currency_precision


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing that is counted: its gender, and its form for each plural category of the language."""

    gender: str
    forms: Mapping[str, str]

    def form(self, category: str) -> str:
        """The form for a category; "other" serves for those that have none of their own."""
        return self.forms.get(category) or self.forms["other"]


def one_or_many(gender: str, one: str, many: str) -> Noun:
    """A noun with a singular and a plural."""
    return Noun(gender, {"one": one, "other": many})


@dataclass(frozen=True, slots=True)
class Tables:
    """The words of one language."""

    hours_minutes_seconds: tuple[Noun, Noun, Noun]
    coins: Mapping[str, tuple[Noun, Noun]]  # the currency, and its hundredth
    signs: Mapping[str, str]  # by character; the keys of a phone too
    conjunction: str  # "and"
    alternative: str  # "or"
    point: str  # between a whole number and its decimals
    mobile: str = "{country}, mobile"
    change: str = "{notes} {number}"  # "eight pounds forty"
    known_as: Mapping[str, str] = field(default_factory=dict)  # numbers that every child there knows


@dataclass(frozen=True, slots=True)
class Counting:
    """How a language says things, by its tables and the gender of its numbers."""

    locale: str
    in_words: Callable[[int, str], str]  # a number, and the gender of what it counts: "m", "f", "n" or ""
    gender_of: Callable[[str], str]  # of a currency that is in no table, by how one of it ends
    tables: Tables

    def number(self, n: int) -> str:
        """A count in words, of nothing in particular."""
        return self.in_words(n, "")

    def money(self, major: int, minor: int, currency: str) -> str:
        """The amount as people say it; of a currency without a short name, to the last decimal."""
        if currency not in self.tables.coins:
            return self._exact(
                Decimal(major) + Decimal(minor).scaleb(-get_currency_precision(currency)), currency
            )
        note, coin = self.tables.coins[currency]
        notes, coins = self._counted(major, note), self._counted(minor, coin)
        if not minor:
            return notes if major else coins
        if not major:
            return coins
        if minor < 10:  # "eight five" might be fifty
            return f"{notes} {self.tables.conjunction} {coins}"
        return self.tables.change.format(notes=notes, number=self.in_words(minor, coin.gender), coins=coins)

    def price(self, amount: Decimal, currency: str) -> str:
        """An exact amount, with decimals where it is no whole number of coins."""
        if currency not in self.tables.coins:
            return self._exact(amount, currency)
        hundredths = amount.scaleb(2)
        if hundredths == int(hundredths):
            return self.money(*divmod(int(hundredths), 100), currency)
        note, coin = self.tables.coins[currency]
        return self._decimal(amount, note) if amount >= 1 else self._decimal(hundredths, coin)

    def mobile(self, country: str) -> str:
        """A mobile phone there."""
        return self.tables.mobile.format(country=country)

    def time(self, hours: int, minutes: int, seconds: int) -> str:
        """Only the parts that are not nothing."""
        counts = zip((hours, minutes, seconds), self.tables.hours_minutes_seconds, strict=True)
        said = [self._counted(count, noun) for count, noun in counts if count]
        nothing = self._counted(0, self.tables.hours_minutes_seconds[-1])
        return f" {self.tables.conjunction} ".join(said) or nothing

    def character(self, character: str) -> str:
        """A digit, a key or a sign by its name."""
        return self.tables.signs.get(character) or self.number(int(character))

    def either(self, numbers: Sequence[str]) -> str:
        """The numbers digit by digit, with "or" between them."""
        said = (self.tables.known_as.get(one) or " ".join(map(self.character, one)) for one in numbers)
        return f" {self.tables.alternative} ".join(said)

    def _counted(self, count: int, noun: Noun) -> str:
        return f"{self.in_words(count, noun.gender)} {noun.form(self._category(count))}"

    def _decimal(self, value: Decimal, noun: Noun) -> str:
        return f"{self._digits(value)} {noun.form(self._category(value))}"

    def _exact(self, amount: Decimal, currency: str) -> str:
        """An amount with the full name of its currency."""
        count = int(amount) if amount == int(amount) else amount
        name = get_currency_name(currency, count=count, locale=self.locale)
        if not isinstance(count, int):
            return f"{self._digits(amount)} {name}"
        gender = self.gender_of(get_currency_name(currency, count=1, locale=self.locale))
        return f"{self.in_words(count, gender)} {name}"

    def _digits(self, value: Decimal) -> str:
        """A number with its decimals one by one: "four point zero five"."""
        whole, _, rest = f"{value.normalize():f}".partition(".")
        return f"{self.number(int(whole))} {self.tables.point} {' '.join(map(self.character, rest))}"

    def _category(self, count: int | Decimal) -> str:
        return str(Locale.parse(self.locale).plural_form(count))
