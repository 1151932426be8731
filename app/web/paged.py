"""Pages of a long list in an address: where one stands, and the way to its neighbours."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from app.paging import HEAD, Cursor, Page

_DIGITS_MAX = 18  # of an id; more would not fit into its column


def cursor() -> Cursor:
    """The place in the list that the address names; its head when it names none that makes sense."""
    before, after = (_id(request.args.get(name, "")) for name in ("before", "after"))
    if before is None and after is None:
        return HEAD
    return Cursor(before=before) if after is None else Cursor(after=after)


def ways(endpoint: str, page: Page[Any], at: Cursor, kept: Mapping[str, Any]) -> dict[str, str]:
    """The addresses of the head of the list, of what is newer and what is older, each with what is `kept`."""
    ways = {"first": "" if at == HEAD else url_for(endpoint, **kept)}
    ways["previous"] = "" if page.newer is None else url_for(endpoint, **kept, after=page.newer)
    ways["next"] = "" if page.older is None else url_for(endpoint, **kept, before=page.older)
    return ways


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None
