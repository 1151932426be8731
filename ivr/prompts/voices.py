"""Which voice speaks which language, and which of them read digits by themselves.

Names as the provider knows them. Source: the provider's table of text-to-speech voices.
"""

import re
from dataclasses import dataclass

SPELLING = ("Polly.",)  # these read `say-as` with "digits"; others only "characters", or none


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice, and the language that it is told to speak."""

    name: str
    language: str

    @property
    def spells(self) -> bool:
        """Whether it reads digits one by one when it is asked to."""
        return self.name.startswith(SPELLING)


VOICES = {
    "en-GB": Voice("Polly.Amy", "en-GB"),
    "en-US": Voice("Polly.Joanna", "en-US"),
    "es": Voice("Polly.Lucia", "es-ES"),
    "fr": Voice("Polly.Celine", "fr-FR"),
    "pl": Voice("Polly.Ewa", "pl-PL"),
    "ur": Voice("Google.ur-IN-Standard-A", "ur-IN"),
}


def voice_for(language: str, chosen: str | None = None) -> Voice:
    """The voice for a language: ours, or the operator's, such as `Polly.Mia/es-MX`.

    A voice that is told to speak another language than its own is an error to the provider. Google's names
    say what they speak; of others ours is taken, unless the operator says which.
    """
    ours = VOICES[language]
    if not chosen:
        return ours
    name, _, spoken = chosen.partition("/")
    in_name = re.match(r"\w+\.([a-z]{2,3}-[A-Z]{2})-", name)
    return Voice(name, spoken or (in_name[1] if in_name else ours.language))
