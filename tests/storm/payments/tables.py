"""What both sides of a storm over payments say at its end, to be read by a person."""

from collections import Counter

from tests.storm.payments.checker import Reckoning


def tables(reckoning: Reckoning) -> dict[str, Counter[str]]:
    """What both sides say at the end, to be read by a person."""
    rows, orders = reckoning.rows, reckoning.orders
    paid = sum(_cents(order["captured"]) for order in orders)
    back = sum(_cents(order["refunded"]) for order in orders)
    fees = sum(_cents(order["fees"]) for order in orders)

    def moved(*kinds: str) -> int:
        return sum(int(row.amount) for row in rows["transfers"] if row.kind in kinds) // 10_000

    debts = [row.amount for row in rows["transfers"] if row.source_kind == "debt"]
    collected = [row.amount for row in rows["transfers"] if row.target_kind == "debt"]
    reversals = sum(one["reversal"] for _, one in reckoning.given_back.values())
    return {
        "Notifications kept, by kind": Counter(row.kind for row in rows["events"]),
        "At PayPal": Counter(
            {
                "orders": len(orders),
                "captures completed": len(reckoning.captures),
                "refunds": len(reckoning.given_back) - reversals,
                "reversals": reversals,
                "disputes": sum(len(order["disputes"]) for order in orders),
                "captured, cents": paid,
                "given back, cents": back,
                "fees, cents": fees,
            }
        ),
        "Here": Counter(
            {
                "credits": sum(row.kind == "top_up" for row in rows["transfers"]),
                "refunds": sum(not row.reversal for row in rows["refunds"]),
                "reversals": sum(row.reversal for row in rows["refunds"]),
                "disputes": len(rows["disputes"]),
                "credited, cents": moved("top_up"),
                "debited, cents": moved("refund", "reversal"),
                "fees, cents": moved("fee"),
                "of it owed at first, cents": sum(debts) // 10_000,
                "collected later, cents": sum(collected) // 10_000,
                "receipts": sum(row.refund_id is None for row in rows["receipts"]),
                "credit notes": sum(row.refund_id is not None for row in rows["receipts"]),
                "mails": len(rows["mails"]),
                "lines for a person": len(rows["reviews"]),
                "calls placed": reckoning.calls.calls,
                "calls charged": reckoning.calls.charged,
            }
        ),
        "For a person": Counter(row.what[:24] for row in rows["reviews"]),
        "Reasons": Counter(f"{row.status}: {row.reason}"[:60] for row in rows["top_ups"] if row.reason),
    }


def _cents(value: str) -> int:
    return int(value.replace(".", ""))
