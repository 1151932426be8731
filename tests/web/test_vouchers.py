"""Redeeming a voucher on the web: what it added is said, what is wrong is said beside the field."""

from functools import partial
from typing import Any

import pytest

from app import cards, db, ledger
from app.cards import LockReason, vouchers
from app.ledger import AccountKind, TransferKind
from app.money import Money
from tests.support.site import Site, Someone
from tests.support.threads import at_once

PAGE = "/account/voucher"

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def make(value: str = "10.00", currency: str = "USD") -> str:
    with db.transaction():
        return vouchers.make(1, Money.parse(value, currency), batch=currency)[0].code


def balance(someone: Someone) -> str:
    with db.transaction(readonly=True):
        return str(cards.by_serial(someone.serial).balance)


def test_a_voucher_says_what_it_added_and_the_new_balance(site: Site) -> None:
    zoe = site.customer(credit="1.00")
    done = site.post(site.client(zoe), PAGE, {"code": make()})
    assert done.status_code == 200
    assert "US$10.00 was added to your card." in done.text
    assert "US$11.00" in done.text
    assert "what you owed" not in done.text
    assert balance(zoe) == "11.00"


def test_a_second_tab_with_the_same_voucher_adds_nothing(site: Site) -> None:
    zoe, code = site.customer(credit="0"), make()
    client = site.client(zoe)
    site.post(client, PAGE, {"code": code})
    again = site.post(client, PAGE, {"code": code})
    assert again.status_code == 400
    assert "cannot be redeemed" in again.text
    assert balance(zoe) == "10.00"


def test_two_people_who_press_the_button_at_once(site: Site) -> None:
    people = [site.customer(email=f"{name}@example.org", credit="0") for name in ("ann", "bob")]
    code = make()
    done = at_once(*[partial(site.post, site.client(one), PAGE, {"code": code}) for one in people])
    assert sorted(str(getattr(one, "status_code", one)) for one in done) == ["200", "400"]
    assert sorted(balance(one) for one in people) == ["0.00", "10.00"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "Type the code of your voucher."),
        ("   ", "Type the code of your voucher."),
        ("1" * 61, "a voucher has 14 digits"),
        ("12345678901234", "cannot be redeemed"),
        ("<script>alert(1)</script>", "cannot be redeemed"),
        ("\x00'; DROP TABLE vouchers", "cannot be redeemed"),
        ("🎁", "cannot be redeemed"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    site: Site, code: str, why: str
) -> None:
    zoe = site.customer()
    refused = site.post(site.client(zoe), PAGE, {"code": code})
    assert refused.status_code == 400
    assert why in refused.text
    assert 'aria-describedby="code-hint code-error"' in refused.text
    assert "<script>alert" not in refused.text
    assert code.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;") in refused.text
    assert balance(zoe) == "10.00"


def test_a_voucher_in_another_currency_says_so(site: Site) -> None:
    refused = site.post(site.client(site.customer()), PAGE, {"code": make(currency="EUR")})
    assert "That voucher is in EUR, and your card is in USD." in refused.text


def test_who_guesses_is_stopped_though_every_guess_was_refused(site: Site) -> None:
    zoe, code = site.customer(credit="0"), make()
    client = site.client(zoe)
    for _ in range(vouchers.BY_CUSTOMER.most):
        assert site.post(client, PAGE, {"code": "12345678901234"}).status_code == 400
    stopped = site.post(client, PAGE, {"code": code})
    assert stopped.status_code == 429
    assert "Please try again in an hour." in stopped.text
    assert balance(zoe) == "0.00"


def test_what_it_paid_of_a_debt_is_said(site: Site) -> None:
    zoe = site.customer(credit="0")
    with db.transaction():
        card = cards.by_serial(zoe.serial)
        how: dict[str, Any] = {"kind": TransferKind.REVERSAL, "key": "back", "reference": "back"}
        house = ledger.house(AccountKind.PAYPAL_CLEARING, "USD")
        ledger.take(card.account, Money.parse("4.00", "USD"), target=house, **how)
        cards.lock(card.id, LockReason.DEBT)
    done = site.post(site.client(zoe), PAGE, {"code": make()})
    assert "US$10.00 was added to your card. US$4.00 of it paid what you owed." in done.text
    assert "US$6.00" in done.text


def test_the_code_is_in_no_log_and_no_address(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    code = make()
    with caplog.at_level("DEBUG"):
        done = site.post(site.client(site.customer()), PAGE, {"code": code})
    assert done.request.path == PAGE
    assert code not in caplog.text
