"""Receipts of top-ups and credit notes of refunds: numbered without a gap, with the VAT booked."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import aliased

from app import clock, config, db, ledger, messages, paging
from app.cards.models import Card
from app.customers.models import Customer
from app.ledger import AccountKind, TransferKind
from app.messages.letters import payments as letters
from app.money import Money
from app.paging import HEAD, ROWS, Cursor, Page
from app.payments import models, vat
from app.payments.models import ReceiptNumber, Refund, TopUp

METHOD = "PayPal"
_NUMBER = re.compile(r"(?P<series>[RC][0-9]{4})-(?P<number>[0-9]{6,9})", re.ASCII)

# the receipt itself, or the one that a credit note takes back
_First = aliased(models.Receipt)
_ROWS = (
    select(
        models.Receipt.__table__,
        Card.serial,
        _First.series.label("first_series"),
        _First.number.label("first_number"),
    )
    .select_from(models.Receipt)
    .join(_First, (_First.top_up_id == models.Receipt.top_up_id) & _First.refund_id.is_(None))
    .join(TopUp, TopUp.id == models.Receipt.top_up_id)
    .join(Card, Card.id == TopUp.card_id)
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt, or the credit note that takes some of it back, as it was on its day."""

    id: int
    # as in R2026-000017
    number: str
    customer_id: int
    top_up_id: int
    # of a credit note: what it gives back, and the number of the receipt that it takes back
    refund_id: int | None
    receipt: str
    # of the card that got the credit
    serial: str
    net: Money
    vat: Money
    gross: Money
    vat_percent: str
    # lines
    seller: tuple[str, ...]
    vat_number: str
    buyer: str
    method: str
    reference: str
    at: datetime

    @property
    def is_credit_note(self) -> bool:
        """Whether money went back."""
        return self.refund_id is not None


def issue(top_up_id: int) -> Receipt:
    """The receipt of a top-up, with its VAT booked and a mail to the buyer, in the transaction that credits.

    Call it after the money has moved and with the card's account locked: the mail tells the new balance.
    Safe to repeat: a top-up keeps its receipt. Of two at once one raises IntegrityError and leaves no trace.
    """
    if had := _one(models.Receipt.top_up_id == top_up_id, models.Receipt.refund_id.is_(None)):
        return had
    bought = _bought(top_up_id)
    percent = config.settings().selling.vat_percent
    net, tax = vat.split(Money(bought.amount, bought.currency), percent)
    sums = {"net": net.micros, "vat": tax.micros, "gross": bought.amount, "vat_percent": percent}
    made = _write(bought, _take_number("R"), sums, reference=bought.capture_ref or bought.ref)
    _book(made, source=AccountKind.CALL_REVENUE, target=AccountKind.VAT)
    _mail(made, bought)
    return made


def credit_note(refund_id: int) -> Receipt:
    """The credit note of a refund or reversal, with its VAT booked back, in the transaction that debits.

    The credit notes of one receipt never give back more VAT than it took, and all of it once all the money
    has gone back. Safe to repeat, as `issue` is. It writes no mail.
    """
    if had := _one(models.Receipt.refund_id == refund_id):
        return had
    refund = db.execute(select(Refund.__table__).where(Refund.id == refund_id)).one()
    receipt = issue(refund.top_up_id)
    number = _take_number("C")  # who waits for it here sees what the one before has given back
    sums = _given_back(receipt, refund.amount)
    made = _write(_bought(refund.top_up_id), number, sums, reference=refund.ref, refund_id=refund_id)
    _book(made, source=AccountKind.VAT, target=AccountKind.CALL_REVENUE)
    return made


def of_customer(customer_id: int, at: Cursor = HEAD, *, limit: int = ROWS) -> Page[Receipt]:
    """A page of a customer's receipts and credit notes, the newest first."""
    asked = _ROWS.where(models.Receipt.customer_id == customer_id).limit(limit + 1)
    if at.after is not None:
        asked = asked.where(models.Receipt.id > at.after).order_by(models.Receipt.id)
    else:
        asked = asked.order_by(models.Receipt.id.desc())
    if at.before is not None:
        asked = asked.where(models.Receipt.id < at.before)
    found = [_receipt(row) for row in db.execute(asked)]
    return paging.page(found, at, limit, id_of=lambda receipt: receipt.id)


def get(customer_id: int, number: str) -> Receipt | None:
    """The customer's receipt with this number; None when there is none, or when it is somebody else's."""
    match = _NUMBER.fullmatch(number)
    if match is None:
        return None
    found = _one(
        models.Receipt.customer_id == customer_id,
        models.Receipt.series == match["series"],
        models.Receipt.number == int(match["number"]),
    )
    return found if found and found.number == number else None


def by_id(receipt_id: int) -> Receipt | None:
    """The receipt with this id, for whom it is attached to a mail."""
    return _one(models.Receipt.id == receipt_id)


def _one(*which: Any) -> Receipt | None:
    row = db.execute(_ROWS.where(*which)).one_or_none()
    return None if row is None else _receipt(row)


def _receipt(row: Any) -> Receipt:
    return Receipt(
        id=row.id,
        number=_number(row.series, row.number),
        customer_id=row.customer_id,
        top_up_id=row.top_up_id,
        refund_id=row.refund_id,
        receipt=_number(row.first_series, row.first_number) if row.refund_id else "",
        serial=row.serial,
        net=Money(row.net, row.currency),
        vat=Money(row.vat, row.currency),
        gross=Money(row.gross, row.currency),
        vat_percent=row.vat_percent,
        seller=tuple(row.seller.split("\n")),
        vat_number=row.vat_number,
        buyer=row.buyer,
        method=row.method,
        reference=row.reference,
        at=row.at,
    )


def _number(series: str, number: int) -> str:
    return f"{series}-{number:06d}"


def _bought(top_up_id: int) -> Any:
    return db.execute(
        select(TopUp.__table__, Customer.email, Customer.language)
        .join(Customer, Customer.id == TopUp.customer_id)
        .where(TopUp.id == top_up_id)
    ).one()


def _take_number(kind: str) -> dict[str, Any]:
    """The next number of the year's series; others wait for it until the transaction ends: none is lost."""
    series = f"{kind}{clock.now():%Y}"
    statement = db.insert(ReceiptNumber).values(series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[ReceiptNumber.series], set_={"last": ReceiptNumber.last + 1}
    )
    return {"series": series, "number": db.execute(counted.returning(ReceiptNumber.last)).scalar_one()}


def _given_back(receipt: Receipt, amount: int) -> dict[str, Any]:
    """Net and VAT of a refund: the VAT of all that has gone back by now, less what was given back before."""
    before = db.execute(
        select(
            func.sum(models.Receipt.gross).label("gross"), func.sum(models.Receipt.vat).label("vat")
        ).where(models.Receipt.top_up_id == receipt.top_up_id, models.Receipt.refund_id.is_not(None))
    ).one()
    so_far = Money(int(before.gross or 0) + amount, receipt.gross.currency)
    due = receipt.vat if so_far >= receipt.gross else vat.split(so_far, receipt.vat_percent)[1]
    tax = min(due.micros - int(before.vat or 0), amount)
    return {"net": amount - tax, "vat": tax, "gross": amount, "vat_percent": receipt.vat_percent}


def _write(
    bought: Any, number: dict[str, Any], sums: dict[str, Any], *, reference: str, refund_id: int | None = None
) -> Receipt:
    selling = config.settings().selling
    row = {
        **number,
        **sums,
        "customer_id": bought.customer_id,
        "top_up_id": bought.id,
        "refund_id": refund_id,
        "currency": bought.currency,
        "seller": "\n".join(
            line.strip() for line in (selling.seller, *selling.seller_address) if line.strip()
        ),
        "vat_number": selling.vat_number,
        "buyer": bought.email,
        "method": METHOD,
        "reference": reference,
        "at": clock.now(),
    }
    made = db.execute(insert(models.Receipt).returning(models.Receipt.id), row).scalar_one()
    written = by_id(made)
    assert written is not None, "it has just been written"
    return written


def _book(made: Receipt, *, source: AccountKind, target: AccountKind) -> None:
    if not made.vat:
        return
    currency = made.vat.currency
    ledger.move(
        made.vat,
        source=ledger.house(source, currency),
        target=ledger.house(target, currency),
        kind=TransferKind.VAT,
        key=f"vat:{made.id}",
        reference=made.number,
    )


def _mail(made: Receipt, bought: Any) -> None:
    account = db.execute(select(Card.account_id).where(Card.id == bought.card_id)).scalar_one()
    letter = letters.receipt(
        made.number,
        made.net,
        made.vat,
        made.gross,
        made.vat_number,
        ledger.balance(account),
        f"{config.settings().public_base_url}/account/receipts/{made.number}",
        language=bought.language,
    )
    key = f"receipt:{made.id}"
    messages.write(letter, to=made.buyer, key=key, customer=made.customer_id, attachment=key)
