"""A call is recorded only at its owner's wish, both ends are told, and in the end nothing is left."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from app import calls, cards, clock, db
from app.calls import CallStatus, Ending, Signal, Tape, access_numbers, recordings, untold
from app.calls.models import Recording
from app.cards import CardStatus
from app.customers.models import Customer
from app.errors import CallRefused
from app.messages.models import Mail
from ivr.simulator import Phone, answers, busy, fails
from tests.support.site import Site, Someone
from tests.support.world import GB, KABUL, KABUL_E164, US, World

ON = "Recording is on."
UP_TO = "Up to twenty two minutes."
one_engine = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def zoe(site: Site) -> Someone:
    """A customer who may have her calls recorded; the application can ask the provider."""
    site.world.app.extensions["carrier"] = site.world.carrier()
    with db.transaction():
        access_numbers.change(GB, records=True)
    return site.customer()


def card_of(someone: Someone) -> int:
    with db.transaction(readonly=True):
        return cards.by_serial(someone.serial).id


def wish(someone: Someone) -> None:
    card = card_of(someone)
    with db.transaction():
        recordings.wish(card)


def call(world: World, someone: Someone, **how: Any) -> Phone:
    """One call, from the PIN to its end."""
    phone = world.ring(callee=answers(56), **how)
    phone.press(someone.pin)
    phone.press(f"{KABUL}#")
    phone.talk_until_end()
    world.network.deliver()
    return phone


def rows() -> list[Any]:
    with db.transaction(readonly=True):
        return list(db.execute(select(Recording.__table__).order_by(Recording.id)))


def listed(someone: Someone) -> list[recordings.Recorded]:
    card = card_of(someone)
    with db.transaction(readonly=True):
        return recordings.of_card(card)


def clean_up(world: World) -> int:
    return recordings.delete_due(world.carrier())


def kept_by_provider(world: World) -> int:
    return len(world.network.recordings.all())


def test_a_wished_recording_is_announced_to_both_and_listed_for_thirty_days(
    world: World, zoe: Someone, site: Site
) -> None:
    wish(zoe)
    phone = world.ring(callee=answers(56))
    phone.press(zoe.pin)
    assert phone.press(f"{KABUL}#") == f"{UP_TO} {ON}"
    phone.talk_until_end()
    assert phone.dialled[0].heard == [ON]
    world.network.deliver()
    [found] = listed(zoe)
    assert (found.number, found.delete_at - found.made_at) == (KABUL_E164, timedelta(days=30))
    assert clean_up(world) == 0
    [mail] = site.mails("recording_ready")
    assert KABUL_E164 not in mail.text and "… 567" in mail.text and "/account/recordings" in mail.text
    world.later(days=30)
    assert listed(zoe) == []
    assert (clean_up(world), clean_up(world), kept_by_provider(world)) == (1, 0, 0)
    assert world.at_rest()


def test_the_wish_is_for_one_call(world: World, zoe: Someone) -> None:
    wish(zoe)
    phone = call(world, zoe)
    assert phone.press("#") == "Up to twenty one minutes."
    phone.talk_until_end()
    world.network.deliver()
    assert len(rows()) == kept_by_provider(world) == 1
    assert [row.recorded for row in world.calls()] == [True, False]


@one_engine
def test_nobody_who_did_not_wish_is_recorded(world: World, zoe: Someone) -> None:
    call(world, zoe)
    assert rows() == [] and kept_by_provider(world) == 0


@one_engine
def test_a_wish_is_over_after_an_hour_or_when_it_is_taken_back(world: World, zoe: Someone) -> None:
    wish(zoe)
    world.later(hours=1)
    call(world, zoe)
    wish(zoe)
    card = card_of(zoe)
    with db.transaction():
        recordings.unwish(card)
    call(world, zoe)
    assert rows() == [] and not any(row.recorded for row in world.calls())


@one_engine
def test_a_line_that_does_not_record_leaves_the_wish_for_one_that_does(world: World, zoe: Someone) -> None:
    wish(zoe)
    call(world, zoe, to=US)
    assert rows() == []
    call(world, zoe)
    assert len(rows()) == 1


@one_engine
def test_no_wish_is_taken_where_no_access_number_records(world: World, zoe: Someone) -> None:
    with db.transaction():
        access_numbers.change(GB, records=False)
    with pytest.raises(CallRefused):
        wish(zoe)


@one_engine
def test_two_calls_at_once_are_not_both_recorded(world: World, zoe: Someone) -> None:
    world.sql("UPDATE batches SET live_calls_max = 2")
    wish(zoe)
    one, other = world.ring(callee=answers(20)), world.ring(caller="+447700900457", callee=answers(20))
    one.press(zoe.pin)
    other.press(zoe.pin)
    said = [one.press("0093701234567#"), other.press("0093701234567#")]
    assert sum(ON in words for words in said) == 1


def test_a_report_that_comes_again_makes_no_second_recording(world: World, zoe: Someone, site: Site) -> None:
    wish(zoe)
    call(world, zoe)
    [row] = rows()
    form = {"RecordingSid": row.sid, "RecordingStatus": "completed", "RecordingDuration": "99"}
    path = f"/ivr/recording?call={row.call_id}"
    assert {world.post(path, form).status_code for _ in range(3)} == {200}
    assert rows() == [row]
    assert len(site.mails("recording_ready")) == 1


def test_what_nobody_wanted_is_deleted_at_once(world: World, zoe: Someone, site: Site) -> None:
    wish(zoe)
    call(world, zoe)
    world.sql("UPDATE calls SET recorded = false")
    [other] = world.network.recordings.all()
    world.sql("DELETE FROM recordings")
    form = {"RecordingSid": other.sid, "RecordingStatus": "completed", "RecordingDuration": "9"}
    assert world.post("/ivr/recording?call=1", form).status_code == 200
    assert kept_by_provider(world) == 0 and listed(zoe) == []
    assert world.post("/ivr/recording?call=1", form).status_code == 200
    assert len(rows()) == 1


@one_engine
def test_one_of_a_call_that_we_do_not_know_is_deleted_too(world: World, zoe: Someone) -> None:
    wish(zoe)
    call(world, zoe)
    [kept] = world.network.recordings.all()
    form = {"RecordingSid": kept.sid, "RecordingStatus": "completed", "RecordingDuration": "9"}
    assert world.post("/ivr/recording?call=999", form).status_code == 200
    assert kept_by_provider(world) == 0


def test_what_it_took_us_in_vain_to_tell_somebody_is_not_charged(world: World, zoe: Someone) -> None:
    world.deaf_to("/ivr/whisper", "/ivr/ended", "/ivr/status")
    wish(zoe)
    phone = call(world, zoe)
    assert world.outcome() == [("placed", None)]
    late = Ending(CallStatus.COMPLETED, Signal.CHILD, seconds=15, sid=phone.dialled[0].sid)
    with db.transaction():
        calls.finish(1, late, parent=phone.sid)
    assert world.outcome() == [("completed", "0.00")]
    assert world.balanced()


@pytest.mark.parametrize(("last", "price"), [(Signal.ACTION, "0.00"), (Signal.SWEEPER, "0.0225")])
def test_only_the_callers_leg_says_whether_a_short_recorded_call_was_put_through(
    world: World, zoe: Someone, last: Signal, price: str
) -> None:
    wish(zoe)
    phone = world.ring(callee=answers(30))
    phone.press(zoe.pin)
    phone.press(f"{KABUL}#")
    phone.wait(6)
    told = Ending(CallStatus.COMPLETED, Signal.CHILD, seconds=3, sid=phone.dialled[0].sid)
    after = Ending(CallStatus.COMPLETED, last, seconds=0 if last is Signal.ACTION else 3, sid=told.sid)
    with db.transaction():
        assert calls.finish(1, told, parent=phone.sid) is None
        assert calls.finish(1, told, parent=phone.sid) is None
    assert world.calls()[0].ask_at == clock.now() + timedelta(seconds=60)
    with db.transaction():
        assert calls.finish(1, after, parent=phone.sid) is not None
        assert calls.finish(1, told, parent=phone.sid) is not None
    assert [(str(row.status), row.seconds) for row in world.calls()] == [("completed", after.seconds)]
    assert world.outcome() == [("completed", price)]
    assert world.balanced()


@one_engine
def test_who_was_not_told_is_not_put_through(world: World, zoe: Someone) -> None:
    world.deaf_to("/ivr/whisper")
    wish(zoe)
    phone = call(world, zoe)
    assert phone.dialled[0].heard == []
    assert "an application error" in phone.story()
    assert listed(zoe) == [] and kept_by_provider(world) == 0
    assert world.at_rest()


@one_engine
def test_a_provider_that_puts_through_without_a_word_leaves_no_recording(world: World, zoe: Someone) -> None:
    wish(zoe)
    call(world, zoe)
    world.sql("UPDATE calls SET announced = false")
    world.sql("DELETE FROM recordings")
    [silent] = world.network.recordings.all()
    form = {"RecordingSid": silent.sid, "RecordingStatus": "completed", "RecordingDuration": "9"}
    world.post("/ivr/recording?call=1", form)
    assert kept_by_provider(world) == 0 and listed(zoe) == []


@one_engine
def test_a_whisper_for_a_call_that_is_not_recorded_ends_the_leg(world: World, zoe: Someone) -> None:
    call(world, zoe)
    answer = world.post("/ivr/whisper?call=1", {"CallSid": "CA1", "CallStatus": "in-progress"})
    assert "<Hangup" in answer.text and "Say" not in answer.text


@one_engine
def test_the_called_party_hears_it_in_the_language_of_that_country(world: World, zoe: Someone) -> None:
    wish(zoe)
    phone = world.ring(callee=answers(20))
    phone.press(zoe.pin)
    phone.press("0033142685300#")
    phone.talk_until_end()
    heard = phone.dialled[0].heard
    assert len(heard) == 2 and heard[1] == ON


@one_engine
@pytest.mark.parametrize("status", ["absent", "in-progress", "failed", ""])
def test_a_recording_that_is_not_ready_changes_nothing(world: World, zoe: Someone, status: str) -> None:
    wish(zoe)
    phone = world.ring(callee=fails())
    phone.press(zoe.pin)
    phone.press(f"{KABUL}#")
    form = {"RecordingSid": "RE1", "RecordingStatus": status}
    assert world.post("/ivr/recording?call=1", form).status_code == 200
    assert rows() == []


def test_what_the_provider_did_not_delete_is_tried_again(world: World, zoe: Someone) -> None:
    wish(zoe)
    call(world, zoe)
    [row] = rows()
    card = card_of(zoe)
    with db.transaction():
        assert recordings.delete(card, row.id)
        assert not recordings.delete(card, row.id)
    assert listed(zoe) == []
    world.ask_at("http://127.0.0.1:9")
    away = world.app.extensions["carrier"]
    assert recordings.delete_due(away) == 0
    assert rows()[0].deleted_at is None
    assert clean_up(world) == 1
    assert rows()[0].deleted_at == clock.now()


def test_two_workers_delete_it_once(world: World, zoe: Someone) -> None:
    wish(zoe)
    call(world, zoe)
    world.later(days=31)
    carrier, [row] = world.carrier(), rows()
    assert recordings.forget(row.sid, carrier) and recordings.forget(row.sid, carrier)
    assert clean_up(world) == 0 and kept_by_provider(world) == 0


@pytest.mark.parametrize("how", ["void", "erased"])
def test_no_recording_outlives_its_owner(world: World, zoe: Someone, how: str) -> None:
    wish(zoe)
    call(world, zoe)
    with db.transaction():
        if how == "void":
            cards.change(zoe.serial, CardStatus.VOID)
        else:
            world_without(zoe)
    assert clean_up(world) == 1
    assert kept_by_provider(world) == 0 and listed(zoe) == []


def world_without(someone: Someone) -> None:
    db.execute(delete(Mail).where(Mail.customer_id == someone.id))
    db.execute(delete(Customer).where(Customer.id == someone.id))


@one_engine
def test_somebody_elses_recording_is_none(world: World, zoe: Someone, site: Site) -> None:
    other = site.customer("other@example.org")
    wish(zoe)
    call(world, zoe)
    card = card_of(other)
    with db.transaction():
        assert recordings.one(card, rows_id()) is None
        assert not recordings.delete(card, rows_id())
    assert len(listed(zoe)) == 1


def rows_id() -> int:
    return int(db.execute(select(Recording.id)).scalar_one())


def test_a_recording_of_which_nobody_told_us_is_found(world: World, zoe: Someone, site: Site) -> None:
    world.deaf_to("/ivr/recording")
    phone = world.ring(callee=answers(20))
    phone.press(zoe.pin)
    for number in (KABUL, "00923001234567"):
        wish(zoe)
        phone.press(f"{number}#")
        phone.talk_until_end()
    world.network.deliver()
    assert (rows(), kept_by_provider(world)) == ([], 2)
    assert untold.find(world.carrier()) == 0  # the report may still come
    world.later(minutes=11)
    assert (untold.find(world.carrier()), untold.find(world.carrier())) == (2, 0)
    last, first = listed(zoe)
    assert (first.number, last.number) == (KABUL_E164, "+923001234567")
    assert [first.sid, last.sid] == [kept.sid for kept in world.network.recordings.all()]
    assert len(site.mails("recording_ready")) == 2
    world.later(days=30)
    assert clean_up(world) == 2 and kept_by_provider(world) == 0


@one_engine
def test_calls_without_a_recording_are_asked_about_every_hour_for_a_day(
    world: World, zoe: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def tapes(leg: str) -> list[Tape]:
        asked.append(leg)
        return []

    carrier = world.carrier()
    monkeypatch.setattr(carrier, "tapes", tapes)
    wish(zoe)
    phone = world.ring(callee=busy())
    phone.press(zoe.pin)
    phone.press(f"{KABUL}#")
    phone.finish_dial()
    for _ in range(30 * 6):
        world.later(minutes=10)
        untold.find(carrier)
    assert 20 <= len(asked) <= 24
