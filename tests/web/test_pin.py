"""The PIN page: shown once, after the password; and a card that its owner freezes."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import cards, db
from app.cards import LockReason
from app.web.account import WHY_SUSPENDED
from tests.support.site import PASSWORD, Site, Someone
from tests.support.threads import at_once

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
PAGE = "/account/pin"


def form_of(client: FlaskClient) -> dict[str, str]:
    """What the page's form holds, with the password typed in."""
    page = client.get(PAGE).text
    mark, token = (
        re.search(rf'name="{name}"[^>]*value="([^"]+)"', page) for name in ("show-mark", "csrf_token")
    )
    assert mark is not None
    assert token is not None
    return {"show-mark": mark[1], "csrf_token": token[1], "show-password": PASSWORD}


def shown(answer: Any) -> str:
    found = re.search(r'class="secret">([0-9 ]+)<', answer.get_data(as_text=True))
    return found[1].replace(" ", "") if found else ""


def opens(site: Site, pin: str) -> bool:
    return "Enter the number" in site.world.ring().press(pin)


def card_of(someone: Someone) -> int:
    with db.transaction(readonly=True):
        return cards.by_serial(someone.serial).id


def letters(site: Site) -> list[tuple[Any, ...]]:
    return [row for row in site.world.everything()["mails"] if row[2] == "secret_changed"]


def test_a_new_pin_is_shown_once_and_the_old_one_is_dead_at_once(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    form = form_of(client)
    answer = client.post(f"{PAGE}/new", data=form)
    pin = shown(answer)
    assert len(pin) == 12
    assert answer.headers["Cache-Control"] == "no-store"
    assert opens(site, pin)
    assert not opens(site, zoe.pin)
    assert len(letters(site)) == 1
    assert pin not in repr(site.world.everything())


def test_sending_the_form_again_neither_shows_nor_makes_a_pin(site: Site) -> None:
    client = site.client(site.customer())
    form = form_of(client)
    pin = shown(client.post(f"{PAGE}/new", data=form))
    again = client.post(f"{PAGE}/new", data=form, follow_redirects=True)
    assert "a PIN is shown once" in again.text
    assert not shown(again)
    assert pin not in again.text
    assert opens(site, pin)


def test_of_many_who_press_the_button_at_once_one_gets_a_pin(site: Site) -> None:
    zoe = site.customer()
    clients = [site.client(zoe) for _ in range(4)]
    forms = [form_of(client) for client in clients]
    deeds = [
        lambda client=client, form=form: shown(client.post(f"{PAGE}/new", data=form))
        for client, form in zip(clients, forms, strict=True)
    ]
    pins = [pin for pin in at_once(*deeds) if pin]
    assert len(pins) == 1
    assert opens(site, str(pins[0]))
    assert len(letters(site)) == 1


@SQLITE
def test_without_the_password_there_is_no_pin(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    for typed, sentence in (("", "Enter your password."), ("wrong", "This is not your password.")):
        answer = client.post(f"{PAGE}/new", data=form_of(client) | {"show-password": typed})
        assert answer.status_code == 400
        assert sentence in answer.text
    assert opens(site, zoe.pin)
    assert letters(site) == []


@SQLITE
def test_guessing_the_password_there_is_slowed_down(site: Site) -> None:
    client = site.client(site.customer())
    answers = [
        client.post(f"{PAGE}/new", data=form_of(client) | {"show-password": f"guess {number}"})
        for number in range(11)
    ]
    assert "Too many tries." in answers[-1].text
    assert "Too many tries." in client.post(f"{PAGE}/new", data=form_of(client)).text


def test_a_frozen_card_makes_no_calls_until_its_owner_knows_the_password(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    site.post(client, f"{PAGE}/freeze", {}, page=PAGE)
    assert WHY_SUSPENDED[LockReason.OWNER] in client.get(PAGE).text
    assert "This account is locked." in site.world.ring().press(zoe.pin)
    refused = site.post(client, f"{PAGE}/unfreeze", {"unfreeze-password": "wrong"}, page=PAGE)
    assert refused.status_code == 400
    site.post(client, f"{PAGE}/unfreeze", {"unfreeze-password": PASSWORD}, page=PAGE)
    assert opens(site, zoe.pin)


@SQLITE
@pytest.mark.parametrize("reason", [reason for reason in LockReason if reason is not LockReason.OWNER])
def test_a_card_that_is_suspended_for_more_says_why_and_stays_so(site: Site, reason: LockReason) -> None:
    zoe = site.customer()
    client, card = site.client(zoe), card_of(zoe)
    with db.transaction():
        cards.lock(card, reason)
    site.post(client, f"{PAGE}/freeze", {}, page=PAGE)
    form = {"unfreeze-password": PASSWORD}
    page = site.post(client, f"{PAGE}/unfreeze", form, page=PAGE, follow_redirects=True).text
    assert "still suspended for another reason" in page
    assert WHY_SUSPENDED[reason] in page
    assert WHY_SUSPENDED[LockReason.OWNER] not in page
    assert not opens(site, zoe.pin)
