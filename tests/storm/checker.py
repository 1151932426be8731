"""Is every answered call paid once, to the millionth? Told from the provider's books, not from ours.

Nothing here comes from the ledger, the prices or the audits of the application: rows are read with plain SQL,
prices are worked out anew with fractions.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from ivr.simulator.records import CallRecord
from tests.storm.plan import RATES

CALLS = """
    SELECT calls.id, calls.sid, calls.number, calls.status, calls.seconds, calls.price, calls.seconds_max,
           calls.learnt_from, visits.sid AS parent, holds.amount AS hold, holds.status AS hold_status,
           holds.account_id, holds.id AS hold_id
    FROM calls JOIN visits ON visits.id = calls.visit_id JOIN holds ON holds.id = calls.hold_id
"""
ACCOUNTS = "SELECT id, balance, held, open_holds FROM accounts WHERE kind = 'card'"
PAID = "SELECT key, source_id, amount FROM transfers WHERE kind = 'call'"
SOLD = "SELECT target_id, sum(amount) AS amount FROM transfers WHERE kind <> 'call' GROUP BY target_id"


def price(number: str, seconds: int) -> int:
    """What a call of so many seconds costs, in millionths: worked out from the table of prices alone."""
    digits = number.removeprefix("+")
    rate = max((rate for rate in RATES if digits.startswith(rate[0])), key=lambda rate: len(rate[0]))
    _, _, per_minute, fee, first, further, grace, _ = rate
    if seconds == 0 or seconds < grace:
        return 0
    billed = first + max(0, ceil(Fraction(seconds - first, further))) * further
    return int(fee) + ceil(Fraction(per_minute * billed, 60))


class Checker:
    """Compares our rows with the provider's legs; `faults` are sentences, none if all is well."""

    def __init__(self, url: str, legs: Iterable[CallRecord]) -> None:
        self._legs = {leg.sid: leg for leg in legs if leg.direction != "inbound"}
        with psycopg.connect(url, row_factory=namedtuple_row) as connection:
            self._calls: list[Any] = connection.execute(CALLS).fetchall()
            self._accounts: list[Any] = connection.execute(ACCOUNTS).fetchall()
            self._paid: list[Any] = connection.execute(PAID).fetchall()
            sold: list[Any] = connection.execute(SOLD).fetchall()
        self._sold = {row.target_id: int(row.amount) for row in sold}
        self.faults: list[str] = []
        self._check_legs()
        self._check_calls()
        self._check_cards()

    @property
    def settled_by(self) -> Counter[str]:
        """Which signal ended how many calls."""
        return Counter(str(call.learnt_from) for call in self._calls)

    @property
    def charged(self) -> int:
        """How many calls cost something."""
        return sum(bool(call.price) for call in self._calls)

    @property
    def calls(self) -> int:
        """How many calls were placed."""
        return len(self._calls)

    def _check_legs(self) -> None:
        """Every leg that the provider dialled is one call of ours."""
        ours = Counter(call.sid for call in self._calls if call.sid)
        for leg in self._legs.values():
            if not leg.is_over:
                self.faults.append(f"leg {leg.sid} is still {leg.status}: the storm itself is at fault")
            if leg.status == "completed" and ours[leg.sid] != 1:
                self.faults.append(f"leg {leg.sid} of {leg.seconds} s is {ours[leg.sid]} calls of ours")
            if ours[leg.sid] > 1:
                self.faults.append(f"leg {leg.sid} is {ours[leg.sid]} calls of ours")

    def _check_calls(self) -> None:
        """Every call of ours costs what its leg says, was paid once out of its hold, and is over."""
        paid: dict[str, list[Any]] = defaultdict(list)
        for payment in self._paid:
            paid[payment.key].append(payment)
        for call in self._calls:
            due = self._due(call)
            payments = paid.pop(f"hold:{call.hold_id}", [])
            amounts = [(payment.source_id, payment.amount) for payment in payments]
            if call.price != due:
                self.faults.append(f"call {call.id} ({call.status}) costs {call.price}, not {due}")
            if amounts != ([(call.account_id, due)] if due else []):
                self.faults.append(f"call {call.id} was paid {amounts}, not once {due}")
            if call.hold_status == "open" or call.status in ("placed", "answered", "unresolved"):
                self.faults.append(f"call {call.id} is {call.status}, its hold {call.hold_status}")
        self.faults += [f"{key} pays for no call" for key in paid]

    def _due(self, call: Any) -> int:
        leg = self._legs.get(call.sid) if call.sid else None
        if leg is None:
            return 0
        if (leg.to, leg.parent_sid) != (call.number, call.parent):
            self.faults.append(f"call {call.id} to {call.number} has the leg of {leg.to}")
        if call.hold != price(call.number, call.seconds_max):
            self.faults.append(f"call {call.id} holds {call.hold} for {call.seconds_max} s")
        answered = leg.seconds if leg.status == "completed" else 0
        return min(price(call.number, answered), int(call.hold))

    def _check_cards(self) -> None:
        """What a card has is what was sold to it less what its calls cost; nothing is kept aside."""
        spent: Counter[int] = Counter()
        for call in self._calls:
            spent[call.account_id] += self._due(call)
        for account in self._accounts:
            left = self._sold.get(account.id, 0) - spent[account.id]
            if account.balance != left or account.balance < 0:
                self.faults.append(f"account {account.id} has {account.balance}, not {left}")
            if account.held or account.open_holds:
                self.faults.append(f"account {account.id} keeps {account.held} in {account.open_holds} holds")
