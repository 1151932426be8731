"""Vouchers: codes with value, made together, sold over the counter, redeemed once.

They are single-purpose vouchers, as tax offices call them: their VAT was due when they were sold over the
counter, so redeeming books none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from stdnum import luhn

from app import clock, config, db, ledger
from app.cards import card, pins, states, suspension
from app.cards.batches import AT_ONCE, COUNT_MAX, WORTH_MAX
from app.cards.card import OpenCard
from app.cards.models import Card, Voucher, VoucherBatch
from app.errors import CardRefused, TooManyTries, VoucherRefused
from app.money import Money, decimal_text
from app.throttle import Limit

CODE_LENGTH = pins.VOUCHER_LENGTH
BATCH_MAX = 999_999  # vouchers in one batch, so that its serials are of one length and in order
BY_CUSTOMER = Limit("voucher by customer", most=10, window=timedelta(hours=1))
BY_ADDRESS = Limit("voucher by address", most=30, window=timedelta(hours=1))

_UNKNOWN = "That voucher cannot be redeemed. Please check each digit; it may have been used, or be too old."
_TOO_OFTEN = "That was too many tries. Please try again in an hour."
_UNUSED = (Voucher.redeemed_at.is_(None), Voucher.voided_at.is_(None))


class VoucherStatus(StrEnum):
    """Where a voucher stands; told from its dates."""

    UNUSED = "unused"
    REDEEMED = "redeemed"
    VOID = "void"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class MadeVoucher:
    """A new voucher. This is the only time that its code can be read."""

    serial: str
    code: str
    value: Money


@dataclass(frozen=True, slots=True)
class SoldVoucher:
    """A voucher at one moment, without its code."""

    serial: str
    batch: str
    value: Money
    status: VoucherStatus
    expires_at: datetime | None
    voided_at: datetime | None
    redeemed_at: datetime | None
    card: str | None  # the serial of the card that got the value


def make(count: int, value: Money, *, batch: str, expires_at: datetime | None = None) -> list[MadeVoucher]:
    """Make vouchers as part of a new or a known batch. Raises CardRefused when the numbers make no sense."""
    if not 1 <= count <= COUNT_MAX:
        raise CardRefused(f"make from 1 to {COUNT_MAX} vouchers at a time")
    if not 0 < value.micros <= WORTH_MAX:
        raise CardRefused(f"a voucher is worth more than 0 and up to {decimal_text(WORTH_MAX)}")
    if not 1 <= len(batch.strip()) <= 80:
        raise CardRefused("name the batch with 1 to 80 characters")
    if expires_at is not None and expires_at <= clock.now():
        raise CardRefused("the vouchers would have expired already")
    batch_id, last = _take_serials(batch.strip(), count, value.currency)
    ledger.open_house(value.currency)
    serials = [serial(batch_id, last - count + n) for n in range(1, count + 1)]
    made: list[MadeVoucher] = []
    for start in range(0, count, AT_ONCE):
        made += _write(serials[start : start + AT_ONCE], value, batch_id, expires_at)
    return made


def serial(batch_id: int, number: int) -> str:
    """The public number of the n-th voucher of a batch: V, batch, count, check digit."""
    digits = f"{batch_id:04d}{number:06d}"
    return f"V{digits}{luhn.calc_check_digit(digits)}"


def redeem(code: str, card_id: int, *, who: str, address: str) -> Money:
    """Add a voucher's value to a card, exactly once whoever else has the code; answers what was added.

    What the card's owner owes is paid out of it first. Raises VoucherRefused for a wrong, used, void or
    expired code, with the same words; TooManyTries for whoever tries too many; CardRefused for a card that
    takes no credit. Counts are kept although it raises: the door must commit.
    """
    taker = states.by_id(card_id)
    if not card.opens(taker.status):
        raise CardRefused(f"card {taker.serial} is {taker.status}: it takes no credit")
    # both are counted, whatever the first one says
    if not all([BY_CUSTOMER.count(who), BY_ADDRESS.count(address)]):
        raise TooManyTries(_TOO_OFTEN)
    voucher = _claim(code, taker)
    BY_CUSTOMER.forgive(who)
    BY_ADDRESS.forgive(address)
    value = Money(voucher.value, taker.balance.currency)
    ledger.move(
        value,
        source=ledger.house(ledger.AccountKind.CARD_SALES, value.currency),
        target=taker.account,
        kind=ledger.TransferKind.VOUCHER,
        key=f"voucher:{voucher.id}",
        reference=voucher.serial,
    )
    suspension.pay_debts(card_id)
    return value


def is_used_by(code: str, card_id: int) -> bool:
    """Whether this card has had the value of that voucher already; of others nobody learns it."""
    mine = (Voucher.hash.in_(pins.every_hash(_digits(code))), Voucher.card_id == card_id)
    return db.execute(select(Voucher.id).where(*mine)).scalar_one_or_none() is not None


def void(first: str, last: str | None = None) -> int:
    """Let a voucher, or all of its batch from the first serial to the last, be redeemed no more.

    Answers how many are void now that were not before; redeemed ones stay as they are. Safe to repeat.
    """
    start, end = _find(first), _find(last or first)
    if start.batch_id != end.batch_id:
        raise CardRefused(f"{first[:20]} and {(last or first)[:20]} are of two batches")
    return _void(Voucher.batch_id == start.batch_id, Voucher.serial.between(start.serial, end.serial))


def void_batch(name: str) -> int:
    """The same for a whole batch."""
    batch = db.execute(select(VoucherBatch.id).where(VoucherBatch.name == name.strip())).scalar_one_or_none()
    if batch is None:
        raise CardRefused(f"there is no batch {name[:80]} of vouchers")
    return _void(Voucher.batch_id == batch)


def show(serial: str) -> SoldVoucher:
    """A voucher by its serial. Raises CardRefused when there is none."""
    found = _find(serial)
    return SoldVoucher(
        serial=found.serial,
        batch=found.batch,
        value=Money(found.value, found.currency),
        status=_status(found),
        expires_at=found.expires_at,
        voided_at=found.voided_at,
        redeemed_at=found.redeemed_at,
        card=found.card,
    )


def _take_serials(name: str, count: int, currency: str) -> tuple[int, int]:
    values = {"name": name, "currency": currency, "made_at": clock.now()}
    db.execute(db.insert(VoucherBatch).values(values).on_conflict_do_nothing())
    row = db.execute(
        update(VoucherBatch)
        .where(VoucherBatch.name == name)
        .values(issued=VoucherBatch.issued + count)
        .returning(VoucherBatch.id, VoucherBatch.issued, VoucherBatch.currency)
    ).one()
    if row.currency != currency:
        raise CardRefused(f"the batch {name} is in {row.currency}, not in {currency}")
    if row.issued > BATCH_MAX:
        raise CardRefused(f"a batch has at most {BATCH_MAX} vouchers: begin another")
    return row.id, row.issued


def _write(
    serials: Sequence[str], value: Money, batch_id: int, expires_at: datetime | None
) -> list[MadeVoucher]:
    codes = _unused(len(serials))
    pepper = config.settings().pin_peppers[0]
    shared = {"batch_id": batch_id, "value": value.micros, "expires_at": expires_at}
    rows = [
        {"serial": serial, "hash": pins.hashed(code, pepper), **shared}
        for serial, code in zip(serials, codes, strict=True)
    ]
    db.execute(insert(Voucher), rows)
    return [MadeVoucher(serial, code, value) for serial, code in zip(serials, codes, strict=True)]


def _unused(count: int) -> list[str]:
    """Codes that no voucher, used or not, has ever had."""
    fresh: list[str] = []
    while len(fresh) < count:
        drawn = {pins.make(CODE_LENGTH) for _ in range(count - len(fresh))} - set(fresh)
        hashes = {hash: code for code in drawn for hash in pins.every_hash(code)}
        taken = db.execute(select(Voucher.hash).where(Voucher.hash.in_(list(hashes)))).scalars()
        fresh += drawn - {hashes[bytes(hash)] for hash in taken}
    return fresh


def _claim(code: str, taker: OpenCard) -> Any:
    """Give the voucher of a code to a card: of all who try at once, one statement of one of them does it."""
    # the card comes first, as wherever money moves: the claim then waits for nobody who waits for us
    suspension.take(taker.id)
    currency = taker.balance.currency
    # a code kept under an old pepper is found, too; used up by this, it need not be kept under a new one
    usable = (Voucher.hash.in_(pins.every_hash(_digits(code))), *_UNUSED, _not_expired())
    ours = select(VoucherBatch.id).where(VoucherBatch.currency == currency)
    claimed = db.execute(
        update(Voucher)
        .where(*usable, Voucher.batch_id.in_(ours))
        .values(card_id=taker.id, redeemed_at=clock.now())
        .returning(Voucher.id, Voucher.serial, Voucher.value)
    ).one_or_none()
    if claimed is None:
        joined = select(VoucherBatch.currency).join(Voucher, Voucher.batch_id == VoucherBatch.id)
        theirs = db.execute(joined.where(*usable)).scalar_one_or_none()
        words = f"That voucher is in {theirs}, and your card is in {currency}." if theirs else _UNKNOWN
        raise VoucherRefused(words)
    return claimed


def _digits(code: str) -> str:
    """A code as it is kept, however it was grouped by whoever typed it."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", code)[: CODE_LENGTH + 1]


def _not_expired() -> ColumnElement[bool]:
    return or_(Voucher.expires_at.is_(None), Voucher.expires_at > clock.now())


def _find(serial: str) -> Any:
    found = db.execute(
        select(
            Voucher.__table__,
            VoucherBatch.name.label("batch"),
            VoucherBatch.currency,
            Card.serial.label("card"),
        )
        .join(VoucherBatch, VoucherBatch.id == Voucher.batch_id)
        .outerjoin(Card, Card.id == Voucher.card_id)
        .where(Voucher.serial == serial)
    ).one_or_none()
    if found is None:
        raise CardRefused(f"no voucher has the serial {serial[:30]}")
    return found


def _void(*which: ColumnElement[bool]) -> int:
    return db.execute(update(Voucher).where(*which, *_UNUSED).values(voided_at=clock.now())).rowcount


def _status(found: Any) -> VoucherStatus:
    if found.redeemed_at is not None:
        return VoucherStatus.REDEEMED
    if found.voided_at is not None:
        return VoucherStatus.VOID
    if found.expires_at is not None and found.expires_at <= clock.now():
        return VoucherStatus.EXPIRED
    return VoucherStatus.UNUSED
