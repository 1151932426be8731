"""American English: the British sentences with American words.

Cents, and 911, come with the currency and the country of a call, not with the language.
"""

from ivr.prompts import en_gb

_WORDS = {"hash": "pound", "double zero": "zero one one", "recognised": "recognized"}


def _american(text: str) -> str:
    """The sentence as an American expects it."""
    for british, american in _WORDS.items():
        text = text.replace(british, american)
    return text


TEXTS = {prompt: _american(text) for prompt, text in en_gb.TEXTS.items()}
