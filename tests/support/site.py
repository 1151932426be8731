"""The site as customers use it: people with a card and a password, and browsers they are signed in with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from app import cards, clock, db, messages
from app.customers import passwords, sign_ins
from app.customers.models import Customer
from app.messages import Opened
from app.money import Money
from tests.support.world import BASE, World

_LINK = re.compile(re.escape(BASE) + r"(/[a-z]+\?token=[\w-]+)")
_TOKEN = re.compile(r'name="csrf_token"[^>]*?value="([^"]+)"')
PASSWORD = "correct horse battery"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Someone:
    """A customer, and what only they know."""

    email: str
    password: str
    id: int
    serial: str
    pin: str


class Site:
    """What a test of pages stands on."""

    def __init__(self, world: World) -> None:
        self.world, self.app = world, world.app

    def customer(
        self,
        email: str = "zoe@example.org",
        password: str = PASSWORD,
        credit: str = "10.00",
        **columns: Any,
    ) -> Someone:
        """A customer whose address is confirmed, with a card."""
        kept = _hashed(password)
        with db.transaction():
            card = cards.issue(1, Money.parse(credit, "USD"), batch="web USD")[0]
            row = {
                "email": email,
                "email_key": email.lower(),
                "user_name": None,
                "password_hash": kept,
                "confirmed_at": clock.now(),
                "card_id": cards.by_serial(card.serial).id,
                "language": "en-GB",
                "time_zone": "Europe/London",
                "low_balance": None,
                "made_at": clock.now(),
            }
            made = db.execute(insert(Customer).returning(Customer.id), row | columns).scalar_one()
        return Someone(email, password, made, card.serial, card.pin)

    def stranger(self) -> FlaskClient:
        """A browser that nobody is signed in with."""
        return self.app.test_client()

    def client(self, someone: Someone) -> FlaskClient:
        """A browser that someone is signed in with."""
        client = self.stranger()
        with db.transaction():
            token = sign_ins.begin(someone.id, address="192.0.2.1", device=AGENT)
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": token, "_fresh": True})
            cookie.permanent = True
        return client

    def mails(self, letter: str = "") -> list[Opened]:
        """The mails that were written, oldest first; all of them or those of one letter."""
        with db.transaction(readonly=True):
            noted = [mail for mail in messages.newest() if letter in ("", mail.letter)]
            opened = [messages.read(mail.id) for mail in reversed(noted)]
        return [mail for mail in opened if mail is not None]

    def link(self, letter: str) -> str:
        """Path and query of the link with a token in the newest of these letters."""
        found = _LINK.findall(self.mails(letter)[-1].text)
        assert found, f"no link in {letter}"
        return str(found[0])

    def post(
        self, client: FlaskClient, path: str, form: Mapping[str, Any], page: str | None = None, **how: Any
    ) -> TestResponse:
        """Send a form as a browser does: the page that shows it is loaded first, for its token."""
        with client.get(page or path, follow_redirects=True) as shown:
            token = _TOKEN.search(shown.get_data(as_text=True))
        assert token is not None, f"{page or path} shows no form: {shown.status}"
        return client.post(path, data={**form, "csrf_token": token[1]}, **how)


@cache
def _hashed(password: str) -> str:
    """Hashing takes a while, and a run needs the same few again and again."""
    return passwords.hashed(password)
