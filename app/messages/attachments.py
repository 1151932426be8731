"""What goes with a mail: made when it is sent, so that the table of mails stays small."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    mime_type: str
    content: bytes


Maker = Callable[[str], tuple[str, str, bytes]]
_makers: dict[str, Maker] = {}


def attach(kind: str, maker: Maker) -> None:
    """Let `maker` make the attachments "kind:id" from their id: file name, MIME type, content.

    It runs in a read-only transaction that is open already.
    """
    _makers[kind] = maker


def made(attachment: str) -> Attachment | None:
    """Make an attachment in the open transaction; None for no attachment. Raises what its maker raises."""
    if not attachment:
        return None
    kind, _, number = attachment.partition(":")
    return Attachment(*_makers[kind](number))
