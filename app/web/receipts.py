"""A customer's receipts: a list, each as a page to read or print, and as a file to keep."""

from flask import Blueprint, Response, abort, render_template

from app import db
from app.payments import receipt_pdf, receipts
from app.payments.receipts import Receipt
from app.web import paged
from app.web.session import me, signed_in

door = Blueprint("receipts", __name__, url_prefix="/account")


@door.get("/receipts")
@signed_in
def listing() -> str:
    """All of them, a page at a time."""
    at = paged.cursor()
    with db.transaction(readonly=True):
        page = receipts.of_customer(me().id, at)
    ways = paged.ways("receipts.listing", page, at, {})
    return render_template("web/receipts.html", page=page, ways=ways)


@door.get("/receipts/<number>")
@signed_in
def one(number: str) -> str:
    """One of them, to read or print."""
    return render_template("web/receipt.html", receipt=_mine(number))


@door.get("/receipts/<number>.pdf")
@signed_in
def paper(number: str) -> Response:
    """The same as a file."""
    receipt = _mine(number)
    answer = Response(receipt_pdf.make(receipt), mimetype=receipt_pdf.MIME_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{receipt_pdf.file_name(receipt)}"'
    return answer


def _mine(number: str) -> Receipt:
    """The receipt with this number; somebody else's is none that we know."""
    with db.transaction(readonly=True):
        found = receipts.get(me().id, number)
    return found or abort(404)
