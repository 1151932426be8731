"""Every prompt as it is said on an ordinary day."""

from app.money import Money
from ivr import prompts
from ivr.prompts import Count, Either, Keys, PerMinute, Place, Prompt, Seconds, Site, Value
from ivr.prompts.catalogue import TEXTS, gaps

VALUES: dict[str, Value] = {
    "brand": "Farthing",
    "key": Count(2),
    "pin_length": Count(12),
    "site": Site("https://example.com"),
    "wait": Seconds(900),
    "price": PerMinute(Money(40_000, "GBP")),
    "fee": PerMinute(Money(100_000, "GBP")),
    "numbers": Either(("999", "112")),
    "place": Place("PK"),
    "time": Seconds(1260),
    "amount": Money(8_400_000, "GBP"),
    "balance": Money(8_400_000, "GBP"),
    "name": "Ammi",
    "support": Keys("02079460000"),
    "pin": Keys("123456789012"),
    "code": Keys("123456"),
}
WRITTEN = {Prompt.TEXT_RATE, Prompt.TEXT_NO_RATE, Prompt.TEXT_ACCESS, Prompt.TEXT_HELP}


def said(prompt: Prompt, language: str) -> str:
    """The prompt as on an ordinary day."""
    named = {name: VALUES[name] for name in gaps(TEXTS[language][prompt])}
    return prompts.say(prompt, language, **named)
