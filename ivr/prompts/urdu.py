"""Urdu: small numbers in words, others in figures, which the voice reads as words.

Every number below a hundred has a word of its own in Urdu, with several spellings; figures have one.
"""

from ivr.prompts.counting import Counting, Tables, one_or_many

_DIGITS = ("صفر", "ایک", "دو", "تین", "چار", "پانچ", "چھ", "سات", "آٹھ", "نو")
_CENTS = one_or_many("", "سینٹ", "سینٹ")
_DOLLARS = one_or_many("", "ڈالر", "ڈالر")
_RUPEES = one_or_many("", "روپیہ", "روپے"), one_or_many("", "پیسہ", "پیسے")
_TABLES = Tables(
    hours_minutes_seconds=(
        one_or_many("", "گھنٹہ", "گھنٹے"),
        one_or_many("", "منٹ", "منٹ"),
        one_or_many("", "سیکنڈ", "سیکنڈ"),
    ),
    coins={
        "GBP": (one_or_many("", "پاؤنڈ", "پاؤنڈ"), one_or_many("", "پینی", "پینس")),
        "USD": (_DOLLARS, _CENTS),
        "EUR": (one_or_many("", "یورو", "یورو"), _CENTS),
        "CAD": (_DOLLARS, _CENTS),
        "AUD": (_DOLLARS, _CENTS),
        "NZD": (_DOLLARS, _CENTS),
        "INR": _RUPEES,
        "PKR": _RUPEES,
        "PLN": (one_or_many("", "زلوٹی", "زلوٹی"), one_or_many("", "گروش", "گروش")),
        "MXN": (one_or_many("", "پیسو", "پیسو"), one_or_many("", "سینٹاوو", "سینٹاوو")),
    },
    signs={
        "#": "ہیش",
        "*": "ستارہ",
        "+": "پلس",
        ".": "ڈاٹ",
        "-": "ڈیش",
        "_": "انڈر اسکور",
        ":": "کولن",
    },
    conjunction="اور",
    alternative="یا",
    point="اعشاریہ",
    mobile="{country} موبائل",
    change="{notes} {coins}",
)


def _no_gender(currency: str) -> str:
    """Numbers do not bend in Urdu."""
    return ""


def _in_words(n: int, gender: str) -> str:
    return _DIGITS[n] if n < len(_DIGITS) else str(n)


URDU = Counting("ur", _in_words, _no_gender, _TABLES)
