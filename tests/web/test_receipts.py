"""Receipts on the account: to read, to print and to keep, and only one's own."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.payments import receipts
from tests.payments import paper
from tests.payments.buying import buy, give_back
from tests.support.site import Site

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def words(client: FlaskClient, path: str) -> str:
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))).split())


def test_without_a_receipt_the_page_says_what_to_do(site: Site) -> None:
    assert "You have no receipts yet. Top up" in words(site.client(site.customer()), "/account/receipts")


def test_receipts_and_credit_notes_are_listed_newest_first(site: Site) -> None:
    zoe = site.customer()
    receipt = buy(zoe)
    note = give_back(receipt, "5.00")
    listed = words(site.client(zoe), "/account/receipts")
    assert f"{note.number} 1 Jan 2026 Credit note US$4.17 US$0.83 US$5.00" in listed
    assert f"{receipt.number} 1 Jan 2026 Top-up US$16.67 US$3.33 US$20.00" in listed
    assert listed.index(note.number) < listed.index(receipt.number)


def test_a_long_list_comes_in_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(receipts.of_customer.__kwdefaults__ or {}, "limit", 2)
    client, numbers = site.client(zoe := site.customer()), [buy(zoe).number for _ in range(3)]
    first = client.get("/account/receipts").text
    (older,) = re.findall(r'href="([^"]+)" rel="next"', first)
    rest = client.get(older).text
    assert [number in first for number in numbers] == [False, True, True]
    assert [number in rest for number in numbers] == [True, False, False]


def test_a_receipt_says_all_that_is_on_paper(site: Site) -> None:
    receipt = buy(zoe := site.customer())
    page = words(site.client(zoe), f"/account/receipts/{receipt.number}")
    for said in (receipt.number, zoe.email, zoe.serial, "US$16.67", "VAT 20% US$3.33", receipt.reference):
        assert said in page


def test_a_credit_note_leads_to_its_receipt(site: Site) -> None:
    zoe = site.customer()
    receipt = buy(zoe)
    note = give_back(receipt, "5.00")
    page = site.client(zoe).get(f"/account/receipts/{note.number}").text
    assert f"<h1>Credit note {note.number}</h1>" in page
    assert f'href="/account/receipts/{receipt.number}"' in page


def test_a_receipt_is_a_file_to_keep(site: Site) -> None:
    receipt = buy(zoe := site.customer())
    answer = site.client(zoe).get(f"/account/receipts/{receipt.number}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{receipt.number}.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert {receipt.number, zoe.email} <= set(paper.lines(answer.data))


@pytest.mark.parametrize("end", ["", ".pdf"])
def test_somebody_elses_receipt_is_none_that_we_know(site: Site, end: str) -> None:
    receipt = buy(site.customer())
    max_ = site.client(site.customer(email="max@example.org"))
    asked, missing = (
        max_.get(f"/account/receipts/{number}{end}") for number in (receipt.number, "R2026-999999")
    )
    assert asked.status_code == missing.status_code == 404
    assert asked.text == missing.text


@pytest.mark.parametrize(
    "number", ["R2026-1", "0", "%00", "R2026-" + "9" * 40, "..%2f..%2fetc", "x.pdf", "'--"]
)
def test_what_is_no_number_is_no_page(site: Site, number: str) -> None:
    buy(zoe := site.customer())
    assert site.client(zoe).get(f"/account/receipts/{number}").status_code == 404
