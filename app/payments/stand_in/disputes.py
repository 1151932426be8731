"""Buyers' complaints: opened, looked at, decided."""

from . import events, money
from .books import Dispute, new_id
from .desk import Desk, stamp
from .problems import Problem

OUTCOMES = {"buyer": "RESOLVED_BUYER_FAVOUR", "seller": "RESOLVED_SELLER_FAVOUR"}


def start(desk: Desk, capture: str, reason: str = "UNAUTHORISED") -> Dispute:
    """A buyer complains about a capture. Raises Problem."""
    about = desk.capture(capture)
    value, now = desk.books.orders[about.order].value, stamp()
    ref = f"PP-R-{new_id(3)}-{int(new_id(12), 36) % 10**8:08d}"
    made = Dispute(ref, capture, value, reason, made_at=now, changed_at=now)
    desk.books.put(made)
    events.disputed(desk, made, "CREATED")
    return made


def find(desk: Desk, ref: str) -> Dispute:
    """A dispute. Raises Problem when there is none."""
    found = desk.books.disputes.get(ref)
    if found is None:
        raise Problem.unknown()
    return found


def review(desk: Desk, ref: str) -> Dispute:
    """PayPal looks into it. Raises Problem."""
    return _change(desk, ref, "UNDER_REVIEW", "", "UPDATED")


def resolve(desk: Desk, ref: str, favour: str, *, reverses: bool = True) -> Dispute:
    """Decide for the buyer, whose money goes back then, or for the seller. Raises Problem."""
    if favour not in OUTCOMES:
        raise Problem.malformed("INVALID_PARAMETER_VALUE", "It is decided for the buyer or the seller.")
    done = _change(desk, ref, "RESOLVED", OUTCOMES[favour], "RESOLVED")
    about = desk.capture(done.capture)
    if favour == "buyer" and reverses and about.status in ("COMPLETED", "PARTIALLY_REFUNDED"):
        money.reverse(desk, about.id)
    return done


def _change(desk: Desk, ref: str, status: str, outcome: str, what: str) -> Dispute:
    dispute = find(desk, ref)
    if dispute.status == "RESOLVED":
        raise Problem.unprocessable("DISPUTE_ALREADY_RESOLVED", "The dispute is resolved.")
    dispute.status, dispute.outcome, dispute.changed_at = status, outcome, stamp()
    desk.books.put(dispute)
    events.disputed(desk, dispute, what)
    return dispute
