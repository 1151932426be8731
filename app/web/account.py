"""The overview of a customer's account: what there is, how long it lasts, and where it went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Blueprint, render_template

from app import cards, db, ledger
from app.calls import itemised
from app.calls.days import Day, spend_by_day
from app.calls.favourites import Favourite, favourites
from app.calls.itemised import Item
from app.cards import CardStatus, LockReason, OpenCard
from app.money import Money
from app.web import charts, filters
from app.web.asking import OUTCOMES
from app.web.calls import lasting
from app.web.charts import Chart
from app.web.session import me, signed_in

door = Blueprint("account", __name__)

LAST_CALLS = 5
WHY_SUSPENDED = {
    LockReason.OWNER: "You have frozen your card. You can let it make calls again on the page of your PIN.",
    LockReason.STAFF: "We have stopped your card for now. Please write to us.",
    LockReason.DEBT: "Your card makes no calls until what you owe is paid. Your next top-up pays it first.",
    LockReason.REVERSAL: "A payment of yours was reversed, so your card makes no calls. Please write to us.",
    LockReason.DISPUTE: "You have disputed a payment. Your card makes no calls until that is decided.",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """The account at one moment."""

    card: OpenCard
    locks: list[LockReason]
    owed: Money
    favourites: list[Favourite]
    last_calls: list[Item]
    days: list[Day]

    @property
    def kept_aside(self) -> Money:
        """What is kept aside for calls that go on, and for disputes."""
        return self.card.balance - self.card.available

    @property
    def is_new(self) -> bool:
        """Whether no call was ever made."""
        return not self.last_calls

    @property
    def has_credit(self) -> bool:
        """Whether there is enough for a call to be worth placing."""
        return self.card.status is not CardStatus.USED_UP


@door.get("/account")
@signed_in
def overview() -> str:
    """Balance, favourites, the last calls, and what was spent day by day."""
    zone = ZoneInfo(me().time_zone)
    with db.transaction(readonly=True):
        found = _overview(me().card_id, zone)
    return render_template(
        "web/account.html",
        overview=found,
        why_suspended=[WHY_SUSPENDED[reason] for reason in found.locks],
        chart=_chart(found.days),
        outcomes=OUTCOMES,
        lasting=lasting,
    )


def _overview(card_id: int, zone: ZoneInfo) -> Overview:
    card = cards.by_id(card_id)
    return Overview(
        card=card,
        locks=cards.locks(card_id),
        owed=ledger.owed(card.account),
        favourites=favourites(card),
        last_calls=itemised.search(card_id, limit=LAST_CALLS).rows,
        days=spend_by_day(card, zone),
    )


def _chart(days: Sequence[Day]) -> Chart | None:
    """The days as bars, or None when there is nothing to see."""
    spent = [day.spent for day in days]
    total = sum(spent[1:], start=spent[0])
    if not total:
        return None
    dearest = max(days, key=lambda day: day.spent.micros)
    reading = (
        f"In the last {len(days)} days your calls cost {filters.money(total)}. "
        f"The dearest day was {_name(dearest.date)}, with {filters.money(dearest.spent)}."
    )
    return charts.bars(
        "What your calls cost, day by day", reading, [(_name(day.date), day.spent) for day in days]
    )


def _name(day: date) -> str:
    return format_date(day, "medium", locale=filters.language().replace("-", "_"))
