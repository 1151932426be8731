"""What the stand-in remembers: orders, the money in them, disputes, saved payment methods, past answers.

Rows are kept in memory and, where a file is named, as one line of JSON for each change, so that a restart
knows its orders.
"""

import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TextIO

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


@dataclass
class Order:
    """What a buyer is asked to pay for."""

    id: str
    currency: str
    value: str
    custom_id: str = ""
    invoice_id: str = ""
    description: str = ""
    return_url: str = ""
    cancel_url: str = ""
    source: bool = True  # whether the order named PayPal as its payment source
    usage: dict[str, str] | None = None  # how the payment method will be used, where it is saved
    status: str = "PAYER_ACTION_REQUIRED"
    payer: str = ""
    outcome: str = "at_once"  # how the money behaves, as the buyer chose
    captures: list[str] = field(default_factory=list)
    token: str = ""
    made_at: str = ""
    changed_at: str = ""


@dataclass
class Capture:
    """The money of an order."""

    id: str
    order: str
    status: str
    reason: str = ""
    refunds: list[str] = field(default_factory=list)
    made_at: str = ""
    changed_at: str = ""


@dataclass
class Refund:
    """Money that went back, by the seller's will or by force."""

    id: str
    capture: str
    value: str
    reversal: bool = False
    status: str = "COMPLETED"
    invoice_id: str = ""
    note: str = ""
    made_at: str = ""


@dataclass
class Dispute:
    """A buyer's complaint about a capture."""

    id: str
    capture: str
    value: str
    reason: str
    status: str = "WAITING_FOR_SELLER_RESPONSE"
    outcome: str = ""
    made_at: str = ""
    changed_at: str = ""


@dataclass
class Token:
    """A payment method that is kept for the seller."""

    id: str
    payer: str
    order: str
    usage: dict[str, str] = field(default_factory=dict)
    deleted: bool = False
    made_at: str = ""


@dataclass
class Answer:
    """What a request was answered, to say the same when it comes again."""

    id: str
    request: str  # a digest of what was asked
    status: int
    body: dict[str, Any]
    at: str


Row = Order | Capture | Refund | Dispute | Token | Answer
_TABLES: dict[str, type[Row]] = {
    "orders": Order,
    "captures": Capture,
    "refunds": Refund,
    "disputes": Dispute,
    "tokens": Token,
    "answers": Answer,
}
_NAMES = {kind: name for name, kind in _TABLES.items()}


class Books:
    """All rows, and one lock for whoever changes them."""

    def __init__(self, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.orders: dict[str, Order] = {}
        self.captures: dict[str, Capture] = {}
        self.refunds: dict[str, Refund] = {}
        self.disputes: dict[str, Dispute] = {}
        self.tokens: dict[str, Token] = {}
        self.answers: dict[str, Answer] = {}
        self._journal: TextIO | None = None
        if file is not None:
            self._open(file)

    def put(self, row: Row) -> None:
        """Remember a row as it is now."""
        name = _NAMES[type(row)]
        with self.lock:
            getattr(self, name)[row.id] = row
            if self._journal is not None:
                self._journal.write(_line(name, row))
                self._journal.flush()

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            if self._journal is not None:
                self._journal.close()
                self._journal = None

    def _open(self, file: Path) -> None:
        """Read what a file remembers, and write it anew without what has changed since."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if file.exists():
            for name, row in _read(file):
                getattr(self, name)[row.id] = row
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with draft.open("w", encoding="utf-8") as out:
            out.writelines(_line(name, row) for name in _TABLES for row in getattr(self, name).values())
        draft.chmod(0o600)
        draft.replace(file)
        self._journal = file.open("a", encoding="utf-8")


def new_id(length: int = 17) -> str:
    """A new name, as PayPal's look."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _line(name: str, row: Row) -> str:
    return json.dumps([name, asdict(row)]) + "\n"


def _read(file: Path) -> Iterator[tuple[str, Row]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):  # a line that a crash cut short
                name, facts = json.loads(line)
                kind = _TABLES[name]
                known = {column.name for column in fields(kind)}
                yield name, kind(**{key: value for key, value in facts.items() if key in known})
