"""Reading TwiML: text in, a checked and typed document out."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import errors, schema, values
from .errors import BadTwiml

BYTES_MAX = 64 * 1024
DEPTH_MAX = 40  # elements within elements
SAY_CHARACTERS_MAX = 4096
NOUNS_MAX = 10
BAD_VALUE_CODES = {("Dial", "timeLimit"): 13216, ("Gather", "finishOnKey"): 13310}
SPELT = {"digits", "digit", "spell-out", "characters", "telephone"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Node:
    """One checked element; `text` is its words, for Say as they are spoken."""

    name: str
    attributes: Mapping[str, values.Value] = field(default_factory=dict)
    children: tuple["Node", ...] = ()
    text: str = ""

    def word(self, name: str, default: str = "") -> str:
        return str(self.attributes.get(name, default))

    def number(self, name: str, default: int) -> int:
        value = self.attributes.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.attributes.get(name, default))


def read(body: bytes | str) -> Node:
    """The document as a Response node.

    Raises BadTwiml: 11750 too large, 12100 not XML, 12200 (or a verb's own number) against the schema.
    """
    raw = body.encode() if isinstance(body, str) else body
    if len(raw) > BYTES_MAX:
        raise BadTwiml(errors.TOO_LARGE, f"the document has {len(raw)} bytes, more than {BYTES_MAX}")
    root = _parse(raw)
    if root.tag != "Response":
        raise BadTwiml(errors.SCHEMA, f"the document begins with <{root.tag}>, not with <Response>")
    return _node(root, depth=1)


def _parse(raw: bytes) -> ET.Element:
    try:
        text = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise BadTwiml(errors.PARSE_FAILURE, "the document is not UTF-8") from error
    if not text:
        raise BadTwiml(errors.PARSE_FAILURE, "the document is empty")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadTwiml(errors.PARSE_FAILURE, "document types and entities are not read")
    try:
        return ET.fromstring(text.encode(), ET.XMLParser(encoding="utf-8"))  # noqa: S314 – no DTD gets here
    except ET.ParseError as error:
        raise BadTwiml(errors.PARSE_FAILURE, f"not well-formed XML: {error}") from error


def _node(element: ET.Element, depth: int) -> Node:
    if depth > DEPTH_MAX:
        raise BadTwiml(errors.SCHEMA, f"elements are nested deeper than {DEPTH_MAX}")
    known = schema.elements()[element.tag]
    for child in element:
        if child.tag not in known.children:
            raise BadTwiml(errors.SCHEMA, _misplaced(child.tag, element.tag))
    children = tuple(_node(child, depth + 1) for child in element)
    node = Node(element.tag, _attributes(element, known), children, _words(element, known))
    _check_limits(node)
    return node


def _misplaced(child: str, parent: str) -> str:
    if child in schema.elements():
        return f"<{child}> may not stand inside <{parent}>"
    return f"unknown element <{child}> inside <{parent}>"


def _attributes(element: ET.Element, known: schema.Element) -> dict[str, values.Value]:
    typed: dict[str, values.Value] = {}
    for raw_name, text in element.attrib.items():
        name = "xml:lang" if raw_name == XML_LANG else raw_name
        if name not in known.attributes:
            raise BadTwiml(errors.SCHEMA, f"<{element.tag}> has no attribute {name!r}")
        try:
            typed[name] = values.READERS[known.attributes[name]](text)
        except values.BadValue as wanted:
            code = BAD_VALUE_CODES.get((element.tag, name), errors.SCHEMA)
            raise BadTwiml(code, f'<{element.tag} {name}="{text}">: must be {wanted}') from wanted
    return typed


def _words(element: ET.Element, known: schema.Element) -> str:
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    if not known.words and any(piece.strip() for piece in pieces):
        raise BadTwiml(errors.SCHEMA, f"<{element.tag}> may not contain text")
    if element.tag == "Say":
        return " ".join(spoken(element).split())
    return " ".join("".join(pieces).split()) if known.words else ""


def spoken(element: ET.Element) -> str:
    """Words as the voice says them: sub says its alias, say-as spells, a break is a gap."""
    if element.tag == "sub":
        return element.get("alias", "")
    inside = element.text or ""
    for child in element:
        gap = " " if child.tag in ("break", "p", "s") else ""
        inside += gap + spoken(child) + gap + (child.tail or "")
    if element.tag == "say-as" and element.get("interpret-as") in SPELT:
        return " ".join("".join(inside.split()))
    return inside


def _check_limits(node: Node) -> None:
    if node.name == "Say" and len(node.text) > SAY_CHARACTERS_MAX:
        raise BadTwiml(
            errors.SCHEMA, f"<Say> has {len(node.text)} characters, more than {SAY_CHARACTERS_MAX}"
        )
    if node.name == "Dial" and len(node.children) > NOUNS_MAX:
        raise BadTwiml(errors.SCHEMA, f"<Dial> rings {len(node.children)}, more than {NOUNS_MAX}")
    if node.name == "Dial" and node.children and node.text:
        raise BadTwiml(errors.SCHEMA, "<Dial> has both a number as text and elements inside")
    if node.name == "Redirect" and not node.text:
        raise BadTwiml(errors.SCHEMA, "<Redirect> has no address")
