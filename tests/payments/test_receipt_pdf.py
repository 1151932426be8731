"""The page of paper says what the receipt says, in the letters of whoever bought."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app import db
from app.messages import attachments
from app.messages.models import Mail
from app.money import Money
from app.payments import receipt_pdf
from app.payments.receipts import Receipt
from tests.payments import buying, paper
from tests.support.site import Site

SELLER = ("Głośne Rozmowy & Sons <Ltd>", "12 Zażółć Street", "London N1 9GU")


def receipt(**changes: object) -> Receipt:
    made = Receipt(
        id=17,
        number="R2026-000017",
        customer_id=1,
        top_up_id=1,
        refund_id=None,
        receipt="",
        serial="00010000017",
        net=Money.parse("16.67", "GBP"),
        vat=Money.parse("3.33", "GBP"),
        gross=Money.parse("20.00", "GBP"),
        vat_percent="20",
        seller=SELLER,
        vat_number="GB 123 4567 89",
        buyer="zażółć.gęślą.jaźń@example.org",
        method="PayPal",
        reference="3C679366HH908993F",
        at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_the_page_says_who_sold_what_to_whom_at_which_tax() -> None:
    printed = receipt_pdf.make(receipt())
    assert paper.pages(printed) == 1
    assert paper.lines(printed) == [
        "Głośne Rozmowy & Sons <Ltd>",
        "Receipt",
        "Seller",
        "Buyer",
        *SELLER,
        "VAT number GB 123 4567 89",
        "zażółć.gęślą.jaźń@example.org",
        "Number",
        "R2026-000017",
        "Date",
        "25 November 2026 (UTC)",
        "Card",
        "00010000017",
        "What",
        "Amount, VAT included",
        "Prepaid calling credit, card 00010000017",
        "£20.00",
        "Net",
        "£16.67",
        "VAT 20%",
        "£3.33",
        "Total",
        "£20.00",
        "Paid with PayPal, reference 3C679366HH908993F.",
        "VAT is charged when credit is bought. Calls are paid with that credit and carry no further VAT.",
    ]


def test_a_credit_note_names_the_receipt_that_it_takes_back() -> None:
    note = receipt(number="C2026-000002", refund_id=3, receipt="R2026-000017")
    printed = paper.lines(receipt_pdf.make(note))
    assert {"Credit note", "C2026-000002", "For receipt", "R2026-000017"} <= set(printed)
    assert "Paid back through PayPal, reference 3C679366HH908993F." in printed


def test_the_same_receipt_is_the_same_file_every_time() -> None:
    assert receipt_pdf.make(receipt()) == receipt_pdf.make(receipt())


@pytest.mark.parametrize(
    "name",
    [
        "Zażółć gęślą jaźń",
        "Ђорђе Ψυχή İğdır Đặng",
        "Nuño & Søn",
        "</para><b>",
        "(a) \\ b)",
        "&amp; &#65;",
        "€ ₹ ¥",
    ],
)
def test_names_are_printed_as_they_are_written(name: str) -> None:
    assert name in paper.lines(receipt_pdf.make(receipt(seller=(name,))))
    assert name in paper.lines(receipt_pdf.make(receipt(buyer=name)))


def test_the_longest_address_of_a_buyer_stays_on_the_page() -> None:
    printed = receipt_pdf.make(receipt(buyer="x" * 242 + "@example.org", reference="R" * 64))
    assert paper.pages(printed) == 1
    assert "".join(paper.lines(printed)).count("x") > 240


def test_without_vat_nothing_is_said_of_it_but_its_rate() -> None:
    free = Money.zero("GBP")
    printed = paper.lines(
        receipt_pdf.make(receipt(vat=free, net=receipt().gross, vat_percent="0", vat_number=""))
    )
    assert [line for line in printed if "VAT" in line] == ["Amount, VAT included", "VAT 0%"]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_mail_carries_the_page(site: Site) -> None:
    bought = buying.buy(site.customer())
    with db.transaction(readonly=True):
        kept = db.execute(select(Mail.attachment).where(Mail.letter == "receipt")).scalar_one()
        file = attachments.made(kept)
    assert file is not None
    assert (file.name, file.mime_type) == (f"{bought.number}.pdf", "application/pdf")
    assert bought.number in paper.lines(file.content)
