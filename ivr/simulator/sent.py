"""What phones were told at the server's wish: a call that says something, or a text message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SENT_KEPT = 200


@dataclass(frozen=True)
class Sent:
    """One of them, with the words that were heard or read."""

    sid: str
    at: datetime
    to: str
    caller: str
    is_spoken: bool
    words: str
    by_carrier: bool = False  # which answers some words by itself

    def to_json(self) -> dict[str, Any]:
        """For the page that shows them."""
        how = "call" if self.is_spoken else "text"
        return {
            "at": self.at.isoformat(),
            "to": self.to,
            "from": self.caller,
            "how": how,
            "words": self.words,
        }
