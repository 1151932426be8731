"""Which languages a caller may choose from: each line says so in its own."""

from app.calls import Visit
from ivr.prompts import LANGUAGES, Count, Prompt
from ivr.words import Sentence, Words


def languages_of(visit: Visit) -> tuple[str, ...]:
    """Those of the access number, or all that we speak when it has but one; one English is enough."""
    offered = visit.line.languages
    if len(offered) > 1:
        return offered
    mother = {language.partition("-")[0] for language in offered}
    return offered + tuple(
        other
        for other in LANGUAGES
        if other.partition("-")[0] not in mother | {"en"} or (other == "en-GB" and "en" not in mother)
    )


def choices(visit: Visit) -> Words:
    """What is asked: "For English, press one. Para español, oprima dos." """
    return tuple(
        Sentence(Prompt.LANGUAGE_CHOICE, {"key": Count(key)}, language)
        for key, language in enumerate(languages_of(visit), start=1)
    )


def chosen(visit: Visit, key: str) -> str | None:
    """The language behind a key, if there is one."""
    languages = languages_of(visit)
    return (
        languages[int(key) - 1]
        if key.isascii() and key.isdigit() and 1 <= int(key) <= len(languages)
        else None
    )
