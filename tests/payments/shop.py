"""Customers who buy credit at the stand-in, and what became of it: for tests of payments."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import func, select, text

from app import cards, clock, db, ledger, payments
from app.cards import LockReason, OpenCard
from app.customers import consents
from app.customers.consents import Purpose
from app.ledger.models import Account, Transfer
from app.money import Money
from app.payments import Bought, Urls, inbox, phone_top_up
from app.payments.models import Receipt
from tests.support.paypal import ZOE, StandIn
from tests.support.site import Site, Someone

_spent = count(1)
URLS = Urls("http://127.0.0.1:8000/account/top-up", "http://127.0.0.1:8000/account/top-up")


@dataclass
class Shop:
    """A site, a stand-in, and the verbs of buying."""

    site: Site
    standin: StandIn

    def customer(self, email: str = "zoe@example.org", credit: str = "0.00", days: int = 30) -> Someone:
        """A customer who has been here for a while."""
        with clock.ahead(days=-days):
            return self.site.customer(email, credit=credit)

    def begin(self, who: Someone, amount: str = "20.00", **how: Any) -> Bought:
        """Write a purchase down and order it."""
        nonce = how.pop("nonce", f"{who.id} {clock.now().isoformat()} {amount}")
        card = self.card(who).id
        with db.transaction():
            bought = payments.begin(who.id, card, usd(amount), nonce=nonce, environment="sandbox", **how)
        payments.open_order(bought, payments.gateway(), URLS)
        return self.look(bought)

    def approve(self, bought: Bought, payer: str = ZOE, outcome: str = "at_once") -> None:
        """The buyer says yes."""
        assert bought.order_ref
        self.standin.approve(bought.order_ref, payer, outcome)

    def advance(self, bought: Bought) -> Bought:
        """Bring it forward."""
        return payments.advance(bought.id, payments.gateway())

    def allow_by_phone(self, who: Someone, amount: str = "10") -> None:
        """The owner allows top-ups by phone, and pays once on the web, so that PayPal saves how."""
        card = self.card(who).id
        with db.transaction():
            said = {Purpose.PHONE_TOP_UP: True}
            consents.record(who.id, said, version="2026-11", address="192.0.2.1")
            phone_top_up.switch_on(who.id, card, usd(amount))
        self.buy(who, "20.00", saves_method=True)
        self.hear()

    def buy(self, who: Someone, amount: str = "20.00", payer: str = ZOE, **how: Any) -> Bought:
        """From the wish to the credit."""
        bought = self.begin(who, amount, **how)
        self.approve(bought, payer)
        return self.advance(bought)

    def hear(self) -> list[int]:
        """PayPal's webhooks arrive, and are worked on."""
        said = self.standin.deliver(self.site.app.test_client())
        self.work()
        return said

    def work(self) -> int:
        """What the job worker does."""
        payments.work_on_debts()
        return payments.work(payments.gateway())

    def look(self, bought: Bought) -> Bought:
        """The top-up as it is stored."""
        with db.transaction(readonly=True):
            return payments.get(bought.ref)

    def card(self, who: Someone) -> OpenCard:
        """The card as it is now."""
        with db.transaction(readonly=True):
            return cards.by_serial(who.serial)

    def balance(self, who: Someone) -> str:
        """What the card owns."""
        return str(self.card(who).balance)

    def owed(self, who: Someone) -> str:
        """What its owner owes."""
        with db.transaction(readonly=True):
            return str(ledger.owed(cards.by_serial(who.serial).account))

    def locks(self, who: Someone) -> list[LockReason]:
        """Why the card is suspended."""
        with db.transaction(readonly=True):
            return cards.locks(cards.by_serial(who.serial).id)

    def house(self, kind: str) -> str:
        """What a house account has got, less what it gave."""
        accounts = select(Account.id).where(Account.kind == kind)
        with db.transaction(readonly=True):
            got, gave = (
                db.execute(select(func.sum(Transfer.amount)).where(side.in_(accounts))).scalar_one() or 0
                for side in (Transfer.target_id, Transfer.source_id)
            )
        return str(Money(int(got) - int(gave), "USD"))

    def reviews(self) -> list[str]:
        """What waits for a person."""
        with db.transaction(readonly=True):
            return [one.what for one in payments.reviews.reviews()]

    def letters(self) -> list[str]:
        """Which mails were written, oldest first."""
        with db.transaction(readonly=True):
            return list(db.execute(text("SELECT letter FROM mails ORDER BY id")).scalars())

    def receipts(self) -> list[tuple[str, int, str]]:
        """Series, number and gross of every receipt and credit note."""
        with db.transaction(readonly=True):
            rows = db.execute(select(Receipt.series, Receipt.number, Receipt.gross).order_by(Receipt.id))
            return [(row.series[0], row.number, str(Money(row.gross, "USD"))) for row in rows]

    def dead(self) -> list[str]:
        """Notifications that nobody tries any more."""
        with db.transaction(readonly=True):
            return [event.id for event in inbox.dead()]

    def spend(self, who: Someone, amount: str) -> None:
        """The card calls for so much."""
        with db.transaction():
            account = cards.by_serial(who.serial).account
            hold = ledger.hold(account, usd(amount), key=f"spent {next(_spent)}", at_most=9)
            ledger.settle(hold, usd(amount), reference="call")

    def balanced(self) -> bool:
        """Whether the books balance."""
        with db.transaction(readonly=True):
            return ledger.audit().balanced


def usd(amount: str) -> Money:
    """An amount."""
    return Money.parse(amount, "USD")
