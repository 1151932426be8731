"""Money: a whole number of millionths of a currency unit, and nothing else."""

import re
from dataclasses import dataclass

from babel.numbers import list_currencies

MILLION = 1_000_000

_AMOUNT = re.compile(r"(?P<sign>-?)(?P<units>[0-9]{1,12})(?:\.(?P<parts>[0-9]{1,6}))?", re.ASCII)


class NotMoney(ValueError):
    """The text is not an amount of money that this system keeps."""


class CurrencyMismatch(TypeError):
    """Two amounts of different currencies met: a mistake of ours, never of a person's."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `micros` millionths of one unit of `currency` (ISO 4217).

    Never a float: adding, comparing and printing are exact. Mixing currencies raises CurrencyMismatch.
    """

    micros: int
    currency: str

    def __post_init__(self) -> None:
        assert type(self.micros) is int, f"money is whole millionths, not {self.micros!r}"

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read a plain decimal such as `0.0305`: at most six decimals, no exponent, no separators.

        Raises NotMoney, with a sentence for the person who typed it.
        """
        match = _AMOUNT.fullmatch(text.strip())
        if match is None:
            raise NotMoney(
                f"{text[:40]!r} is not an amount: write digits and at most six decimals, as in 0.25"
            )
        micros = int(match["units"]) * MILLION + int((match["parts"] or "").ljust(6, "0"))
        return cls(-micros if match["sign"] else micros, currency_code(currency))

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency."""
        return cls(0, currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.micros + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.micros - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.micros < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.micros <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.micros > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.micros >= self._same(other)

    def __bool__(self) -> bool:
        return self.micros != 0

    def __str__(self) -> str:
        return decimal_text(self.micros)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.micros


def decimal_text(micros: int) -> str:
    """Print exactly, with at least two decimals: `9.58`, `0.0305`, `-1.00`."""
    units, parts = divmod(abs(micros), MILLION)
    decimals = f"{parts:06d}".rstrip("0").ljust(2, "0")
    return f"{'-' if micros < 0 else ''}{units}.{decimals}"


def currency_code(text: str) -> str:
    """Check a code of ISO 4217; raises NotMoney."""
    code = text.strip().upper()
    if code not in list_currencies():
        raise NotMoney(f"{text[:20]!r} is not a currency: use three letters, as in USD")
    return code
