"""Receipts: no number is ever missing, none is given twice, and the VAT in the books is the VAT on paper."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from app import config, db
from app.clock import turned
from app.messages.models import Mail
from app.paging import Cursor
from app.payments import receipts
from tests.payments import buying
from tests.payments.buying import buy, credit, give_back, refund, top_up, usd, vat_due
from tests.support.site import Site
from tests.support.threads import at_once, failures


class Lost(Exception):
    """What makes a transaction fail after its receipt was written."""


def numbers(found: list[receipts.Receipt], series: str) -> list[int]:
    return [int(one.number.split("-")[1]) for one in found if one.number.startswith(series)]


def test_a_top_up_gets_a_receipt_and_its_vat_is_booked(site: Site) -> None:
    receipt = buy(zoe := site.customer(), "20.00")
    assert (str(receipt.net), str(receipt.vat), str(receipt.gross)) == ("16.67", "3.33", "20.00")
    assert receipt.number == f"R{receipt.at:%Y}-000001"
    assert (receipt.buyer, receipt.serial, receipt.method) == (zoe.email, zoe.serial, "PayPal")
    assert receipt.reference.startswith("CAPTURE")
    assert vat_due() == "3.33"
    assert site.world.balanced()


def test_the_receipt_is_mailed_once_with_the_page_attached(site: Site) -> None:
    receipt = credit(bought := top_up(site.customer()))
    credit(bought)
    with db.transaction(readonly=True):
        (mail,) = db.execute(select(Mail.__table__).where(Mail.letter == "receipt"))
    assert (mail.to, mail.attachment) == (receipt.buyer, f"receipt:{receipt.id}")


def test_a_top_up_keeps_the_receipt_that_it_has(site: Site) -> None:
    bought = top_up(zoe := site.customer())
    assert credit(bought) == credit(bought) == buying.everything_of(zoe)[0]
    assert vat_due() == "3.33"


def test_a_receipt_stays_as_it_was_whatever_changes_later(site: Site) -> None:
    before = buy(zoe := site.customer())
    selling = replace(config.settings().selling, seller="Another", vat_percent="25", vat_number="XX1")
    site.world.change_settings(selling=selling)
    after = buy(zoe)
    assert buying.everything_of(zoe) == [before, after]
    assert (after.seller[0], after.vat_percent, str(after.vat)) == ("Another", "25", "4.00")
    assert before.seller[0] != "Another"
    assert [str(give_back(before, part).vat) for part in ("6.00", "14.00")] == ["1.00", "2.33"]


def test_without_vat_none_is_booked(site: Site) -> None:
    site.world.change_settings(selling=replace(config.settings().selling, vat_percent="0"))
    receipt = buy(site.customer())
    give_back(receipt, "20.00")
    assert (str(receipt.net), str(receipt.vat), vat_due()) == ("20.00", "0.00", "0.00")


def test_every_year_begins_a_series(site: Site) -> None:
    zoe = site.customer()
    for year in (2026, 2027):
        with turned(partial(datetime, year, 12, 31, 23, 59, tzinfo=UTC)):
            buy(zoe)
            buy(zoe)
    found = [one.number for one in buying.everything_of(zoe)]
    assert found == ["R2026-000001", "R2026-000002", "R2027-000001", "R2027-000002"]


def test_a_transaction_that_fails_leaves_no_gap(site: Site) -> None:
    zoe = site.customer()
    buy(zoe)
    with pytest.raises(Lost):
        credit(top_up(zoe), then=Lost())
    buy(zoe)
    assert numbers(buying.everything_of(zoe), "R") == [1, 2]
    assert vat_due() == "6.66"
    assert site.world.balanced()


def test_no_number_is_missing_or_given_twice_when_many_buy_at_once_and_some_fail(site: Site) -> None:
    people = [site.customer(email=f"{name}@example.org") for name in ("ann", "bob", "cy")]
    draw = random.Random(7)
    fails = [draw.random() < 0.4 for _ in range(40)]
    bought = [top_up(people[number % 3]) for number in range(len(fails))]
    deeds = [partial(credit, one, then=Lost() if fails[n] else None) for n, one in enumerate(bought)]
    outcomes = at_once(*deeds)
    assert [isinstance(one, Lost) for one in failures(outcomes)] == [True] * sum(fails)
    found = [one for someone in people for one in buying.everything_of(someone)]
    assert sorted(numbers(found, "R")) == list(range(1, fails.count(False) + 1))
    assert site.world.balanced()


def test_the_same_top_up_at_once_gets_one_receipt(site: Site) -> None:
    bought = top_up(zoe := site.customer())
    outcomes = at_once(*[partial(credit, bought) for _ in range(8)])
    assert not failures(outcomes)
    assert len({one.number for one in outcomes if isinstance(one, receipts.Receipt)}) == 1
    buy(zoe)
    assert numbers(buying.everything_of(zoe), "R") == [1, 2]


def test_even_without_the_cards_lock_one_receipt_is_written(site: Site) -> None:
    bought = top_up(zoe := site.customer())
    outcomes = at_once(*[partial(db.attempt, partial(receipts.issue, bought)) for _ in range(4)])
    assert not failures(outcomes)
    buy(zoe)
    assert numbers(buying.everything_of(zoe), "R") == [1, 2]
    assert vat_due() == "6.66"


def test_a_refund_gets_a_credit_note_and_its_vat_comes_back(site: Site) -> None:
    receipt = buy(site.customer())
    note = give_back(receipt, "20.00")
    assert note.number == f"C{note.at:%Y}-000001"
    assert (note.receipt, note.is_credit_note) == (receipt.number, True)
    assert (str(note.net), str(note.vat), str(note.gross)) == ("16.67", "3.33", "20.00")
    assert vat_due() == "0.00"
    assert site.world.balanced()


def test_a_refund_keeps_the_credit_note_that_it_has(site: Site) -> None:
    back = refund(buy(zoe := site.customer()).top_up_id, "5.00")
    assert buying.debit(back) == buying.debit(back)
    assert numbers(buying.everything_of(zoe), "C") == [1]


@pytest.mark.parametrize(
    "parts",
    [("0.01",) * 3, ("0.03", "0.03", "0.04"), ("3.33", "3.33", "3.34"), ("9.99", "0.01"), ("0.01", "9.99")],
    ids=" ".join,
)
def test_refunds_in_parts_give_back_no_more_vat_than_was_taken(site: Site, parts: tuple[str, ...]) -> None:
    whole = usd("0.00")
    for part in parts:
        whole += usd(part)
    receipt = buy(site.customer(), str(whole))
    notes = [give_back(receipt, part) for part in parts]
    assert sum(note.vat.micros for note in notes) == receipt.vat.micros
    assert all(note.vat.micros >= 0 and note.net.micros >= 0 for note in notes)
    assert vat_due() == "0.00"
    assert site.world.balanced()


@pytest.mark.parametrize("seed", range(3))
def test_random_refunds_add_up(site: Site, seed: int) -> None:
    draw = random.Random(seed)
    receipt = buy(site.customer(), "0.17")
    left, given = 17, 0
    while left:
        part = draw.randint(1, min(left, 5))
        left -= part
        given += give_back(receipt, f"0.{part:02}").vat.micros
        assert given <= receipt.vat.micros
    assert given == receipt.vat.micros


def test_refunds_at_once_give_back_the_vat_once(site: Site) -> None:
    receipt = buy(zoe := site.customer(), "0.20")
    backs = [refund(receipt.top_up_id, "0.02") for _ in range(10)]
    assert not failures(at_once(*[partial(buying.debit, back) for back in backs]))
    assert vat_due() == "0.00"
    assert sorted(numbers(buying.everything_of(zoe), "C")) == list(range(1, 11))
    assert site.world.balanced()


def test_a_customer_sees_their_own_receipts_newest_first_in_pages(site: Site) -> None:
    zoe, max_ = site.customer(), site.customer(email="max@example.org")
    own = [buy(zoe) for _ in range(3)]
    other = buy(max_)
    with db.transaction(readonly=True):
        first = receipts.of_customer(zoe.id, limit=2)
        rest = receipts.of_customer(zoe.id, Cursor(before=first.older), limit=2)
        assert [*first.rows, *rest.rows] == own[::-1]
        assert receipts.of_customer(zoe.id, Cursor(after=rest.newer), limit=2).rows == first.rows
        assert receipts.get(zoe.id, own[0].number) == own[0]
        assert receipts.get(zoe.id, other.number) is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        "R2026-1",
        "R2026-0000001",
        "R2026-999999",
        "r2026-000001",
        "R2026-000001 ",
        "R2026-٠٠٠٠٠١",
        "R2026-" + "9" * 30,
    ],
)
def test_what_is_no_number_of_theirs_finds_nothing(site: Site, number: str) -> None:
    zoe = site.customer()
    with turned(partial(datetime, 2026, 5, 1, tzinfo=UTC)):
        buy(zoe)
    with db.transaction(readonly=True):
        assert receipts.get(zoe.id, number) is None
