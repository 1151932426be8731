"""Whose key opens which door, and whose tries count for whom."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from app import db, sealing
from app.cards import vouchers
from app.money import Money
from app.throttle import Throttle
from tests.ivr.test_providers import settled, signalwire, telnyx
from tests.support.world import CALLER, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("provider", ["signalwire", "telnyx"])
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/ivr/recording?call=999", {"RecordingSid": "RE1", "RecordingStatus": "completed"}),
        ("/ivr/sms", {"MessageSid": "SM1", "From": CALLER, "To": "+15005550006", "Body": "BALANCE"}),
        ("/ivr/status?call=999", {"CallSid": "v3:x", "CallStatus": "completed"}),
    ],
    ids=["recording", "text", "status"],
)
def test_a_provider_says_nothing_of_what_it_does_not_carry(
    world: World, provider: str, path: str, form: dict[str, str]
) -> None:
    settled(world, provider)
    world.register(world.card())
    body, before = urlencode(form), world.everything()
    headers = (signalwire if provider == "signalwire" else telnyx)(path, body)
    answer = world.app.test_client().post(path, data=body, content_type=FORM, headers=headers)
    assert answer.status_code == 403
    assert world.everything() == before


def wrong_vouchers(world: World, caller: str, count: int) -> None:
    card = world.card(batch=f"prankster of {caller}")
    for _ in range(count // 2):
        phone = world.known(card, caller=caller)
        phone.press("0#2")
        for _ in range(2):
            phone.press("11111111111111#")
        phone.hang_up()


def test_who_hides_a_number_keeps_no_other_from_using_a_voucher(world: World) -> None:
    with db.transaction():
        [made] = vouchers.make(1, Money.parse("5.00", "USD"), batch="any")
    wrong_vouchers(world, "anonymous", 70)
    phone = world.known(world.card(batch="honest"), caller="anonymous")
    phone.press("0#2")
    assert phone.press(f"{made.code}#").startswith("Thank you.")


def test_tries_with_vouchers_are_counted_without_the_number_of_the_phone(world: World) -> None:
    wrong_vouchers(world, CALLER, 2)
    with db.transaction(readonly=True):
        subjects = list(db.execute(select(Throttle.subject)).scalars())
    assert sealing.digest("voucher by phone", CALLER) in subjects
    assert not [subject for subject in subjects if CALLER[1:] in subject]
