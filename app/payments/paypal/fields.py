"""Reading what PayPal sends: what may lack or be nonsense is read as nothing, what must not lack is said."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from app.errors import ProviderRefused, ProviderUnavailable
from app.money import Money
from app.payments.paypal import amounts

Answer = Mapping[str, Any]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def path(template: str, ref: str) -> str:
    """The path of one thing of PayPal's. An id that could be no id of PayPal's is not asked about."""
    if not _ID.fullmatch(ref):
        raise ProviderRefused("PayPal cannot know such an id", status=404, issue="RESOURCE_NOT_FOUND")
    return template.format(ref)


def nonsense(what: str) -> ProviderUnavailable:
    """PayPal answered, and we cannot act on it."""
    return ProviderUnavailable(f"PayPal answered what makes no sense: {what}")


def at(said: object, *names: str) -> Answer:
    """The object below these names; an empty one where there is none."""
    for name in names:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said if isinstance(said, Mapping) else {}


def each(said: object, name: str) -> Iterator[Answer]:
    """The objects of a list; what is none is passed over."""
    values = said.get(name) if isinstance(said, Mapping) else None
    yield from (value for value in (values if isinstance(values, list) else []) if isinstance(value, Mapping))


def text(said: Answer, name: str, most: int = 127) -> str:
    """A short text that any table can hold, or an empty one."""
    value = said.get(name)
    fine = isinstance(value, str) and len(value) <= most and value.isprintable()
    return str(value) if fine else ""


def ref(said: Answer, name: str) -> str:
    """An id of PayPal's, or an empty text."""
    value = said.get(name)
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def essential_ref(said: Answer, name: str, of: str) -> str:
    """An id that must not lack."""
    found = ref(said, name)
    if not found:
        raise nonsense(f"{of} without an id")
    return found


def essential_amount(said: Answer, of: str) -> Money:
    """An amount that must not lack."""
    found = amounts.read(said.get("amount"))
    if found is None:
        raise nonsense(f"{of} without an amount")
    return found


def linked(said: Answer, rel: str) -> str:
    """The address of a link."""
    return next((text(link, "href", 2000) for link in each(said, "links") if link.get("rel") == rel), "")


def up(said: Answer, kind: str) -> str:
    """The id of what this belongs to, when that is of this kind, as in `orders`; PayPal says so by a link."""
    parts = _path(linked(said, "up")).split("/")
    found = parts[-1] if len(parts) > 1 and parts[-2] == kind else ""
    return found if _ID.fullmatch(found) else ""


def moment(said: Answer, name: str) -> datetime | None:
    """A point in time; PayPal has been seen to write a month 19."""
    try:
        found = datetime.fromisoformat(text(said, name))
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def masked(address: str) -> str:
    """An e-mail address as its owner may see it on a page: z…@example.com."""
    name, at_sign, host = address.rpartition("@")
    return f"{name[:1]}…@{host}"[:80] if at_sign and name else ""


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
