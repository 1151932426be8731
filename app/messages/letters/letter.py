"""What a letter is made of, before it becomes text or HTML."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """Words to press, and the page of ours that they lead to."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter in plain words. It never holds a PIN, a password or a whole phone number.

    A link leads to a page that changes nothing by being looked at: mail scanners follow links.
    """

    name: str  # which letter it is, as in receipt
    subject: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()  # a label and a value
    button: Link | None = None
    links: tuple[Link, ...] = ()  # what else may be pressed
    small: tuple[str, ...] = ()  # small print
    attachment: str = ""  # what goes with it unless its writer says otherwise
