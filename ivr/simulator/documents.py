"""From an HTTP answer to a document, by its content type."""

from . import errors, reader
from .errors import BadTwiml
from .reader import Node
from .transport import Answer


def document_of(answer: Answer, url: str) -> Node:
    """XML is TwiML; audio is played; plain text is TwiML or read aloud. Raises BadTwiml."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("text/xml", "application/xml", "text/html"):
        return reader.read(answer.body)
    if kind.startswith("audio/"):
        return Node("Response", children=(Node("Play", text=url), Node("Hangup")))
    if kind == "text/plain":
        return _plain(answer.body)
    raise BadTwiml(
        errors.CONTENT_TYPE, f"content type {kind or 'missing'!r} is neither XML, audio nor plain text"
    )


def _plain(body: bytes) -> Node:
    try:
        return reader.read(body)
    except BadTwiml as problem:
        if problem.code == errors.TOO_LARGE:
            raise
        words = " ".join(body.decode("utf-8", "replace").split())
        return Node("Response", children=(Node("Say", text=words), Node("Hangup")))
