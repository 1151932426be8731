"""The contract in short, as a page to keep: what every new customer gets before the first top-up."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from app import config
from app.messages.letters.wording import ENGLISH, money
from app.money import Money

KIND = "contract-summary"
_FONTS = Path(__file__).parents[2] / "static" / "vendor" / "dejavu"


def attachment(id: str) -> tuple[str, str, bytes]:
    """The file that goes with the welcome."""
    return "contract-summary.pdf", "application/pdf", as_pdf()


def rows() -> tuple[tuple[str, str], ...]:
    """What the contract says, by matter."""
    settings = config.settings()
    selling = settings.selling
    seller = ", ".join(filter(None, (selling.seller, *selling.seller_address, selling.contact)))
    least = money(Money.parse(selling.amount_min, selling.currency), ENGLISH)
    return (
        ("Seller", seller),
        (
            "Service",
            "Telephone calls, paid in advance, from any phone over an access number. No emergency calls.",
        ),
        (
            "Price",
            f"By destination, including VAT where it is due: {settings.public_base_url}/rates. You hear how "
            "long your credit lasts before we dial. A call that is not answered costs nothing. There is no "
            "monthly charge.",
        ),
        ("Besides this", "Your own network may charge you for ringing the access number."),
        (
            "Paying",
            f"In advance: {least} or more at once. The card can never be charged more than its credit, and "
            "nothing is taken by itself unless you switch that on.",
        ),
        ("Duration", "None. You may stop at any time. Credit bought in your account does not expire."),
        ("Cancelling", "Within 14 days of buying credit, we pay back what you have not used."),
        ("Longest call", f"{settings.call_seconds_max // 60} minutes."),
        ("Your data", f"Details of calls are kept for 12 months: {settings.public_base_url}/privacy"),
        ("The whole text", f"{settings.public_base_url}/terms"),
    )


def as_pdf() -> bytes:
    """One A4 page."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    paper = BytesIO()
    name = f"{config.settings().brand}: contract summary"
    document = SimpleDocTemplate(
        paper, pagesize=A4, title=name, author=config.settings().selling.seller, lang="en-GB", invariant=1
    )
    document.build(_story(name))
    return paper.getvalue()


def _story(name: str) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer, Table

    plain, bold = _fonts()
    body = ParagraphStyle("body", fontName=plain, fontSize=10, leading=15)
    label = ParagraphStyle("label", parent=body, fontName=bold)
    head = ParagraphStyle("head", parent=label, fontSize=18, leading=24)
    cells = [[Paragraph(escape(what), label), Paragraph(escape(text), body)] for what, text in rows()]
    lines = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 9)]
    return [Paragraph(escape(name), head), Spacer(1, 18), Table(cells, colWidths=[110, 340], style=lines)]


@cache
def _fonts() -> tuple[str, str]:
    """Plain and bold; they have the letters of most of the world."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    names = ("DejaVuSans", "DejaVuSans-Bold")
    for name in names:
        pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))
    return names
