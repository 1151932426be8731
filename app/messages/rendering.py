"""What does a letter look like, as text and as HTML?"""

from dataclasses import replace
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from app import config
from app.messages.letters import Letter
from app.messages.letters.wording import line

SUBJECT_LENGTH_MAX = 200


def subject_of(letter: Letter) -> str:
    """The subject on one line, so that nothing in it becomes a header of its own."""
    return line(letter.subject)[:SUBJECT_LENGTH_MAX]


def as_text(letter: Letter) -> str:
    """The letter for a reader of plain text."""
    return _environment().get_template("letter.txt").render(letter=_on_lines(letter), sender=_sender())


def as_html(letter: Letter) -> str:
    """The letter as a page that loads nothing from anywhere, in light and in dark."""
    template = _environment().get_template("letter.html")
    return template.render(
        letter=_on_lines(letter), subject=subject_of(letter), sender=_sender(), style=style()
    )


@cache
def style() -> Markup:
    """The style sheet that stands in every HTML letter."""
    return Markup(_environment().get_template("letter.css").render())  # noqa: S704 - a file of ours


def _on_lines(letter: Letter) -> Letter:
    """The same letter with every part on a line of its own: no value can pass for a sentence of ours."""
    base = f"{config.settings().public_base_url}/"
    links = (*([letter.button] if letter.button else []), *letter.links)
    assert all(link.url.startswith(base) for link in links), f"a link of {letter.name} leads elsewhere"
    return replace(
        letter,
        paragraphs=tuple(line(text) for text in letter.paragraphs if line(text)),
        facts=tuple((line(label), line(value)) for label, value in letter.facts),
        small=tuple(map(line, letter.small)),
    )


def _sender() -> tuple[str, ...]:
    """Who we are, and where to write to."""
    settings = config.settings()
    selling = settings.selling
    contact = f"Questions: {selling.contact}" if selling.contact else ""
    demo = "This is a demonstration: no real money moves." if settings.demo else ""
    lines = (settings.brand, selling.seller, *selling.seller_address, contact, demo)
    return tuple(dict.fromkeys(line(text) for text in lines if line(text)))


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("app.messages"),
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
