"""Which voice speaks which language, and which of them read digits by themselves.

Names as the provider knows them. Source: the provider's table of text-to-speech voices.
"""

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
