"""A receipt as a page of paper: what a customer files, and what goes with the mail."""

from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from babel.dates import format_date
from babel.numbers import format_currency

from app.money import Money
from app.payments import receipts
from app.payments.receipts import Receipt

FONTS = Path(__file__).parents[2] / "static" / "vendor" / "dejavu"
MIME_TYPE = "application/pdf"
_INK, _QUIET, _ACCENT, _LINE = "#241f19", "#655c4f", "#8a4b10", "#e3dbcd"
_SIDE, _WIDTH = 56, 471  # points, of a page that is 595 wide; the frame keeps 6 more free on each side
_NOTE = "VAT is charged when credit is bought. Calls are paid with that credit and carry no further VAT."


def make(receipt: Receipt) -> bytes:
    """The receipt as a PDF of one A4 page, the same bytes every time."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    paper = BytesIO()
    name = f"{_title(receipt)} {receipt.number}"
    SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=_SIDE,
        rightMargin=_SIDE,
        topMargin=56,
        bottomMargin=48,
        title=name,
        author=receipt.seller[0],
        subject=name,
        creator=receipt.seller[0],
        lang="en-GB",
        displayDocTitle=1,
        invariant=1,
    ).build(_story(receipt))
    return paper.getvalue()


def file_name(receipt: Receipt) -> str:
    """What the file is called."""
    return f"{receipt.number}.pdf"


def attachment(id: str) -> tuple[str, str, bytes]:
    """The file that goes with the mail of a receipt; read in the open transaction."""
    receipt = receipts.by_id(int(id))
    assert receipt is not None, "a receipt is never deleted"
    return file_name(receipt), MIME_TYPE, make(receipt)


@cache
def _fonts() -> tuple[str, str]:
    """Plain and bold, known to the maker of PDFs from now on; they have the letters of most of the world."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    names = ("DejaVuSans", "DejaVuSans-Bold")
    for name in names:
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(names[0], normal=names[0], bold=names[1])
    return names


def _story(receipt: Receipt) -> list[Any]:
    from reportlab.platypus import HRFlowable, Spacer

    line = HRFlowable(width="100%", thickness=1.5, color=_ACCENT, spaceBefore=12, spaceAfter=18)
    return [
        _head(receipt),
        line,
        _parties(receipt),
        Spacer(1, 26),
        _facts(receipt),
        Spacer(1, 26),
        _sums(receipt),
        Spacer(1, 22),
        _text(_how_paid(receipt), 9.5),
        Spacer(1, 8),
        _text(_NOTE if receipt.vat else "", 8.5, color=_QUIET),
    ]


def _head(receipt: Receipt) -> Any:
    words = [_text(receipt.seller[0], 15, bold=True), _text(_title(receipt), 15, color=_ACCENT, align=2)]
    return _table([words], widths=(_WIDTH - 130, 130))


def _parties(receipt: Receipt) -> Any:
    """Who sold and who bought, side by side."""
    seller = [*receipt.seller, *([f"VAT number {receipt.vat_number}"] if receipt.vat_number else [])]
    return _table(
        [
            [_text("Seller", 8.5, color=_QUIET), _text("Buyer", 8.5, color=_QUIET)],
            [[_text(line) for line in seller], [_text(receipt.buyer)]],
        ]
    )


def _facts(receipt: Receipt) -> Any:
    facts = [
        ("Number", receipt.number),
        *([("For receipt", receipt.receipt)] if receipt.is_credit_note else []),
        ("Date", f"{format_date(receipt.at, 'long', locale='en_GB')} (UTC)"),
        ("Card", receipt.serial),
    ]
    return _table(
        [[_text(name, color=_QUIET), _text(value)] for name, value in facts], widths=(110, _WIDTH - 110)
    )


def _sums(receipt: Receipt) -> Any:
    what = "Calling credit given back" if receipt.is_credit_note else "Prepaid calling credit"
    rows = [
        [_text("What", 8.5, color=_QUIET), _text("Amount, VAT included", 8.5, color=_QUIET, align=2)],
        [_text(f"{what}, card {receipt.serial}"), _text(_money(receipt.gross), align=2)],
        [_text("Net", color=_QUIET), _text(_money(receipt.net), align=2)],
        [_text(f"VAT {receipt.vat_percent}%", color=_QUIET), _text(_money(receipt.vat), align=2)],
        [_text("Total", 12, bold=True), _text(_money(receipt.gross), 12, bold=True, align=2)],
    ]
    rules = [
        ("LINEBELOW", (0, 0), (-1, 1), 0.6, _LINE),
        ("LINEABOVE", (0, -1), (-1, -1), 0.9, _INK),
        ("TOPPADDING", (0, 0), (-1, -1), 6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    ]
    return _table(rows, widths=(_WIDTH - 130, 130), rules=rules)


def _table(rows: list[list[Any]], *, widths: tuple[int, ...] = (), rules: list[Any] | None = None) -> Any:
    from reportlab.platypus import Table

    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 12),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ]
    columns = len(rows[0])
    return Table(rows, colWidths=widths or (_WIDTH / columns,) * columns, style=[*plain, *(rules or [])])


def _text(text: str, size: float = 10, *, bold: bool = False, color: str = _INK, align: int = 0) -> Any:
    """A paragraph of plain text: what looks like markup in it is printed as it is."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        f"{size} {bold} {color} {align}",
        fontName=_fonts()[bold],
        fontSize=size,
        leading=size * 1.4,
        textColor=color,
        alignment=align,
    )
    return Paragraph(escape(text), style)


def _title(receipt: Receipt) -> str:
    return "Credit note" if receipt.is_credit_note else "Receipt"


def _how_paid(receipt: Receipt) -> str:
    paid = "Paid back through" if receipt.is_credit_note else "Paid with"
    return f"{paid} {receipt.method}, reference {receipt.reference}."


def _money(amount: Money) -> str:
    return format_currency(Decimal(str(amount)), amount.currency, locale="en_GB")
