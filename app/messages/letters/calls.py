"""Letters about calls."""

from datetime import datetime

from app.messages.letters.letter import Letter, Link
from app.messages.letters.wording import ENGLISH, masked, moment


def recording_ready(
    number: str, placed_at: datetime, delete_at: datetime, url: str, *, language: str = ENGLISH
) -> Letter:
    """A call was recorded as its owner wished. `number` in E.164, told by its ends only; empty: not told."""
    to = (("Call to", masked(number)),) if number else ()
    return Letter(
        name="recording_ready",
        subject="Your recording is ready",
        paragraphs=(
            "You wanted a call to be recorded. You can now listen to it after you have signed in.",
            "It is deleted on the day below, and at once whenever you say so.",
        ),
        facts=(*to, ("Called", moment(placed_at, language)), ("Deleted", moment(delete_at, language))),
        button=Link("My recordings", url),
        small=("If this was not your wish, change your PIN and your password: somebody else knows them.",),
    )
