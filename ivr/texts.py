"""Text messages to our access numbers: what a card has, what a call costs, and where to ring."""

import re
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

from app import cards, db, numbers, sealing
from app.calls import access_numbers, dialling
from app.calls.access_numbers import Access
from app.cards import CardStatus, OpenCard
from app.cards.card import opens
from app.customers import phones
from app.errors import RatingError
from app.money import Money
from app.numbers import Kind, NumberRefused
from app.throttle import Limit
from ivr import twiml
from ivr.fields import Fields
from ivr.prompts import Either, PerMinute, Place, Prompt, Seconds
from ivr.routes import document, door
from ivr.words import Sentence, balance, tell, written

# the carrier answers these itself
CARRIERS_OWN = {
    *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
    *("START", "UNSTOP", "YES", "HELP", "INFO"),
}
BODY_MAX = 200  # characters that are looked at
NUMBERS_MAX = 3  # of ours in one answer

# every answer costs us money, and reaches whoever owns the number that was shown
_PER_PHONE = Limit("text message", 20, timedelta(hours=1))
_PER_DAY = Limit("text message in a day", 60, timedelta(days=1))
_ANSWERED = Limit("text message answered", 1, timedelta(days=1))  # by the provider's id of it
_ASKED = re.compile(
    r"(?P<balance>B|BAL|BALANCE)[.!?]*|(?P<access>A|ACCESS)[.!?]*|(?P<rate>R|RATE)[:=]?\s*(?P<number>[0-9+*#(].*)"
)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: a registered phone, the card that it opens, and the access number that is meant."""

    phone: str
    card: OpenCard
    line: Access | None

    @property
    def language(self) -> str:
        """As the card's holder has chosen, else as the access number speaks."""
        if self.line is not None:
            return self.line.line.speaks(self.card.language)
        return access_numbers.language_of(numbers.region_of(self.phone) or "")


@door.post("/sms")
def sms() -> Response:
    """A phone writes to us: answer registered ones, and nobody else.

    The same message again gets the same answer, and counts once.
    """
    fields = Fields(request.form)
    sid, ours, body = fields.sid("MessageSid"), fields.text("To")[:40], fields.text("Body")[:BODY_MAX]
    phone = numbers.caller_id(fields.text("From"), country=numbers.region_of(ours) or "GB")
    words = " ".join(body.upper().split())
    if phone is None or fields.text("OptOutType") or words in CARRIERS_OWN:
        return document(twiml.message(""))
    return document(twiml.message(db.attempt(lambda: _answer(sid, phone, ours, words))))


def _answer(sid: str, phone: str, ours: str, words: str) -> str:
    card_id = phones.opens(phone)
    card = cards.by_id(card_id) if card_id is not None else None
    if card is None or not opens(card.status) or not _is_allowed(sid, phone):
        return ""
    writer = Writer(phone, card, _line(ours, phone))
    return " ".join(written(sentence, writer.language) for sentence in _sentences(writer, words))


def _is_allowed(sid: str, phone: str) -> bool:
    """Whether a message is answered: so many of a phone are, and each as often as it is delivered."""
    if _ANSWERED.is_full(sid):
        return True
    writer = sealing.digest("text message by phone", phone)
    return all(
        limit.count(who) for limit, who in ((_PER_PHONE, writer), (_PER_DAY, writer), (_ANSWERED, sid))
    )


def _line(ours: str, phone: str) -> Access | None:
    """The access number that was written to, else one of the phone's country, else any."""
    known = access_numbers.all_of_them()
    fitting = [access for access in known if access.number == ours]
    return next(iter(fitting or _near(known, phone) or known), None)


def _near(known: list[Access], phone: str) -> list[Access]:
    """Those of the phone's country, else those that share its code: not every range is known to any table."""
    country, code = numbers.region_of(phone), numbers.calling_code(phone)
    same = [access for access in known if access.country == country]
    return same or [access for access in known if numbers.calling_code(access.number) == code]


def _sentences(writer: Writer, words: str) -> list[Sentence]:
    asked = _ASKED.fullmatch(words)
    if asked is None:
        return [Sentence(Prompt.TEXT_HELP)]
    if asked["access"]:
        return _access(writer)
    if writer.card.status is CardStatus.SUSPENDED:
        return [Sentence(Prompt.ACCOUNT_LOCKED)]
    return [balance(writer.card.available)] if asked["balance"] else _rate(writer, asked["number"])


def _access(writer: Writer) -> list[Sentence]:
    """Our numbers in the writer's country, or all of them."""
    known = access_numbers.all_of_them()
    if not known:
        return [Sentence(Prompt.TEXT_HELP)]
    ours = (_near(known, writer.phone) or known)[:NUMBERS_MAX]
    readable = [numbers.readable(access.number) for access in ours]
    return [tell(Prompt.TEXT_ACCESS, numbers=Either(readable))]


def _rate(writer: Writer, typed: str) -> list[Sentence]:
    """What a minute costs, exactly as on the telephone, and for how long the credit lasts."""
    if writer.line is None:
        return [Sentence(Prompt.TEXT_NO_RATE)]
    line = writer.line.line
    try:
        target = dialling.meant(line, writer.phone, typed)
        rate = dialling.rate_for(line, target.e164)
    except (NumberRefused, RatingError):
        return [Sentence(Prompt.TEXT_NO_RATE)]
    if rate.currency != writer.card.available.currency:
        return [Sentence(Prompt.TEXT_NO_RATE)]
    seconds = dialling.granted(rate, writer.card, line)
    said = tell(
        Prompt.TEXT_RATE,
        place=Place(target.region, target.kind is Kind.MOBILE),
        price=PerMinute(Money(rate.per_minute, rate.currency)),
        # no call is placed for less
        time=Seconds(seconds if seconds >= line.min_affordable_seconds else 0),
    )
    fee = Money(rate.connection_fee, rate.currency)
    return [said, tell(Prompt.FEE, fee=PerMinute(fee))] if fee else [said]
