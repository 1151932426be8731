"""Call me: the site rings a registered phone, then the number; both prices stand there before."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app import calls, cards, customers, db, ledger
from app.calls.models import Callback
from app.customers import speed_dials
from ivr.simulator import answers
from tests.support.site import Site, Someone
from tests.support.world import CALLER, GB, KABUL_E164

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
PAGE = "/account/call-me"
QUERY = {"phone": CALLER, "via": GB, "to": "+93 70 123 4567", "saved": ""}
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')


def with_phone(site: Site, credit: str = "10.00", phone: str = CALLER) -> Someone:
    zoe = site.customer(credit=credit)
    with db.transaction():
        customers.register(phone, cards.by_serial(zoe.serial).id, label="Mobile")
    return zoe


def offered(client: FlaskClient, **changes: str) -> str:
    return client.get(PAGE, query_string=QUERY | changes).text


def send(site: Site, client: FlaskClient, **changes: str) -> Any:
    nonce = _NONCE.search(offered(client))
    form = QUERY | {"nonce": nonce[1] if nonce else "n" * 32} | changes
    return site.post(client, PAGE, form, page="/account/settings")


def wanted() -> int:
    with db.transaction(readonly=True):
        return int(db.execute(select(func.count()).select_from(Callback)).scalar_one())


def test_both_prices_are_shown_then_the_phone_rings_then_the_number(site: Site) -> None:
    zoe = with_phone(site)
    client = site.client(zoe)
    page = offered(client)
    for said in ("US$0.06 a minute", "US$0.45 a minute", "US$0.51 a minute", "about 19 minutes"):
        assert said in page
    sent = send(site, client)
    assert sent.status_code == 303
    state = sent.headers["Location"]
    assert "Your phone rings in a moment." in client.get(state).text
    assert calls.ring_back(site.world.carrier()) == 1
    assert "Your phone rings." in client.get(state).text
    phone = site.world.network.pick_up(CALLER, callee=answers(60))
    costs = "Farthing. This call to you costs six cents a minute."
    assert phone.heard == f"{costs} To be connected, press any key."
    assert phone.press("1") == "Afghanistan mobile. Forty five cents a minute. Up to nineteen minutes."
    assert [leg.number for leg in phone.dialled] == [KABUL_E164]
    assert "You have picked up." in client.get(state).text
    assert "That call cost forty five cents." in phone.finish_dial()
    phone.hang_up()
    site.world.network.deliver()
    over = client.get(state).text
    assert "Our call to you" in over
    assert "US$0.45" in over
    assert site.world.at_rest()
    listed = client.get("/account/calls").text
    assert listed.count("Our call to you") == 1
    own = site.world.calls()[0]
    assert "<h1>Our call to you</h1>" in client.get(f"/account/calls/{own.id}").text
    rows = client.get("/account/calls.csv").text.splitlines()
    assert [row.rpartition(",")[2] for row in rows] == ["leg", "dialled", "to you"]
    assert "United Kingdom" not in client.get("/account").text.partition("Last calls")[0]


def test_one_page_rings_once(site: Site) -> None:
    client = site.client(with_phone(site))
    nonce = _NONCE.search(offered(client))
    assert nonce
    first, again = (send(site, client, nonce=nonce[1]) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    assert wanted() == 1


@SQLITE
def test_a_phone_is_not_rung_again_at_once(site: Site) -> None:
    client = site.client(with_phone(site))
    assert send(site, client).status_code == 303
    again = send(site, client)
    assert again.status_code == 429
    assert "Wait a little, and try again." in again.text
    assert wanted() == 1


@SQLITE
def test_a_speed_dial_leads_here(site: Site) -> None:
    zoe = with_phone(site)
    with db.transaction():
        card = cards.by_serial(zoe.serial).id
        speed_dials.add(card, 7, number=KABUL_E164, name="Mother")
    client = site.client(zoe)
    link = re.search(r'href="(/account/call-me\?[^"]+)"', client.get("/account/speed-dials").text)
    assert link
    assert f'selected value="{KABUL_E164}"' in client.get(link[1]).text
    assert "US$0.51 a minute" in offered(client, to="", saved=KABUL_E164)


@SQLITE
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"to": ""}, "Enter the number, or choose a speed dial."),
        ({"to": "999"}, "Dial emergency numbers and short codes from your own phone, without us."),
        ({"to": GB}, "That is one of our access numbers"),
        ({"to": "+34911234567"}, "We do not connect calls to that number."),
        ({"phone": "+447700900999"}, "Not a valid choice."),
        ({"via": "+4420"}, "Not a valid choice."),
        ({"saved": "+93701"}, "Not a valid choice."),
        ({"to": "9" * 41}, "A number has at most 15 digits."),
    ],
    ids=str,
)
def test_what_cannot_be_connected_is_refused_beside_its_field(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    client = site.client(with_phone(site))
    shown = client.get(PAGE, query_string=QUERY | changes)
    assert shown.status_code == 400
    assert sentence in shown.text
    assert send(site, client, **changes).status_code == 400
    assert wanted() == 0


@SQLITE
def test_credit_for_one_leg_only_is_not_enough(site: Site) -> None:
    client = site.client(with_phone(site, credit="0.15"))
    assert "There is not enough credit for both calls" in offered(client)


@SQLITE
def test_nobody_rings_a_strangers_phone_or_sees_a_strangers_callback(site: Site) -> None:
    zoe, eve = with_phone(site), site.customer("eve@example.org")
    state = send(site, site.client(zoe)).headers["Location"]
    stranger = site.client(eve)
    assert stranger.get(state).status_code == 404
    assert "you have none yet" in stranger.get(PAGE).text
    assert send(site, stranger).status_code == 400
    assert wanted() == 1


@SQLITE
def test_a_form_from_elsewhere_rings_nobody(site: Site) -> None:
    client = site.client(with_phone(site))
    assert client.post(PAGE, data=QUERY | {"nonce": "n" * 32}).status_code == 400
    assert send(site, client, nonce="short").status_code == 400
    assert wanted() == 0


@pytest.mark.parametrize("key", ["#", "9"])
@SQLITE
def test_any_key_connects(site: Site, key: str) -> None:
    client = site.client(with_phone(site))
    send(site, client)
    calls.ring_back(site.world.carrier())
    phone = site.world.network.pick_up(CALLER, callee=answers(60))
    assert "Up to nineteen minutes." in phone.press(key)


@SQLITE
def test_a_voicemail_is_connected_to_nobody(site: Site) -> None:
    client = site.client(with_phone(site))
    send(site, client)
    calls.ring_back(site.world.carrier())
    phone = site.world.network.pick_up(CALLER)
    while not phone.ended:
        phone.stay_silent()
    site.world.network.deliver()
    (own,) = site.world.calls()
    assert own.seconds < 40
    assert site.world.at_rest()


@SQLITE
def test_a_card_that_is_on_another_call_meanwhile_connects_nobody(site: Site) -> None:
    zoe = with_phone(site)
    client = site.client(zoe)
    send(site, client)
    calls.ring_back(site.world.carrier())
    phone = site.world.network.pick_up(CALLER)
    with db.transaction():
        card = cards.by_serial(zoe.serial)
        ledger.hold(card.account, card.available, key="elsewhere", at_most=5)
    assert "This account is already on a call." in phone.press("1")
    assert phone.dialled == []
