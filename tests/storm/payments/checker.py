"""Is every penny that PayPal moved booked once, and nothing else? Told from PayPal's own books.

Nothing here comes from the payments, the ledger or the audits of the application: rows are read with plain
SQL, and what they ought to be is worked out anew from the books of the stand-in.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from app.sealing import unseal
from ivr.simulator.records import CallRecord
from tests.storm.checker import Checker
from tests.storm.payments.rows import PAID, QUERIES, micros, once, vat_in


class _Calls(Checker):
    """The calls as the other storm checks them; what cards have is checked here."""

    def _check_cards(self) -> None:
        """Credit comes and goes in more ways than that knows of."""


class Reckoning:
    """Compares our rows with PayPal's books; `faults` are sentences, none if all is well."""

    def __init__(self, url: str, books: Mapping[str, Any], legs: Iterable[CallRecord]) -> None:
        with psycopg.connect(url, row_factory=namedtuple_row) as connection:
            self.rows: dict[str, list[Any]] = {
                name: connection.execute(query).fetchall() for name, query in QUERIES.items()
            }
        self.orders: list[Mapping[str, Any]] = list(books["orders"])
        self.calls = _Calls(url, legs)
        self.faults = list(self.calls.faults)
        self.top_ups = {row.ref: row for row in self.rows["top_ups"]}
        self.transfers = {row.key: row for row in self.rows["transfers"]}
        self.captures = {
            ref: order for order in self.orders for ref, status in order["captures"].items() if status in PAID
        }
        self.given_back = {
            ref: (order, one) for order in self.orders for ref, one in order["refunds"].items()
        }
        for check in (
            self._check_credits,
            self._check_debits,
            self._check_customers,
            self._check_states,
            self._check_charges,
            self._check_receipts,
            self._check_vat,
            self._check_cards,
            self._check_debts,
            self._check_disputes,
            self._check_events,
            self._check_mails,
        ):
            check()

    def _wrong(self, sentence: str) -> None:
        self.faults.append(sentence)

    def _check_credits(self) -> None:
        """Every completed capture is credited once, to the card of its top-up, with its fee; no other is."""
        due = {}
        for ref, order in self.captures.items():
            top_up = self.top_ups.get(order["custom_id"])
            if top_up is None:
                self._wrong(f"capture {ref} is of no top-up of ours")
                continue
            due[f"paypal:{ref}"] = (micros(order["value"]), "paypal_clearing", top_up.account_id)
            known = (top_up.status, top_up.capture_ref, top_up.order_ref, top_up.amount)
            if known != ("credited", ref, order["order"], micros(order["value"])):
                self._wrong(f"top-up {top_up.ref} is {known}, its money is {ref} of {order['value']}")
        credited = {
            row.key: (row.amount, row.source_kind, row.target_id)
            for row in self.rows["transfers"]
            if row.kind == "top_up"
        }
        self._compare("credit", due, credited)
        fees = {
            f"paypal:{ref}:fee": (micros(order["fees"]), "paypal_fees", "paypal_clearing")
            for ref, order in self.captures.items()
            if micros(order["fees"])
        }
        taken = {
            row.key: (row.amount, row.source_kind, row.target_kind)
            for row in self.rows["transfers"]
            if row.kind == "fee"
        }
        self._compare("fee", fees, taken)

    def _check_debits(self) -> None:
        """Every refund and reversal is debited once: the card's part and the debt make its sum."""
        rows = {row.ref: row for row in self.rows["refunds"]}
        self._compare(
            "refund",
            {ref: micros(one["value"]) for ref, (_, one) in self.given_back.items()},
            {ref: row.amount for ref, row in rows.items()},
        )
        allowed = set()
        for ref, (order, one) in self.given_back.items():
            top_up, row = self.top_ups.get(order["custom_id"]), rows.get(ref)
            if top_up is None or row is None:
                continue
            keys = (f"paypal:{ref}", f"paypal:{ref}:debt")
            allowed |= set(keys)
            card, debt = (self.transfers.get(key) for key in keys)
            parts = [part.amount if part else 0 for part in (card, debt)]
            if sum(parts) != micros(one["value"]) or parts[0] != row.from_card:
                self._wrong(f"refund {ref} of {one['value']} took {parts}, its row says {row.from_card}")
            if card and (card.source_id, card.target_kind) != (top_up.account_id, "paypal_clearing"):
                self._wrong(f"refund {ref} was taken from {card.source_id}, not from {top_up.account_id}")
            if debt and (debt.source_owner, debt.target_kind) != (top_up.account_id, "paypal_clearing"):
                self._wrong(f"refund {ref} is owed by {debt.source_owner}, not by {top_up.account_id}")
            if row.reversal and not one["reversal"]:
                self._wrong(f"refund {ref} is no reversal")
            if one["reversal"] and not row.reversal and self._was_told(ref):
                self._wrong(f"reversal {ref} is booked as a refund although PayPal told us")
        for row in self.rows["transfers"]:
            if row.kind in ("refund", "reversal") and row.key not in allowed:
                self._wrong(f"{row.key} gives back what PayPal did not")

    def _was_told(self, ref: str) -> bool:
        named = f'"id":"{ref}"'
        return any(
            row.kind == "PAYMENT.CAPTURE.REVERSED" and row.status == "done" and named in unseal(row.body)
            for row in self.rows["events"]
        )

    def _check_customers(self) -> None:
        """What each customer's cards got and gave back is what PayPal's books say."""
        theirs: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for order in self.orders:
            if (top_up := self.top_ups.get(order["custom_id"])) is not None:
                theirs[top_up.customer_id][0] += micros(order["captured"])
                theirs[top_up.customer_id][1] += micros(order["refunded"])
        owners = {row.account_id: row.customer_id for row in self.rows["top_ups"]}
        ours: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for row in self.rows["transfers"]:
            if row.kind == "top_up":
                ours[owners[row.target_id]][0] += row.amount
            elif row.kind in ("refund", "reversal"):
                ours[owners[row.source_owner or row.source_id]][1] += row.amount
        self._compare(
            "customer",
            {str(who): tuple(sums) for who, sums in theirs.items() if any(sums)},
            {str(who): tuple(sums) for who, sums in ours.items() if any(sums)},
        )

    def _check_states(self) -> None:
        """No top-up is open without a reason, and none is credited without money."""
        pending = {order["custom_id"] for order in self.orders if "PENDING" in order["captures"].values()}
        listed = {row.top_up_id for row in self.rows["reviews"]}
        paid = {order["custom_id"] for order in self.captures.values()}
        for ref, row in self.top_ups.items():
            if row.status in ("created", "waiting", "capturing"):
                self._wrong(f"top-up {ref} is still {row.status}: {row.reason or 'no reason'}")
            if (row.status == "pending") != (ref in pending) and row.status != "review":
                self._wrong(
                    f"top-up {ref} is {row.status}, at PayPal it is {'' if ref in pending else 'not '}pending"
                )
            if row.status == "review" and row.id not in listed:
                self._wrong(f"top-up {ref} waits for a person, and is on no list")
            if (row.status == "credited") != (ref in paid):
                self._wrong(
                    f"top-up {ref} is {row.status}, at PayPal it is {'' if ref in paid else 'not '}paid"
                )
            if row.busy_until is not None and row.status not in ("pending",):
                self._wrong(f"top-up {ref} ({row.status}) is still in somebody's hand")

    def _check_charges(self) -> None:
        """Nobody paid twice for one top-up, and no rule bought more than its month's cap."""
        times = Counter(order["custom_id"] for order in self.captures.values())
        for ref, count in times.items():
            if count > 1:
                self._wrong(f"top-up {ref} was paid {count} times")
        bought: Counter[int] = Counter()
        for row in self.rows["top_ups"]:
            if row.automatic and row.status == "credited":
                bought[row.card_id] += row.amount
        for rule in self.rows["rules"]:
            if bought[rule.card_id] > rule.monthly_cap:
                self._wrong(
                    f"the rule of card {rule.card_id} bought {bought[rule.card_id]}, more than its cap"
                )

    def _check_receipts(self) -> None:
        """Numbers without a gap; a receipt for each credit, a credit note for each refund, the tax right."""
        series: dict[str, list[int]] = defaultdict(list)
        for row in self.rows["receipts"]:
            series[row.series].append(row.number)
        for name, numbers in series.items():
            if numbers != list(range(1, len(numbers) + 1)):
                self._wrong(f"the numbers of {name} have a gap")
        receipts = [row for row in self.rows["receipts"] if row.refund_id is None]
        notes = [row for row in self.rows["receipts"] if row.refund_id is not None]
        credited = {row.id: row.amount for row in self.rows["top_ups"] if row.status == "credited"}
        self._compare("receipt", credited, once((row.top_up_id, row.gross) for row in receipts))
        refunds = {row.id: row.amount for row in self.rows["refunds"]}
        self._compare("credit note", refunds, once((row.refund_id, row.gross) for row in notes))
        given: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for row in notes:
            given[row.top_up_id][0] += row.gross
            given[row.top_up_id][1] += row.vat
        for row in receipts:
            gross, tax = given[row.top_up_id]
            if row.vat != vat_in(row.gross) or row.net + row.vat != row.gross:
                self._wrong(f"receipt {row.series}-{row.number} has VAT {row.vat} in {row.gross}")
            if tax > row.vat or (gross == row.gross and tax != row.vat) or tax != min(vat_in(gross), row.vat):
                self._wrong(f"credit notes of {row.series}-{row.number} give back VAT {tax} of {row.vat}")

    def _check_vat(self) -> None:
        """The tax account has what the receipts say."""
        has = sum(
            row.amount * ((row.target_kind == "vat") - (row.source_kind == "vat"))
            for row in self.rows["transfers"]
        )
        due = sum(row.vat * (-1 if row.refund_id else 1) for row in self.rows["receipts"])
        if has != due:
            self._wrong(f"the tax account has {has}, the receipts say {due}")

    def _check_cards(self) -> None:
        """What a card has is what came less what went; only what is disputed is kept aside."""
        moved: Counter[int] = Counter()
        for row in self.rows["transfers"]:
            moved[row.target_id] += row.amount
            moved[row.source_id] -= row.amount
        kept: Counter[int] = Counter()
        for hold in self.rows["holds"]:
            kept[hold.account_id] += hold.amount
            if hold.dispute is None or hold.closed_at is not None:
                self._wrong(f"hold {hold.id} of {hold.amount} is kept for nothing that is open")
        for card in self.rows["cards"]:
            if card.balance != moved[card.account_id] or card.balance < 0:
                self._wrong(f"card {card.id} has {card.balance}, not {moved[card.account_id]}")
            if card.held != kept[card.account_id] or not 0 <= card.held <= card.balance:
                self._wrong(f"card {card.id} keeps {card.held} aside, not {kept[card.account_id]}")

    def _check_debts(self) -> None:
        """Owed is what refunds could not take less what was collected; nobody owes who could pay."""
        owed: Counter[int] = Counter()
        for row in self.rows["transfers"]:
            if row.source_kind == "debt":
                owed[row.source_owner] += row.amount
                if not row.key.endswith(":debt"):
                    self._wrong(f"{row.key} makes a debt of nothing")
            if row.target_kind == "debt":
                owed[row.target_owner] -= row.amount
                if row.kind != "debt" or row.source_id != row.target_owner:
                    self._wrong(f"{row.key} pays somebody's debt by {row.kind}")
        locked = {row.card_id for row in self.rows["locks"] if row.reason == "debt"}
        for card in self.rows["cards"]:
            debt = owed[card.account_id]
            if debt < 0 or (debt and card.balance > card.held and card.id in locked):
                self._wrong(f"card {card.id} owes {debt} and has {card.balance - card.held} available")
            if not debt and card.id in locked:
                self._wrong(f"card {card.id} is suspended for a debt that is paid")
            if debt and card.id not in locked:
                self._wrong(f"card {card.id} owes {debt} and is not suspended for it")

    def _check_disputes(self) -> None:
        """Those that we know stand where PayPal says."""
        theirs = {ref: status for order in self.orders for ref, status in order["disputes"].items()}
        for row in self.rows["disputes"]:
            resolved = theirs.get(row.ref, "").startswith("RESOLVED_")
            if row.ref not in theirs or resolved != (row.closed_at is not None):
                self._wrong(f"dispute {row.ref} is {row.status}, at PayPal {theirs.get(row.ref)}")

    def _check_events(self) -> None:
        """All that PayPal told us is worked on."""
        for row in self.rows["events"]:
            if row.status != "done":
                self._wrong(f"notification {row.id} {row.kind} is {row.status}: {row.said}")

    def _check_mails(self) -> None:
        """One mail for each receipt, and no key twice."""
        keys = Counter(row.key for row in self.rows["mails"])
        self.faults += [f"mail {key} was written {count} times" for key, count in keys.items() if count > 1]
        due = {f"receipt:{row.id}": 1 for row in self.rows["receipts"] if row.refund_id is None}
        self._compare("mail", due, {key: 1 for key in keys if key.startswith("receipt:")})

    def _compare(self, what: str, due: Mapping[Any, Any], is_there: Mapping[Any, Any]) -> None:
        for key in sorted(due.keys() | is_there.keys(), key=str):
            if due.get(key) != is_there.get(key):
                self._wrong(f"{what} {key} should be {due.get(key)}, is {is_there.get(key)}")
