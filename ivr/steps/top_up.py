"""Credit from the owner's saved payment method, by two keys: bought at the first, told when it is there."""

import logging

from app import calls, cards, payments
from app.calls import Visit
from app.errors import TopUpRefused
from app.money import Money
from app.payments import TopUpStatus
from ivr.flow import menu as asks_for_a_key
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Again, Reply, Say
from ivr.steps.number import MENU, number, redial
from ivr.words import Words, tell

log = logging.getLogger(__name__)

UNIT = 1000  # no currency has coins below a thousandth
ROUNDS = 3
ROUND = 3  # seconds: the job worker charges within one or two
_VAIN = {TopUpStatus.DECLINED, TopUpStatus.REFUSED, TopUpStatus.CANCELLED, TopUpStatus.EXPIRED}
_LATER = {TopUpStatus.PENDING, TopUpStatus.REVIEW}  # that takes more than a phone call


def offer(visit: Visit) -> Reply | None:
    """Ask whether it is to be PayPal or a voucher; None where the card's owner has not allowed that."""
    assert visit.card is not None, "a card is open"
    amount = payments.phone_top_up.offered(visit.card.id)
    return Say(_words(amount), then=f"top_up:{amount.micros // UNIT}") if amount is not None else None


def _to_number(visit: Visit) -> Reply:
    return Say(Prompt.ENTER_NUMBER, then="number")


def _asked(visit: Visit) -> Words:
    return _words(_amount(visit))


@asks_for_a_key(_asked, on_silence=_to_number)
def top_up(visit: Visit, key: str) -> Reply:
    """One buys what was offered, two is for a voucher, star leads back."""
    if key == "1":
        return _buy(visit)
    if key == "2":
        return Say(Prompt.ENTER_VOUCHER, then="voucher")
    return Say(MENU, then="menu") if key == "*" else Again(_asked(visit))


def _buy(visit: Visit) -> Reply:
    """Write it down; the job worker does the rest, whether the caller waits for it or not."""
    assert visit.card is not None, "a card is open"
    try:
        # what was heard is what is charged, once for this key
        bought = payments.phone_top_up.begin(
            visit.card.id, _amount(visit), nonce=f"phone:{visit.id}:{visit.turn}"
        )
    except TopUpRefused as refused:
        log.info("no top-up by phone", extra={"reason": str(refused)})
        return Say((Prompt.TOP_UP_DECLINED, Prompt.ENTER_NUMBER), then="number")
    return Say(Prompt.ONE_MOMENT, then=f"paying:{bought.id}")


def _outcome(visit: Visit) -> Reply | None:
    """What became of it; None while it is under way."""
    card = visit.card
    assert card is not None, "a card is open"
    bought = payments.phone_top_up.look(int(visit.argument), card.id)
    if bought is None or bought.status in _VAIN:
        return Say((Prompt.TOP_UP_DECLINED, Prompt.ENTER_NUMBER), then="number")
    if bought.status in _LATER:
        return _later(visit)
    if bought.status is not TopUpStatus.CREDITED:
        return None
    visit.card = cards.by_id(card.id)
    left = calls.credit(visit, visit.card.available)
    added = tell(Prompt.VOUCHER_ADDED, amount=bought.amount, balance=left)
    return Say((added, Prompt.ENTER_NUMBER), then="number")


def _later(visit: Visit) -> Reply:
    return Say((Prompt.TOP_UP_LATER, Prompt.ENTER_NUMBER), then="number")


def _redial(visit: Visit) -> Reply | None:
    reply = redial(visit)
    return None if reply is None else _at_number(reply)


@step(
    timeout=lambda line: ROUND,
    tries=lambda line: ROUNDS,
    silence=((),),
    on_silence=_outcome,
    give_up=_later,
    bare_hash=_redial,
)
def paying(visit: Visit, digits: str) -> Reply:
    """Silence waits for the outcome; what is typed meanwhile is the next number, so that no key is lost."""
    return _at_number(number(visit, digits))


def _at_number(reply: Reply) -> Reply:
    """Whoever types does not wait any more."""
    return Say(reply.words, then="number") if isinstance(reply, Again) else reply


def _amount(visit: Visit) -> Money:
    assert visit.card is not None, "a card is open"
    return Money(int(visit.argument) * UNIT, visit.card.available.currency)


def _words(amount: Money) -> Words:
    return tell(Prompt.TOP_UP_OFFER, amount=amount), Prompt.BACK
