"""Speed dials: numbers that a call would be placed to, under keys of their own, and dialled by them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import cards, db
from app.customers import speed_dials
from app.customers.speed_dials import Saved
from tests.support.site import Site, Someone
from tests.support.threads import at_once, failures
from tests.support.world import GB, KABUL_E164

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
PAGE = "/account/speed-dials"


def save(site: Site, client: FlaskClient, path: str = PAGE, **changes: Any) -> Any:
    form = {"slot": "7", "name": "Mother", "number": "+93 70 123 4567"} | changes
    return site.post(client, path, form)


def saved(someone: Someone) -> list[Saved]:
    with db.transaction(readonly=True):
        return speed_dials.of_card(cards.by_serial(someone.serial).id)


def test_a_number_is_saved_changed_moved_and_removed(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    assert save(site, client).status_code == 303
    assert saved(zoe) == [Saved(7, KABUL_E164, "Mother")]
    page = client.get(PAGE).text
    assert "+93 70 123 4567" in page
    assert "US$0.45" in page
    assert save(site, client, f"{PAGE}/7", slot="99", name="Mama").status_code == 303
    assert saved(zoe) == [Saved(99, KABUL_E164, "Mama")]
    site.post(client, f"{PAGE}/99/remove", {}, page=PAGE)
    assert saved(zoe) == []


def test_a_key_and_hash_call_what_is_saved_under_it(site: Site) -> None:
    zoe = site.customer()
    save(site, site.client(zoe))
    phone = site.world.ring()
    phone.press(zoe.pin)
    phone.press("7#")
    assert [call.number for call in site.world.calls()] == [KABUL_E164]


@SQLITE
def test_a_key_with_nothing_under_it_is_no_number(site: Site) -> None:
    zoe = site.customer()
    save(site, site.client(zoe))
    phone = site.world.ring()
    phone.press(zoe.pin)
    assert "That number is not complete." in phone.press("8#")
    assert site.world.calls() == []


@SQLITE
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("slot", "", "Use a key from 1 to 99."),
        ("slot", "0", "Use a key from 1 to 99."),
        ("slot", "100", "Use a key from 1 to 99."),
        ("slot", "-1", "Use a key from 1 to 99."),
        ("slot", "1e1", "Use a key from 1 to 99."),
        ("slot", "٧", "Use a key from 1 to 99."),
        ("name", "", "Enter a name."),
        ("name", " \x00 ", "Enter a name."),
        ("name", "m" * 41, "Use at most 40 characters."),
        ("number", "", "Enter the number."),
        ("number", "+93", "That is no whole number."),
        ("number", "999", "Dial emergency numbers and short codes from your own phone, without us."),
        ("number", "+34911234567", "We do not connect calls to that number."),
        ("number", "+449098790000", "We do not connect calls to that number."),
        ("number", GB, "That is one of our access numbers"),
    ],
)
def test_what_cannot_be_saved_gets_a_sentence_and_stays(
    site: Site, field: str, typed: str, sentence: str
) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    answer = save(site, client, **{field: typed})
    assert answer.status_code == 400
    assert sentence in answer.text
    kept = {"slot": "7", "name": "Mother", "number": "+93 70 123 4567"} | {field: typed}
    assert all(
        f'value="{text}"' in answer.text for name, text in kept.items() if text.isascii() and name != field
    )
    assert saved(zoe) == []


@SQLITE
def test_a_key_that_is_taken_is_not_overwritten(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    save(site, client)
    assert "saved under this key already" in save(site, client, name="Other").text
    save(site, client, slot="8", name="Other")
    assert "Something else is saved under this key." in save(site, client, f"{PAGE}/8", slot="7").text
    assert [one.name for one in saved(zoe)] == ["Mother", "Other"]


@SQLITE
def test_a_speed_dial_of_somebody_else_is_none_that_we_know(site: Site) -> None:
    zoe, max_ = site.customer(), site.customer("max@example.org")
    save(site, site.client(zoe))
    stranger = site.client(max_)
    assert stranger.get(f"{PAGE}/7").status_code == 404
    assert site.post(stranger, f"{PAGE}/7", {"slot": "7"}, page=PAGE).status_code == 404
    site.post(stranger, f"{PAGE}/7/remove", {}, page=PAGE)
    assert len(saved(zoe)) == 1


def test_of_two_who_take_one_key_at_once_one_has_it(site: Site) -> None:
    zoe = site.customer()
    with db.transaction(readonly=True):
        card = cards.by_serial(zoe.serial).id

    def take(name: str) -> bool:
        with db.transaction():
            return speed_dials.add(card, 5, number=KABUL_E164, name=name)

    outcomes = at_once(*[lambda name=name: take(name) for name in ("one", "two", "three")])
    assert failures(outcomes) == []
    assert sorted(map(bool, outcomes)) == [False, False, True]
