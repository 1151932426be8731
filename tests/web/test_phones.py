"""Registering a phone: only who has it in hand, one account only, and not for fraud."""

import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import customers, db
from app.customers import Profile, phone_codes, phones, profile
from app.errors import CodeWrong, PhoneTaken
from tests.support.site import PASSWORD, Site, Someone
from tests.support.threads import at_once, failures
from tests.support.world import GB, US

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
MINE, OTHER = "+447700900123", "+447700900789"
PAGE = "/account/phones"
VOUCHED = "TN-Validation-Passed-A"


@pytest.fixture(autouse=True)
def carrier(site: Site) -> None:
    """The provider's REST interface, without a socket between."""
    site.app.extensions["carrier"] = site.world.carrier()


def ask(site: Site, client: FlaskClient, number: str = MINE, how: str = "call", **more: Any) -> Any:
    form = {"number": number, "label": "my mobile", "how": how, "password": PASSWORD} | more.pop("form", {})
    return site.post(client, PAGE, form, **more)


@SQLITE
@pytest.mark.parametrize("given", ["", "not the password"])
def test_an_open_browser_alone_registers_no_phone(site: Site, given: str) -> None:
    refused = ask(site, site.client(site.customer()), form={"password": given})
    assert refused.status_code == 400
    assert "password" in refused.text
    assert f'value="{MINE}"' in refused.text, "what was typed is not lost"
    assert not site.world.network.sent


def told(site: Site) -> str:
    """The last thing that a phone was told."""
    return site.world.network.sent[-1].words


def code(site: Site) -> str:
    """The code that was spoken or written last, in digits."""
    words = told(site)
    if found := re.match(r"(\d{6}) is your", words):
        return found[1]
    said = re.search(r"code is ((?:\d ?){6})\.", words)
    assert said is not None, words
    return said[1].replace(" ", "")


def enter(site: Site, client: FlaskClient, digits: str) -> Any:
    return site.post(client, f"{PAGE}/code", {"code": digits}, page=PAGE)


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06}"


def mails(site: Site, someone: Someone) -> list[str]:
    return [row[2] for row in site.world.everything()["mails"] if row[3] == someone.id]


@pytest.mark.parametrize("how", ["call", "text"])
def test_a_phone_is_registered_by_the_code_that_it_is_told(site: Site, how: str) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    assert ask(site, client, "+44 7700 900123", how).headers["Location"] == PAGE
    sent = site.world.network.sent[-1]
    assert (sent.to, sent.caller, sent.is_spoken) == (MINE, GB, how == "call")
    assert enter(site, client, f" {code(site)[:3]} {code(site)[3:]} ").status_code == 303
    page = client.get(PAGE).text
    assert "+44 7700 900123" in page
    assert "my mobile" in page
    assert site.world.ring(caller=MINE, stir=VOUCHED).heard.startswith("Farthing. This phone is registered.")
    assert mails(site, zoe) == ["phone_registered"]


@SQLITE
def test_a_phone_is_reached_from_an_access_number_of_its_country(site: Site) -> None:
    ask(site, site.client(site.customer()), "+12125550199")
    assert site.world.network.sent[-1].caller == US


def test_after_five_wrong_tries_the_right_code_is_of_no_use(site: Site) -> None:
    zoe = site.customer()
    client, mine = site.client(zoe), me(zoe)
    ask(site, client)
    right = code(site)
    answers = [enter(site, client, wrong(right)) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {400}
    assert "You have 4 tries left." in answers[0].text
    assert "it was the last try" in answers[-1].text
    with db.transaction(), pytest.raises(CodeWrong):
        phone_codes.enter(mine, right)
    assert "No phone is registered yet." in client.get(PAGE).text


@SQLITE
def test_a_code_is_too_old_after_ten_minutes(site: Site) -> None:
    zoe = site.customer()
    client, mine = site.client(zoe), me(zoe)
    ask(site, client)
    site.world.later(minutes=9, seconds=59)
    assert "Enter the code" in client.get(PAGE).text
    site.world.later(seconds=2)
    with db.transaction(), pytest.raises(CodeWrong):
        phone_codes.enter(mine, code(site))
    assert "Enter the code" not in client.get(PAGE).text


@SQLITE
def test_a_new_code_kills_the_one_before(site: Site) -> None:
    client = site.client(site.customer())
    ask(site, client)
    before = code(site)
    assert site.post(client, f"{PAGE}/code/give-up", {}, page=PAGE).status_code == 303
    ask(site, client, how="text")
    if before != code(site):
        assert enter(site, client, before).status_code == 400
    assert enter(site, client, code(site)).status_code == 303


def test_a_phone_of_somebody_else_looks_free_until_it_speaks_and_never_moves(site: Site) -> None:
    owner, zoe = site.world.card(), site.customer()
    site.world.register(owner, MINE)
    client = site.client(zoe)
    taken, free = ask(site, client), ask(site, client, OTHER)
    assert (taken.status_code, taken.headers["Location"]) == (free.status_code, free.headers["Location"])
    ask(site, client)
    assert "another account" not in client.get(PAGE).text
    answer = enter(site, client, code(site))
    assert "registered with another account. Its owner must remove it there first." in answer.text
    assert opens(site, MINE) == site.world.look(owner).id
    assert mails(site, zoe) == []


def test_of_two_who_enter_right_codes_for_one_phone_at_once_one_gets_it(site: Site) -> None:
    people = [site.customer(f"{name}@example.org") for name in ("ann", "ben", "cem")]
    made = [(me(someone), fresh_code(site, someone)) for someone in people]

    def deed(mine: Profile, digits: str) -> Any:
        with db.transaction():
            return phone_codes.enter(mine, digits)

    outcomes = at_once(*[lambda pair=pair: deed(*pair) for pair in made])
    refused = failures(outcomes)
    assert len(refused) == 2
    assert all(isinstance(error, PhoneTaken) for error in refused)
    assert len(site.world.everything()["phones"]) == 1


def test_of_ten_wrong_tries_at_once_five_count_and_none_gets_in(site: Site) -> None:
    zoe = site.customer()
    right, mine = fresh_code(site, zoe), me(zoe)

    def guess(digits: str) -> str | None:
        with db.transaction():
            try:
                return phone_codes.enter(mine, digits)
            except CodeWrong:
                return None

    assert at_once(*[lambda: guess(wrong(right))] * 10) == [None] * 10
    assert [row[-1] for row in site.world.everything()["phone_codes"]] == [5]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("", "Enter the number of the phone."),
        ("hello", "We cannot ring that number."),
        ("+44 12", "We cannot ring that number."),
        ("999", "Dial emergency numbers and short codes without us."),
        ("112", "Dial emergency numbers and short codes without us."),
        ("+44 909 879 0000", "We cannot ring that number."),  # premium
        ("+1 900 555 0123", "We cannot ring that number."),  # premium in America
        ("+870 773 111 632", "We cannot ring that number."),  # satellite
        ("+881 612 345 678", "We cannot ring that number."),  # satellite
        ("+44 70 1234 5678", "We cannot ring that number."),  # personal
        ("+44 800 123 4567", "We cannot ring that number."),  # nobody calls from a freephone number
        (GB, "We cannot ring that number."),  # our own
        ("=+447700900123", "We cannot ring that number."),
        ("<script>alert(1)</script>", "We cannot ring that number."),
        ("9" * 60, "A number has at most 15 digits."),
    ],
)
@SQLITE
def test_numbers_that_earn_money_or_are_none_are_not_rung(site: Site, number: str, sentence: str) -> None:
    site.world.change_settings(allowed_number_kinds=frozenset({"premium", "satellite", "personal"}))
    answer = ask(site, site.client(site.customer()), number)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "<script>alert" not in answer.text
    assert "my mobile" in answer.text, "nothing that was typed is lost"
    assert not site.world.network.sent


@SQLITE
def test_a_home_phone_gets_no_text_message(site: Site) -> None:
    client = site.client(site.customer())
    assert "let us call it instead" in ask(site, client, "+44 20 7183 8750", "text").text
    assert ask(site, client, "+44 20 7183 8750", "call").status_code == 303


@SQLITE
def test_codes_are_few_for_a_customer_a_phone_and_a_network_address(site: Site) -> None:
    zoe = site.client(site.customer())
    assert [again(site, zoe, f"+44770090012{number}") for number in range(6)] == [303] * 5 + [400]
    people = [site.client(site.customer(f"p{number}@example.org")) for number in range(5)]
    assert [again(site, people[number], OTHER, address=f"198.51.100.{number}") for number in range(4)] == [
        303,
        303,
        303,
        400,
    ]
    crowd = [site.client(site.customer(f"c{number}@example.org")) for number in range(4)]
    tries = [
        again(site, client, f"+44791112{number}{other}5", address="203.0.113.7")
        for number, client in enumerate(crowd)
        for other in range(50, 55)
    ]
    assert tries.count(303) == 15
    site.world.later(days=1, seconds=1)
    assert again(site, people[4], OTHER) == 303


def again(site: Site, client: FlaskClient, number: str, address: str = "192.0.2.1") -> int:
    """Ask for a code, whatever is expected now."""
    site.post(client, f"{PAGE}/code/give-up", {}, page=PAGE)
    return int(ask(site, client, number, environ_overrides={"REMOTE_ADDR": address}).status_code)


@SQLITE
def test_a_provider_that_is_away_is_told_and_nothing_is_expected(site: Site) -> None:
    client = site.client(site.customer())
    site.world.ask_at("http://127.0.0.1:9")
    answer = ask(site, client)
    assert answer.status_code == 503
    assert "We could not reach that phone just now." in answer.text
    assert "Enter the code" not in client.get(PAGE).text


@SQLITE
def test_a_phone_is_removed_by_its_owner_only(site: Site) -> None:
    owner, zoe = site.world.card(), site.customer()
    site.world.register(owner, OTHER)
    mine = me(zoe)
    with db.transaction():
        customers.register(MINE, mine.card_id)
    client = site.client(zoe)
    site.post(client, f"{PAGE}/remove", {"number": OTHER}, page=PAGE)
    site.post(client, f"{PAGE}/rename", {"number": OTHER, "label": "stolen"}, page=PAGE)
    assert opens(site, OTHER) == site.world.look(owner).id
    site.post(client, f"{PAGE}/rename", {"number": MINE, "label": "by the bed\x00"}, page=PAGE)
    assert "by the bed" in client.get(PAGE).text
    site.post(client, f"{PAGE}/remove", {"number": MINE}, page=PAGE)
    assert opens(site, MINE) is None
    assert mails(site, zoe) == ["phone_removed"]


@SQLITE
def test_no_code_stands_in_a_log_or_a_table(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = site.client(site.customer())
    ask(site, client)
    spoken = code(site)
    site.post(client, f"{PAGE}/code/give-up", {}, page=PAGE)
    ask(site, client, how="text")
    written = code(site)
    rows = repr(site.world.everything())
    for secret in (spoken, written):
        assert secret not in caplog.text
        assert secret not in rows


@SQLITE
def test_the_demo_shows_what_phones_were_told(site: Site) -> None:
    client = site.client(site.customer())
    ask(site, client)
    assert "/phone/messages" in client.get(PAGE).text
    assert "The stand-in for the telephone network is not running." in client.get("/phone/messages").text


def me(someone: Someone) -> Profile:
    with db.transaction(readonly=True):
        found = profile.by_id(someone.id)
    assert found is not None
    return found


def fresh_code(site: Site, someone: Someone) -> str:
    mine = me(someone)
    with db.transaction():
        made = phone_codes.make(
            mine,
            MINE,
            label="",
            as_text=False,
            address="192.0.2.1",
            own=lambda number: False,
            is_blocked=lambda number: False,
        )
    return made.code


def opens(site: Site, number: str) -> int | None:
    with db.transaction(readonly=True):
        return phones.opens(number)
