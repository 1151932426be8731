"""A voucher by phone: its value goes to the card."""

from app import calls, cards, sealing
from app.calls import Visit
from app.cards import vouchers
from app.errors import CardRefused, TooManyTries, VoucherRefused
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Again, Hangup, Reply, Say
from ivr.steps.top_up import offer
from ivr.words import tell


def ask_voucher(visit: Visit) -> Reply:
    """Which voucher? Or first, where the card's owner has allowed that: is it to be PayPal?"""
    return offer(visit) or Say(Prompt.ENTER_VOUCHER, then="voucher")


def _address(visit: Visit, card: int) -> str:
    """By whom tries are counted besides the card: nobody who hides a number stands for all who do."""
    return sealing.digest("voucher by phone", visit.caller) if visit.caller else f"card {card}"


def _to_number(visit: Visit) -> Reply:
    return Say(Prompt.ENTER_NUMBER, then="number")


@step(
    timeout=lambda line: line.timeout_pin,
    silence=(Prompt.ENTER_VOUCHER,),
    give_up=_to_number,
    is_secret=True,
)
def voucher(visit: Visit, digits: str) -> Reply:
    """The caller typed a voucher's code; star alone leads back."""
    code = digits.rpartition("*")[2]
    if not code:
        return _to_number(visit)
    card = visit.card
    assert card is not None, "a card is open"
    try:
        value = vouchers.redeem(code, card.id, who=f"card {card.id}", address=_address(visit, card.id))
    except VoucherRefused:
        used = vouchers.is_used_by(code, card.id)
        return Again((Prompt.VOUCHER_USED, Prompt.ENTER_VOUCHER) if used else Prompt.VOUCHER_UNKNOWN)
    except TooManyTries:
        return Say((Prompt.VOUCHER_PAUSED, Prompt.ENTER_NUMBER), then="number")
    except CardRefused:
        return Hangup(Prompt.ACCOUNT_LOCKED)
    visit.card = cards.by_id(card.id)
    added = tell(Prompt.VOUCHER_ADDED, amount=value, balance=calls.credit(visit, visit.card.available))
    return Say((added, Prompt.ENTER_NUMBER), then="number")
