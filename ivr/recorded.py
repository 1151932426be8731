"""Prompts that were recorded: a file takes the place of the words that a voice would say.

`static/prompts/<language>/<prompt>.mp3` replaces a prompt without gaps; of one with gaps the words before,
between and after them are `<prompt>.1.mp3`, `<prompt>.2.mp3` … (the first is missing where a prompt begins
with a gap). A prompt is played when all its words are recorded, and said by a voice when one file lacks.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from string import Formatter

from ivr.prompts import Piece, Prompt, gaps
from ivr.prompts.catalogue import TEXTS

FOLDER = Path(__file__).parents[1] / "static" / "prompts"
KINDS = (".mp3", ".wav")


def clips(prompt: Prompt, language: str, pieces: Sequence[Piece]) -> dict[int, str]:
    """The files for the words of a prompt, by where they stand; empty unless all of them are there."""
    files = _files(language)
    if not files:
        return {}
    has_gaps = len(pieces) > 1 or not pieces[0].at
    found: dict[int, str] = {}
    for piece in pieces:
        if not piece.at or not _is_said(piece.text):
            continue
        name = f"{prompt}.{piece.at}" if has_gaps else str(prompt)
        if name not in files:
            return {}
        found[piece.at] = f"/static/prompts/{language}/{files[name]}"
    return found


def wanted(language: str) -> dict[str, str]:
    """The files that would replace every voice in a language, without their kind, and the words of each."""
    found: dict[str, str] = {}
    for prompt, text in TEXTS[language].items():
        for name, words in _stretches(prompt, text):
            found[name] = words.strip()
    return found


def _stretches(prompt: Prompt, text: str) -> Iterator[tuple[str, str]]:
    has_gaps = bool(gaps(text))
    for at, (words, *_) in enumerate(Formatter().parse(text), start=1):
        if _is_said(words):
            yield (f"{prompt}.{at}" if has_gaps else str(prompt)), words


def _is_said(words: str) -> bool:
    """Whether there is more than a full stop."""
    return any(character.isalnum() for character in words)


def _files(language: str) -> dict[str, str]:
    """The recordings of a language, read again whenever its folder has changed."""
    folder = FOLDER / language
    try:
        return _listed(folder, folder.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _listed(folder: Path, changed: int) -> dict[str, str]:
    return {
        file.stem: file.name for file in sorted(folder.iterdir()) if file.suffix in KINDS and file.is_file()
    }
