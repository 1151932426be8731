"""Where money lives. Import the package and call the verb: `ledger.settle(hold, price)`.

An account has money, a transfer moved it, a hold keeps it aside. Every verb works inside the transaction that
a door has opened; none of them commits.
"""

from app.ledger.accounts import available, balance, house, issue, open_house
from app.ledger.audit import Audit, Fault, audit
from app.ledger.debts import Taken, collect, owed, take
from app.ledger.holds import Settlement, available_to, extend, hold, release, settle
from app.ledger.models import AccountKind, HoldStatus, TransferKind
from app.ledger.statement import Entry, statement
from app.ledger.transfers import move

__all__ = [
    "AccountKind",
    "Audit",
    "Entry",
    "Fault",
    "HoldStatus",
    "Settlement",
    "Taken",
    "TransferKind",
    "audit",
    "available",
    "available_to",
    "balance",
    "collect",
    "extend",
    "hold",
    "house",
    "issue",
    "move",
    "open_house",
    "owed",
    "release",
    "settle",
    "statement",
    "take",
]
