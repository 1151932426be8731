"""Reading the fields of a REST request; what the stand-in does not know or cannot read is refused."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from .outgoing import BadRequest

UNSUPPORTED, BAD_TO, BAD_FROM, BAD_URL, BAD_METHOD = 20001, 21211, 21212, 21205, 21403
LENGTH_MAX = 2048
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)


class Asked:
    """The fields of one request. Every verb raises BadRequest with the provider's error number."""

    def __init__(self, form: MultiDict[str, str], known: Iterable[str]) -> None:
        self._form = form
        if unknown := set(form) - set(known):
            raise BadRequest(UNSUPPORTED, f"this stand-in knows no {', '.join(sorted(unknown))}")

    def text(self, name: str) -> str:
        value = self._form.get(name, "")
        if len(value) > LENGTH_MAX:
            raise BadRequest(UNSUPPORTED, f"{name} is longer than {LENGTH_MAX} characters")
        return value

    def number(self, name: str) -> str:
        """A phone number like +442031234567."""
        if not _NUMBER.fullmatch(self.text(name)):
            code = BAD_FROM if name == "From" else BAD_TO
            raise BadRequest(code, f"{name} is not a number like +442031234567")
        return self.text(name)

    def whole(self, name: str, least: int, most: int) -> int | None:
        """None when it was not given."""
        text = self.text(name)
        if text and not (re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) and least <= int(text) <= most):
            raise BadRequest(UNSUPPORTED, f"{name} must be a whole number from {least} to {most}")
        return int(text) if text else None

    def flag(self, name: str) -> bool | None:
        """None when it was not given."""
        word = self.one_of(name, ("true", "false"))
        return word == "true" if word else None

    def method(self, name: str) -> str:
        method = self.text(name).upper() or "POST"
        if method not in ("GET", "POST"):
            raise BadRequest(BAD_METHOD, f"{name} must be GET or POST")
        return method

    def url(self, name: str) -> str:
        """A whole address, or nothing."""
        text = self.text(name)
        if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
            raise BadRequest(BAD_URL, f"{name} is not a whole address like https://example.com/voice")
        return text

    def words(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        """Given several times, or once with spaces between."""
        words = tuple(" ".join(self._form.getlist(name)).split())
        if unknown := set(words) - set(known):
            raise BadRequest(UNSUPPORTED, f"{name}: there is no {', '.join(sorted(unknown))}")
        return words

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """One of the words, or nothing."""
        text = self.text(name).lower()
        if text and text not in known:
            raise BadRequest(UNSUPPORTED, f"{name} must be {' or '.join(known)}, not {text!r}")
        return text
