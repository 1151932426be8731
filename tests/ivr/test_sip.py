"""A SIP phone is known by its credential; everything else is as on the telephone."""

from functools import partial

import pytest

from app import cards, config, db
from app.calls import access_numbers
from app.cards import CardStatus, IssuedCard
from app.customers import sip_users
from app.errors import PhoneRefused, PhoneTaken
from ivr.simulator import answers
from tests.support.threads import at_once
from tests.support.world import GB, KABUL, KABUL_E164, World

DOMAIN = "farthing.sip.example.com"
ALICE, LINE = f"sip:alice@{DOMAIN}", f"sip:{GB}@{DOMAIN}"
KNOWN = "Farthing. You have ten dollars. Enter the number, then hash."
ENTER_PIN = "Farthing. Enter your PIN."
one_engine = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def card(world: World) -> IssuedCard:
    """A card that Alice calls with."""
    card = world.card("10.00")
    with db.transaction():
        access_numbers.change(GB, sip_domain=DOMAIN)
        sip_users.register(f"alice@{DOMAIN}", cards.by_serial(card.serial).id)
    return card


def test_a_known_user_calls_without_a_pin_and_shows_the_line(world: World, card: IssuedCard) -> None:
    with db.transaction():
        access_numbers.change(GB, shows="caller")
    phone = world.ring(LINE, ALICE, callee=answers(56))
    assert phone.heard == KNOWN
    phone.press(f"{KABUL}#")
    [leg] = phone.dialled
    assert (leg.number, leg.caller_id) == (KABUL_E164, GB)
    assert "That call cost forty two cents." in phone.talk_until_end()
    world.network.deliver()
    assert world.money(card) == ("9.58", "9.58") and world.at_rest()


@one_engine
@pytest.mark.parametrize("to", [f"sip:anything@{DOMAIN}", f"sip:00442079460123@{DOMAIN};transport=tls"])
def test_whatever_is_dialled_in_the_domain_reaches_its_line(world: World, card: IssuedCard, to: str) -> None:
    assert world.ring(to, ALICE).heard == KNOWN


@one_engine
@pytest.mark.parametrize(
    "address",
    [
        f"sip:ALICE@{DOMAIN.upper()}",
        f"<sips:alice@{DOMAIN}:5061;transport=tls>",
        f"sip:alice@{DOMAIN};user=phone",
    ],
)
def test_an_address_may_be_written_in_several_ways(world: World, card: IssuedCard, address: str) -> None:
    assert world.ring(LINE, address).heard == KNOWN


@one_engine
@pytest.mark.parametrize(
    "address",
    [
        f"sip:bob@{DOMAIN}",
        "sip:alice@evil.example",
        f"sip:alice@evil.example;x=@{DOMAIN}",
        f'"sip:alice@{DOMAIN}" <sip:bob@{DOMAIN}>',
        f"<sip:alice@{DOMAIN}",
        f"sip:alice@{DOMAIN} sip:bob@{DOMAIN}",
        f"sip:alice%40x@{DOMAIN}",
        f"sip:@{DOMAIN}",
        f"sip:{DOMAIN}",
        f"sip:alice\n@{DOMAIN}",
        f"sip:\u0430lice@{DOMAIN}",  # a Cyrillic letter
        "anonymous",
        "+447700900456",
        "",
        "sip:" + "a" * 400 + f"@{DOMAIN}",
    ],
)
def test_everybody_else_is_asked_for_the_pin(world: World, card: IssuedCard, address: str) -> None:
    world.register(card)
    phone = world.ring(LINE, address)
    assert phone.heard == ENTER_PIN
    assert phone.press(card.pin).startswith("You have ten dollars.")


@one_engine
@pytest.mark.parametrize("domain", ["other.example.com", f"x.{DOMAIN}", "e" * 300])
def test_a_domain_that_is_none_of_ours_hears_that_something_is_wrong(
    world: World, card: IssuedCard, domain: str
) -> None:
    phone = world.ring(f"sip:{GB}@{domain}", f"sip:alice@{domain}")
    assert "Sorry, we have a fault." in phone.heard and phone.ended


@one_engine
def test_a_line_that_lets_nobody_in_without_a_pin_asks_sip_users_too(world: World, card: IssuedCard) -> None:
    with db.transaction():
        access_numbers.change(GB, pinless=False)
    assert world.ring(LINE, ALICE).heard == ENTER_PIN


@one_engine
@pytest.mark.parametrize(("status", "heard"), [(CardStatus.SUSPENDED, "locked"), (CardStatus.VOID, "PIN")])
def test_a_card_that_is_locked_or_void_makes_no_call(
    world: World, card: IssuedCard, status: CardStatus, heard: str
) -> None:
    with db.transaction():
        cards.change(card.serial, status)
    assert heard in world.ring(LINE, ALICE).heard


@one_engine
def test_an_emergency_number_is_refused_with_where_help_is(world: World, card: IssuedCard) -> None:
    phone = world.ring(LINE, ALICE)
    assert "dial nine nine nine or one one two" in phone.press("999#")
    assert phone.ended and world.calls() == []


@one_engine
def test_the_pin_is_never_offered_to_be_skipped_from_there(world: World, card: IssuedCard) -> None:
    phone = world.ring(LINE, f"sip:bob@{DOMAIN}", callee=answers(10))
    phone.press(card.pin)
    phone.press(f"{KABUL}#")
    assert "To skip the PIN" not in phone.talk_until_end()


@one_engine
def test_guessing_from_a_sip_domain_comes_to_an_end(world: World, card: IssuedCard) -> None:
    # however many addresses are made up, they are one crowd of withheld callers
    world.change_settings(pin_failures_per_access_number=5)
    heard = ""
    for number in range(4):
        phone = world.ring(LINE, f"sip:guess{number}@{DOMAIN}")
        while not phone.ended:
            heard = phone.press("000000000000")
    assert "PIN entry from this phone is paused" in heard
    phone = world.ring(LINE, f"sip:another@{DOMAIN}")
    assert "paused" in phone.press(card.pin)
    assert world.ring(LINE, ALICE).heard == KNOWN


@one_engine
def test_the_limit_for_withheld_callers_stands_by_itself(world: World) -> None:
    assert 0 < config.settings().pin_failures_per_access_number <= config.settings().pin_failures_global


@one_engine
def test_the_same_ring_again_gets_the_same_answer(world: World, card: IssuedCard) -> None:
    form = {"CallSid": "CA7", "From": ALICE, "To": LINE, "SipDomain": DOMAIN, "CallStatus": "ringing"}
    answers_ = {world.post("/ivr/voice", form).text for _ in range(3)}
    assert len(answers_) == 1


def test_one_user_calls_with_one_card_and_never_moves_silently(world: World, card: IssuedCard) -> None:
    other = world.card("5.00")
    with db.transaction():
        mine, theirs = (cards.by_serial(one.serial).id for one in (card, other))
        assert sip_users.register(f" sip:Alice@{DOMAIN.upper()} ", mine) == f"alice@{DOMAIN}"
        with pytest.raises(PhoneTaken):
            sip_users.register(f"alice@{DOMAIN}", theirs)
        assert [user.card_id for user in sip_users.all_of_them()] == [mine]
        assert sip_users.forget(f"Alice@{DOMAIN}") and not sip_users.forget(f"alice@{DOMAIN}")
        sip_users.register(f"alice@{DOMAIN}", theirs)
        assert sip_users.opens(f"alice@{DOMAIN}") == theirs


def test_two_operators_at_once_give_one_user_one_card(world: World, card: IssuedCard) -> None:
    ids = []
    for value in ("1.00", "2.00"):
        issued = world.card(value)
        with db.transaction(readonly=True):
            ids.append(cards.by_serial(issued.serial).id)

    def register(card_id: int) -> bool:
        try:
            db.attempt(lambda: sip_users.register(f"bob@{DOMAIN}", card_id))
        except PhoneTaken:
            return False
        return True

    outcomes = at_once(*[partial(register, card_id) for card_id in ids])
    assert outcomes.count(True) == outcomes.count(False) == 1


@one_engine
@pytest.mark.parametrize(
    "address", ["", "alice", "alice@", "@x.org", "a b@x.org", "alice@x", "alice@x..org", "a" * 120 + "@x.org"]
)
def test_what_is_no_address_is_refused(world: World, card: IssuedCard, address: str) -> None:
    with db.transaction(), pytest.raises(PhoneRefused):
        sip_users.register(address, 1)
