"""Every sentence that a caller hears, and how money, time and digits are said in it.

`say(Prompt.UP_TO, "en-GB", time=Seconds(1260))` is "Up to twenty one minutes." A language is one file of
sentences (`en_gb.py`) and the grammar of its numbers (`english.py`). Nothing here knows TwiML.
"""

from ivr.prompts.catalogue import LANGUAGES, Piece, for_refusal, gaps, pieces, say, write
from ivr.prompts.ids import Prompt
from ivr.prompts.values import Charge, Count, Either, Keys, PerMinute, Place, Seconds, Site, Value

__all__ = [
    "LANGUAGES",
    "Charge",
    "Count",
    "Either",
    "Keys",
    "PerMinute",
    "Piece",
    "Place",
    "Prompt",
    "Seconds",
    "Site",
    "Value",
    "for_refusal",
    "gaps",
    "pieces",
    "say",
    "write",
]
