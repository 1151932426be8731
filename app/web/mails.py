"""`/demo/mails`: the mails of a demonstration, so that a newcomer needs no mail server.

Anybody who reaches this machine may read them: there is no such page outside of a demo.
"""

import base64
import hashlib
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, request

from app import config, db, messages
from app.environment import LOOPBACK
from app.messages import Opened, rendering

SHOWN_MAX = 100

door = Blueprint("mails", __name__, url_prefix="/demo/mails")


@door.before_request
def only_by_our_own_name() -> None:
    """A page of somebody else whose name was bent to this machine reads nothing."""
    asked = urlsplit(f"//{request.host}")
    ours = urlsplit(config.settings().public_base_url).netloc
    if asked.netloc != ours and asked.hostname not in LOOPBACK:
        abort(403)


@door.after_request
def keep_it_nowhere(response: Response) -> Response:
    """Links in mails open doors: no browser stores them."""
    response.headers["Cache-Control"] = "no-store"
    return response


@door.get("")
def all_of_them() -> str:
    """The newest mails."""
    with db.transaction(readonly=True):
        found = messages.newest(SHOWN_MAX)
    return render_template("web/mails.html", mails=found)


@door.get("/<int:number>")
def one(number: int) -> str:
    """One mail as a reader of plain text sees it; its links can be pressed."""
    opened = _opened(number)
    blocks = [block.splitlines() for block in opened.text.split("\n\n") if block.strip()]
    return render_template("web/mail.html", mail=opened.mail, blocks=blocks)


@door.get("/<int:number>/html")
def as_html(number: int) -> Response:
    """The same mail as HTML, locked up: it may style itself with our style sheet, and nothing else."""
    response = Response(_opened(number).html, mimetype="text/html")
    sheet = base64.b64encode(hashlib.sha256(rendering.style().encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{sheet}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return response


def _opened(number: int) -> Opened:
    with db.transaction(readonly=True):
        opened = messages.read(number) if number < 2**63 else None
    return opened or abort(404)
