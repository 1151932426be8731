"""Signing up and confirming: nobody learns who has an account, and a link opens one card."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import cards, clock, db
from app.customers import joining, passwords
from app.customers.consents import Purpose, of_customer
from app.customers.models import Consent, Customer
from tests.support.site import PASSWORD, Site
from tests.support.threads import at_once, failures

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
FORM = {"email": "zoe@example.org", "password": PASSWORD, "terms": "y", "traffic_data": "y"}


def sign_up(site: Site, client: FlaskClient | None = None, **changes: Any) -> TestResponse:
    form = {name: value for name, value in (FORM | changes).items() if value is not None}
    return site.post(client or site.stranger(), "/signup", form)


def confirm(site: Site, client: FlaskClient, **form: str) -> TestResponse:
    return site.post(client, site.link("confirm_address"), form)


def customers(site: Site) -> list[Any]:
    with db.transaction(readonly=True):
        return list(db.execute(select(Customer.__table__).order_by(Customer.id)))


def test_who_signs_up_and_confirms_has_a_card_and_is_signed_in(site: Site) -> None:
    client = site.stranger()
    sent = sign_up(site, client, user_name="Zoe.M", offers_by_mail="y")
    assert (sent.status_code, sent.headers["Location"]) == (303, "/signup/sent")
    assert "Look at your mail" in client.get("/signup/sent").text
    assert customers(site)[0].card_id is None

    page = client.get(site.link("confirm_address"))
    assert "Confirm and open my account" in page.text
    assert 'type="password"' not in page.text
    opened = confirm(site, client)
    assert (opened.status_code, opened.headers["Location"]) == (303, "/account")
    assert client.get("/account/sign-ins").status_code == 200

    customer = customers(site)[0]
    assert (customer.email, customer.user_name) == ("zoe@example.org", "zoe.m")
    assert customer.confirmed_at == clock.now()
    assert [mail.mail.letter for mail in site.mails()] == ["confirm_address", "welcome"]
    assert len(site.world.everything()["cards"]) == 1
    assert site.world.balanced()


def test_the_card_belongs_to_the_batch_of_the_web_and_is_empty(site: Site) -> None:
    client = site.stranger()
    sign_up(site, client)
    confirm(site, client)
    serial = site.world.everything()["cards"][0][1]
    with db.transaction(readonly=True):
        card = cards.by_serial(serial)
    assert (str(card.balance), card.status) == ("0.00", cards.CardStatus.USED_UP)
    assert site.world.everything()["batches"][0][1] == "web USD"


@SQLITE
def test_what_was_agreed_to_is_kept_with_its_words(site: Site) -> None:
    sign_up(site, offers_by_text="y")
    with db.transaction(readonly=True):
        rows = list(db.execute(select(Consent.__table__)))
        said = of_customer(customers_id(site))
    assert said == {
        Purpose.TERMS: True,
        Purpose.TRAFFIC_DATA: True,
        Purpose.OFFERS_BY_MAIL: False,
        Purpose.OFFERS_BY_TEXT: True,
        Purpose.AUTO_TOP_UP: False,
        Purpose.PHONE_TOP_UP: False,
    }
    assert {row.version for row in rows} == {"2026-11"}
    assert {row.address for row in rows} == {"127.0.0.1"}


def customers_id(site: Site) -> int:
    return int(db.execute(select(Customer.id)).scalar_one())


@SQLITE
def test_offers_are_not_ticked_and_terms_are_needed(site: Site) -> None:
    assert "checked" not in site.stranger().get("/signup").text
    refused = sign_up(site, terms=None, traffic_data=None)
    assert refused.status_code == 400
    assert "Without the terms there is no contract" in refused.text
    assert "Please read it" in refused.text
    assert customers(site) == []


@SQLITE
def test_a_known_address_gets_the_same_page_and_another_mail(site: Site) -> None:
    known = site.customer("Max@example.org")
    before = customers(site)
    one, other = site.stranger(), site.stranger()
    fresh = sign_up(site, one, email="zoe@example.org", user_name="same")
    again = sign_up(site, other, email="max@EXAMPLE.org", password="another password", user_name="same")
    assert (fresh.status_code, fresh.text, fresh.headers["Location"]) == (
        again.status_code,
        again.text,
        again.headers["Location"],
    )
    assert one.get("/signup/sent").text == other.get("/signup/sent").text
    assert [(mail.mail.letter, mail.mail.to) for mail in site.mails()] == [
        ("confirm_address", "zoe@example.org"),
        ("already_registered", "Max@example.org"),
    ]
    assert [row for row in customers(site) if row.id == known.id] == before


@SQLITE
def test_known_and_unknown_addresses_cost_one_hash_each(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.customer("max@example.org")
    hashed: list[str] = []
    real = passwords.hashed

    def counted(password: str) -> str:
        hashed.append(password)
        return real(password)

    monkeypatch.setattr(passwords, "hashed", counted)
    for email in ("zoe@example.org", "max@example.org"):
        sign_up(site, email=email)
        assert len(hashed) == 1
        hashed.clear()


@SQLITE
def test_a_user_name_of_somebody_is_not_given_twice(site: Site) -> None:
    site.customer("max@example.org", user_name="max")
    refused = sign_up(site, user_name="MAX")
    assert refused.status_code == 400
    assert "Somebody has this user name" in refused.text
    assert 'value="zoe@example.org"' in refused.text
    assert len(customers(site)) == 1


@SQLITE
def test_a_mere_wish_keeps_nobody_from_a_user_name(site: Site) -> None:
    """Else a name that is taken all at once would tell that an address was unknown until then."""
    sign_up(site, email="zoe@example.org", user_name="max")
    assert sign_up(site, email="max@example.org", user_name="max").status_code == 303
    assert [row.user_name for row in customers(site)] == [None, "max"]


@SQLITE
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": ""}, "Enter your e-mail address."),
        ({"email": "zoe"}, "This is no e-mail address"),
        ({"email": "zoe@example.org\r\nBcc: all@example.org"}, "This is no e-mail address"),
        ({"email": "z" * 300_000}, "at most 254"),
        ({"password": ""}, "Choose a password."),
        ({"password": "short"}, "at least 10"),
        ({"password": "p" * 300_000}, "at most 200"),
        ({"password": "zoe@example.org"}, "not your name"),
        ({"password": "password123"}, "everybody tries"),
        ({"user_name": "z"}, "3 to 40 letters"),
        ({"user_name": "zo\u0435"}, "3 to 40 letters"),
        ({"user_name": "\u212aelvin"}, "3 to 40 letters"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_lost(
    site: Site, changes: dict[str, str], says: str
) -> None:
    form = FORM | {"user_name": "zoe_m", "offers_by_mail": "y"} | changes
    refused = site.post(site.stranger(), "/signup", form)
    assert refused.status_code == 400
    assert says in refused.text
    assert f'id="{next(iter(changes))}-error"' in refused.text
    if "email" not in changes:
        assert 'value="zoe@example.org"' in refused.text
    if "user_name" not in changes:
        assert 'value="zoe_m"' in refused.text
    assert refused.text.count("checked") == 3
    assert f'value="{PASSWORD}"' not in refused.text
    assert customers(site) == []
    assert site.mails() == []


def test_two_who_sign_up_with_one_address_at_once_are_one_customer(site: Site) -> None:
    deeds: list[Callable[[], TestResponse]] = [
        lambda: sign_up(site, password="first of all passwords"),
        lambda: sign_up(site, password="second of all passwords"),
        lambda: sign_up(site, email="ZOE@example.org"),
    ]
    outcomes = at_once(*deeds)
    assert failures(outcomes) == []
    assert [answer.status_code for answer in outcomes if isinstance(answer, TestResponse)] == [303] * 3
    assert len(customers(site)) == 1
    links = site.world.everything()["links"]
    assert sum(row[-1] is None for row in links) == 1


def test_one_link_pressed_many_times_at_once_opens_one_card(site: Site) -> None:
    client = site.stranger()
    sign_up(site, client)
    path = site.link("confirm_address")
    with client.session_transaction() as cookie:
        copy = dict(cookie)

    def press() -> TestResponse:
        own = site.stranger()
        with own.session_transaction() as cookie:
            cookie.update(copy)
        return site.post(own, path, {}, page="/login")  # whoever comes late finds no form at the link itself

    outcomes = at_once(*[press] * 5)
    assert failures(outcomes) == []
    codes = sorted(answer.status_code for answer in outcomes if isinstance(answer, TestResponse))
    assert codes == [303, 410, 410, 410, 410]
    assert len(site.world.everything()["cards"]) == 1
    assert len(site.mails("welcome")) == 1
    assert site.world.balanced()


@SQLITE
def test_looking_at_the_link_opens_nothing(site: Site) -> None:
    client = site.stranger()
    sign_up(site, client)
    before = site.world.everything()
    for _ in range(3):
        assert client.get(site.link("confirm_address")).status_code == 200
    assert site.world.everything() == before


@SQLITE
def test_a_used_old_or_made_up_link_is_one_clear_page(site: Site) -> None:
    client = site.stranger()
    sign_up(site, client)
    path = site.link("confirm_address")
    confirm(site, client)
    before = site.world.everything()
    texts = {site.stranger().get(dead).text for dead in (path, "/confirm?token=made-up", "/confirm")}
    assert len(texts) == 1
    assert "This link does not work" in texts.pop()
    assert site.post(client, path, {}, page="/account/password").status_code == 410
    assert site.world.everything() == before


@SQLITE
def test_a_link_is_too_old_after_a_day(site: Site) -> None:
    sign_up(site)
    site.world.later(hours=24)
    assert site.stranger().get(site.link("confirm_address")).status_code == 410


@SQLITE
def test_in_another_browser_the_password_is_asked_for(site: Site) -> None:
    """Or somebody could sign up for you, with a password of theirs, and wait for you to press the button."""
    sign_up(site)
    other = site.stranger()
    assert 'type="password"' in other.get(site.link("confirm_address")).text
    for wrong in ("", "another password", "p" * 300_000):
        refused = confirm(site, other, password=wrong)
        assert refused.status_code == 400
        assert "not the password that was chosen" in refused.text
    assert customers(site)[0].confirmed_at is None
    assert confirm(site, other, password=PASSWORD).headers["Location"] == "/account"


@SQLITE
def test_nobody_guesses_that_password_for_long(site: Site) -> None:
    sign_up(site)
    other = site.stranger()
    for _ in range(10):
        confirm(site, other, password="another password")
    assert "Too many tries" in confirm(site, other, password=PASSWORD).text


@SQLITE
def test_who_signs_up_later_replaces_what_nobody_has_confirmed(site: Site) -> None:
    stranger, owner = site.stranger(), site.stranger()
    sign_up(site, stranger, password="the stranger's own", user_name="stranger")
    first = site.link("confirm_address")
    sign_up(site, owner)
    assert stranger.get(first).status_code == 410
    confirm(site, owner)
    kept = customers(site)[0]
    assert passwords.matches(kept.password_hash, PASSWORD)
    assert kept.user_name is None


@SQLITE
def test_signing_up_is_slowed_down_by_network_address(site: Site) -> None:
    for number in range(joining.BY_ADDRESS.most):
        sign_up(site, email=f"zoe{number}@example.org", password=None)  # refused forms are no sign-ups
    for number in range(joining.BY_ADDRESS.most):
        assert sign_up(site, email=f"zoe{number}@example.org").status_code == 303
    refused = sign_up(site, email="max@example.org")
    assert refused.status_code == 429
    assert 'value="max@example.org"' in refused.text


@SQLITE
def test_a_mailbox_is_not_filled_by_signing_up_for_it(site: Site) -> None:
    for _ in range(joining.BY_NAME.most + 3):
        assert sign_up(site).status_code == 303
    assert len(site.mails()) == joining.BY_NAME.most


@SQLITE
def test_who_never_confirmed_is_forgotten_after_a_week(site: Site) -> None:
    customer = site.customer("max@example.org")
    sign_up(site)
    sign_up(site)  # which writes to the address again
    wrong = {"name": "zoe@example.org", "password": "not the password"}
    site.post(site.stranger(), "/login", wrong)
    site.world.later(hours=24 * 7 - 1)
    sign_up(site, email="eve@example.org")
    with db.transaction():
        assert joining.forget_unconfirmed() == 0
    site.world.later(hours=2)
    with db.transaction():
        assert joining.forget_unconfirmed() == 1
    assert [row.email for row in customers(site)] == [customer.email, "eve@example.org"]


@SQLITE
def test_who_is_signed_in_needs_no_account(site: Site) -> None:
    assert site.client(site.customer()).get("/signup").headers["Location"] == "/account"
