"""The site under attack: by strangers, by customers, and by a thief with a copy of the database."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import db
from app.customers import attempts, changing, phone_codes
from app.payments import inbox
from app.payments.provider import Notification
from tests.support.counted import counted
from tests.support.signing import ELSEWHERE, ask_for_link, attack, sign_in
from tests.support.site import PASSWORD, Site

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
HERE = {"REMOTE_ADDR": "198.51.100.7"}
PHONES = "/account/phones"


@pytest.fixture(autouse=True)
def carrier(site: Site) -> None:
    site.app.extensions["carrier"] = site.world.carrier()


def ask(site: Site, client: FlaskClient, number: str, **how: Any) -> Any:
    form = {"number": number, "label": "", "how": "call", "password": PASSWORD}
    return site.post(client, PHONES, form, **how)


@SQLITE
def test_one_address_does_not_lock_everybody_out(site: Site) -> None:
    site.customer()
    for number in range(attempts.BY_ADDRESS.most):
        sign_in(site, site.stranger(), f"name{number}@example.org", environ_overrides=HERE)
    for _ in range(attempts.BY_NAME.most + 1):
        assert (
            sign_in(site, site.stranger(), password="a wrong one", environ_overrides=HERE).status_code == 429
        )
    assert site.mails("account_locked") == []
    assert sign_in(site, site.stranger(), environ_overrides=ELSEWHERE).status_code == 303


@SQLITE
def test_one_address_does_not_keep_everybody_from_a_new_password(site: Site) -> None:
    site.customer()
    for number in range(changing.FORGOT_BY_ADDRESS.most):
        ask_for_link(site, f"name{number}@example.org", environ_overrides=HERE)
    for _ in range(changing.FORGOT_BY_NAME.most):
        ask_for_link(site, environ_overrides=HERE)
    ask_for_link(site, environ_overrides=ELSEWHERE)
    assert len(site.mails("reset_password")) == 1


@SQLITE
def test_one_customer_does_not_keep_others_from_their_phones(site: Site) -> None:
    hostile = site.client(site.customer("max@example.org"))
    for number in range(phone_codes.BY_CUSTOMER.most):
        ask(site, hostile, f"+44770090010{number}")
    for _ in range(phone_codes.BY_PHONE.most):
        assert ask(site, hostile, "+447700900123").status_code == 400
    client = site.client(site.customer())
    assert ask(site, client, "+447700900123", environ_overrides=ELSEWHERE).status_code == 303


@SQLITE
def test_a_locked_name_costs_us_as_much_work_whether_or_not_it_is_known(site: Site) -> None:
    site.customer()
    work = []
    for name in ("zoe@example.org", "nobody@example.org"):
        attack(site, name, tries=attempts.BY_NAME.most + 1)
        with site.stranger() as client, counted() as statements:
            answer = sign_in(site, client, name, "a wrong one", environ_overrides=ELSEWHERE)
        assert answer.status_code == 429
        work.append(sum("mails" in said for said in statements))
    assert work[0] == work[1]


@SQLITE
def test_a_wrong_password_costs_us_as_much_work_as_an_unknown_name(site: Site) -> None:
    site.customer()
    work = []
    for name in ("zoe@example.org", "nobody@example.org"):
        with counted() as statements:
            sign_in(site, site.stranger(), name, "a wrong one")
        work.append([said.split()[0] for said in statements])
    assert work[0] == work[1]


@SQLITE
def test_a_phone_where_we_connect_nobody_is_not_rung(site: Site) -> None:
    client = site.client(site.customer())
    answer = ask(site, client, "+34612345678")  # of a prefix that the deck blocks
    assert not site.world.network.sent
    assert answer.status_code == 400


@SQLITE
def test_a_stolen_database_tells_no_token_of_a_payment_method(site: Site) -> None:
    raw = b'{"id": "WH-1", "event_type": "VAULT.PAYMENT-TOKEN.CREATED", "resource": {"id": "7tkn9secret"}}'
    told = Notification(
        "WH-1", "VAULT.PAYMENT-TOKEN.CREATED", environment="sandbox", facts={}, reversal=False
    )
    with db.transaction():
        inbox.keep(told, raw)
    assert "7tkn9secret" not in repr(site.world.everything()["payment_events"])
    with db.transaction():
        assert [kept.raw for kept in inbox.claim()] == [raw]
