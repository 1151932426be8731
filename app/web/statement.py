"""A customer's statement: every movement of their money in plain words, with what they had after it."""

import re
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, url_for

from app import cards, db, ledger
from app.calls import itemised
from app.ledger import Entry, TransferKind
from app.paging import ROWS, Cursor, Page
from app.web import paged, sheets
from app.web.session import me, signed_in

door = Blueprint("statement", __name__, url_prefix="/account")

# what a movement is called when it goes into a card, and when it goes out of it
WORDS: dict[TransferKind, tuple[str, str]] = {
    TransferKind.ISSUE: ("Credit on your new card", "Credit of your new card taken back"),
    TransferKind.CREDIT: ("Credit added by us", "Credit taken back by us"),
    TransferKind.CALL: ("Call given back", "Call"),
    TransferKind.TOP_UP: ("Top-up", "Top-up taken back"),
    TransferKind.FEE: ("Fee given back", "Fee"),
    TransferKind.VAT: ("VAT given back", "VAT"),
    TransferKind.REFUND: ("Refund of a top-up cancelled", "Top-up refunded to you"),
    TransferKind.REVERSAL: ("Reversal of a top-up cancelled", "Top-up reversed by PayPal"),
    TransferKind.DEBT: ("Payment of a debt given back", "Paid towards what you owed"),
    TransferKind.WRITE_OFF: ("Written off in your favour", "Credit written off"),
    TransferKind.VOUCHER: ("Voucher redeemed", "Voucher taken back"),
}
COLUMNS = ("at", "what", "reference", "money_in", "money_out", "balance", "currency")
_CALL = re.compile(r"call ([0-9]{1,18})", re.ASCII)

Line = tuple[Entry, str, int | None]


@door.get("/statement")
@signed_in
def listing() -> str:
    """The statement, a page at a time."""
    at = paged.cursor()
    with db.transaction(readonly=True):
        card = cards.by_id(me().card_id)
        page = _page(card.account, card.id, at)
        owed = ledger.owed(card.account)
    return render_template(
        "web/statement.html",
        card=card,
        owed=owed,
        page=page,
        ways=paged.ways("statement.listing", page, at, {}),
        csv=url_for("statement.as_csv"),
    )


@door.get("/statement.csv")
@signed_in
def as_csv() -> Response:
    """All of it."""
    zone = ZoneInfo(me().time_zone)
    with db.transaction(readonly=True):
        card = cards.by_id(me().card_id)

    def some(at: Cursor) -> Page[Line]:
        return _page(card.account, card.id, at, limit=sheets.AT_ONCE)

    return sheets.sheet("statement.csv", COLUMNS, (_texts(line, zone) for line in sheets.all_of(some)))


def _page(account: int, card: int, at: Cursor, *, limit: int = ROWS) -> Page[Line]:
    """Movements with what they are called, and the id of the call that they paid for."""
    page = ledger.statement(account, at, limit=limit)
    calls = {entry.id: _call(entry) for entry in page.rows}
    names = itemised.called(card, [call for call in calls.values() if call])
    return page.with_rows([_line(entry, calls[entry.id], names) for entry in page.rows])


def _line(entry: Entry, call: int | None, names: dict[int, str]) -> Line:
    words = WORDS[entry.kind][0 if entry.is_in else 1]
    if call in names:
        return entry, f"{words} to {names[call]}", call
    return entry, words, None


def _call(entry: Entry) -> int | None:
    said = _CALL.fullmatch(entry.reference) if entry.kind is TransferKind.CALL else None
    return int(said[1]) if said else None


def _texts(line: Line, zone: ZoneInfo) -> list[str]:
    entry, words, _ = line
    moved = [str(entry.amount), ""] if entry.is_in else ["", str(entry.amount)]
    at = entry.at.astimezone(zone).isoformat(timespec="seconds")
    return [at, words, entry.reference, *moved, str(entry.balance), entry.balance.currency]
