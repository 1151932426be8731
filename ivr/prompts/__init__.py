"""Every sentence that a caller hears, and how money, time and digits are said in it.

`say(Prompt.UP_TO, "en-GB", time=duration(1260, "en-GB"))` is "Up to twenty one minutes." A language is
one file of sentences (`en_gb.py`) and the grammar of its numbers (`english.py`). Nothing here knows TwiML.
"""

from ivr.prompts.catalogue import LANGUAGES, balance, cost, emergency, for_refusal, say
from ivr.prompts.ids import Prompt
from ivr.prompts.speech import digits, duration, money, number, site

__all__ = [
    "LANGUAGES",
    "Prompt",
    "balance",
    "cost",
    "digits",
    "duration",
    "emergency",
    "for_refusal",
    "money",
    "number",
    "say",
    "site",
]
