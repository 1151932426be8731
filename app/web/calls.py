"""A customer's calls: all of them with filters, as CSV, and one by one with why it cost what it cost."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import db, rating
from app.calls import itemised, recordings
from app.calls.itemised import Item
from app.errors import UnknownCall
from app.money import Money, decimal_text
from app.paging import Cursor, Page
from app.web import paged, sheets
from app.web.asking import OUTCOMES, Filters
from app.web.session import me, signed_in

door = Blueprint("calls", __name__, url_prefix="/account")

COLUMNS = (
    *("call", "started", "answered", "ended", "from", "access_number", "destination", "number", "dialled"),
    *("outcome", "seconds", "billed_seconds", "currency", "per_minute", "connection_fee"),
    *("first_increment", "increment", "grace", "cost", "balance_after", "leg"),
)


@door.get("/calls")
@signed_in
def listing() -> str:
    """The calls that are asked for, a page at a time."""
    form, at = Filters(request.args), paged.cursor()
    page: Page[Item] = Page([], None, None)
    if form.validate():
        with db.transaction(readonly=True):
            page = itemised.search(me().card_id, form.wanted(_zone(), _country()), at)
    return render_template(
        "web/calls.html",
        form=form,
        page=page,
        total=_total(page.rows),
        outcomes=OUTCOMES,
        lasting=lasting,
        ways=paged.ways("calls.listing", page, at, form.kept()),
        csv=url_for("calls.as_csv", **form.kept()),
    )


@door.get("/calls.csv")
@signed_in
def as_csv() -> AnyResponse:
    """Every call that is asked for, however many; filters without sense lead to the page that says so."""
    form = Filters(request.args)
    if not form.validate():
        return redirect(url_for("calls.listing", **form.kept()))
    card, wanted, zone = me().card_id, form.wanted(_zone(), _country()), _zone()

    def some(at: Cursor) -> Page[Item]:
        return itemised.search(card, wanted, at, limit=sheets.AT_ONCE)

    rows: Response = sheets.sheet("calls.csv", COLUMNS, (_texts(item, zone) for item in sheets.all_of(some)))
    return rows


@door.get("/calls/<int(max=9223372036854775807):call>")
@signed_in
def one(call: int) -> str:
    """One call, and why it cost what it cost."""
    with db.transaction(readonly=True):
        try:
            item = itemised.one(me().card_id, call)
            heard = recordings.of_card(me().card_id, call=call)
        except UnknownCall:
            abort(404)
    why = None
    if item.seconds is not None and not item.is_open:
        kept, longest = item.kept_aside, item.seconds_max
        why = rating.explain(item.rate, item.seconds, kept_aside=kept, seconds_max=longest)
    return render_template(
        "web/call.html", call=item, why=why, recordings=heard, outcomes=OUTCOMES, lasting=lasting
    )


def lasting(seconds: int) -> str:
    """How long something lasted, exactly: `1 h 2 min 5 s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def _zone() -> ZoneInfo:
    return ZoneInfo(me().time_zone)


def _country() -> str:
    """Where the customer would dial a number, told by their language."""
    return me().language.rpartition("-")[2]


def _total(items: list[Item]) -> Money | None:
    costs = [item.cost for item in items if item.cost is not None]
    return sum(costs[1:], start=costs[0]) if costs else None


def _texts(item: Item, zone: ZoneInfo) -> list[str]:
    moments = (item.placed_at, item.answered_at, item.ended_at)
    times = [
        "" if moment is None else moment.astimezone(zone).isoformat(timespec="seconds") for moment in moments
    ]
    ends = [item.caller, item.access_number, item.destination, item.number, item.dialled]
    rate = item.rate
    terms = [decimal_text(rate.per_minute), decimal_text(rate.connection_fee)]
    counted = [str(count) for count in (rate.first_increment, rate.increment, rate.grace)]
    lasted = ["" if count is None else str(count) for count in (item.seconds, item.billed_seconds)]
    money = ["" if amount is None else str(amount) for amount in (item.cost, item.balance_after)]
    outcome = [OUTCOMES[item.status], *lasted, rate.currency]
    return [
        str(item.id),
        *times,
        *ends,
        *outcome,
        *terms,
        *counted,
        *money,
        "to you" if item.to_caller else "dialled",
    ]
