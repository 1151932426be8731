"""A file as numbered lines of text, whatever program wrote it."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from app.errors import DeckRefused

LINE_CHARACTERS_MAX = 10_000
_ZIP = b"PK\x03\x04"  # what .xlsx and .ods files are


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text: UTF-8 with or without its mark, or UTF-16 with one.

    Bytes that are not UTF-8 stay in the text as lone surrogates. Raises DeckRefused for what cannot be read.
    """
    try:
        with path.open("rb") as raw:
            beginning = raw.peek(len(_ZIP))[: len(_ZIP)]
            if beginning == _ZIP:
                raise DeckRefused(f"{path} is a spreadsheet or an archive: save it as CSV")
            wide = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            encoding, errors = ("utf-16", "replace") if wide else ("utf-8-sig", "surrogateescape")
            yield TextIOWrapper(raw, encoding=encoding, errors=errors)
    except OSError as error:
        raise DeckRefused(f"cannot read {path}: {error.strerror or error}") from error


def lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Each line with its number, counted from 1; blank ones are left out.

    A line without end is no line of a rate deck: raises DeckRefused before it fills the memory.
    """
    for number, line in enumerate(iter(partial(text.readline, LINE_CHARACTERS_MAX), ""), start=1):
        if len(line) == LINE_CHARACTERS_MAX:
            raise DeckRefused(f"line {number} has {LINE_CHARACTERS_MAX} characters or more: not a rate deck")
        if not line.isspace():
            yield number, line.rstrip("\n")
