"""Logs: one JSON object a line, with the request and the call that it belongs to, and without secrets."""

import logging
import re
import sys
from contextvars import ContextVar
from typing import Any

from pythonjsonlogger.json import JsonFormatter

_notes: ContextVar[dict[str, object] | None] = ContextVar("notes", default=None)

# a run of digits may be a PIN or a person's number: neither is the business of a log
_DIGITS = re.compile(r"\+?[0-9](?:[ .()-]?[0-9]){5,}")
_IDS = {"at", "request", "visit", "call"}


def begin(**notes: object) -> None:
    """Start the notes of a request."""
    _notes.set(dict(notes))


def note(**notes: object) -> None:
    """Let every further log line of this request carry these."""
    _notes.set({**(_notes.get() or {}), **notes})


def masked(text: str) -> str:
    """The text without PINs and numbers; their length stays."""
    return _DIGITS.sub(lambda found: "*" * len(found.group()), text)


def set_up(level: str) -> None:
    """Send the logs of this process to stderr, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_notes)
    handler.setFormatter(_Formatter("{asctime}{levelname}{name}{message}", style="{", rename_fields=_NAMES))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("twilio").setLevel(logging.WARNING)  # it tells every header of every request
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # it repeats as warnings what is raised anyway


_NAMES = {"asctime": "at", "levelname": "level", "name": "from", "message": "what"}


class _Formatter(JsonFormatter):
    """JSON with every run of digits masked, in messages, tracebacks and notes, but for ids that are ours."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return super().formatTime(record, datefmt or "%Y-%m-%dT%H:%M:%S%z")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {
            name: masked(value) if isinstance(value, str) and name not in _IDS else value
            for name, value in log_data.items()
        }


def _add_notes(record: logging.LogRecord) -> bool:
    for name, value in (_notes.get() or {}).items():
        if name not in record.__dict__:
            setattr(record, name, value)
    return True
