"""Reading a PDF of ours back: its lines, by the tables from letters of its fonts to letters of the world."""

import re
import zlib
from base64 import a85decode

_OBJECT = re.compile(rb"(\d+) 0 obj\s(.*?)endobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.S)
_LETTER = re.compile(r"<([0-9A-F]{2})> <([0-9A-F]{4,})>")
_WORDS = re.compile(r"/(F\d+\+\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*)|(ET)", re.S)
_ESCAPE = re.compile(r"\\([0-7]{3}|.)", re.S)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    return len(re.findall(rb"/Type /Page\b", pdf))


def lines(pdf: bytes) -> list[str]:
    """The lines that are printed, in the order in which they are written."""
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    alphabets = {name: _alphabet(objects, font) for font in objects.values() if (name := _name(font))}
    contents = [int(found[1]) for found in re.finditer(rb"/Contents (\d+) 0 R", pdf)]
    return [
        line
        for content in contents
        for line in _lines(_stream(objects[content]).decode("latin-1"), alphabets)
    ]


def _name(font: bytes) -> str:
    found = re.search(rb"/Name /(F\d+\+\d+) ", font)
    return found[1].decode() if found else ""


def _alphabet(objects: dict[int, bytes], font: bytes) -> dict[str, str]:
    """Which letter each byte of a font stands for; the font itself must be in the file, too."""
    table = _reference(objects, font, b"ToUnicode")
    assert b"/Length1" in _reference(objects, _reference(objects, font, b"FontDescriptor"), b"FontFile2")
    found = _LETTER.finditer(_stream(table).decode())
    return {chr(int(one[1], 16)): chr(int(one[2], 16)) for one in found}


def _reference(objects: dict[int, bytes], of: bytes, name: bytes) -> bytes:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", of)
    assert found is not None, f"{name!r} is missing"
    return objects[int(found[1])]


def _stream(of: bytes) -> bytes:
    found = _STREAM.search(of)
    assert found is not None, "an object without its stream"
    data = a85decode(b"<~" + found[1].strip(), adobe=True) if b"/ASCII85Decode" in of else found[1]
    return zlib.decompress(data)


def _lines(content: str, alphabets: dict[str, dict[str, str]]) -> list[str]:
    done, line, alphabet = [], "", dict[str, str]()
    for font, text, new_line, end in _WORDS.findall(content):
        if font:
            alphabet = alphabets[font]
        elif (new_line or end) and line:
            done.append(line)
            line = ""
        line += "".join(alphabet[letter] for letter in _ESCAPE.sub(_plain, text))
    return done


def _plain(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 8)) if escape[1].isdigit() else _SHORT.get(escape[1], escape[1])
