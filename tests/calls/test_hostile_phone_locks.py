"""Threads that meet at a card: in one order of locks, so that nobody has to be sent back by the database."""

import threading
import time

import pytest
from sqlalchemy import event, update
from sqlalchemy.engine import ExceptionContext

from app import clock, db
from app.calls import access_numbers
from app.cards import suspension
from app.ledger.models import Account
from tests.support.threads import at_once, failures
from tests.support.world import GB, KABUL, World


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_call_that_is_to_be_recorded_meets_a_voucher_without_a_deadlock(world: World) -> None:
    with db.transaction():
        access_numbers.change(GB, records=True)
    card = world.card()
    opened = world.look(card)
    world.sql("UPDATE cards SET record_until = :until", until=str(clock.now().replace(year=2100)))
    phone = world.known(card)
    held = threading.Event()

    def top_up() -> None:
        with db.transaction():
            account = suspension.take(opened.id)
            held.set()
            time.sleep(0.5)  # whoever places the call waits for the card by now
            same = update(Account).where(Account.id == account)
            db.execute(same.values(open_holds=Account.open_holds))

    def dial() -> None:
        held.wait(5)
        phone.press(f"{KABUL}#")

    broken: list[str] = []

    def note(context: ExceptionContext) -> None:
        broken.append(str(context.original_exception))

    event.listen(db.engine(), "handle_error", note)
    try:
        assert failures(at_once(top_up, dial)) == []
    finally:
        event.remove(db.engine(), "handle_error", note)
    assert broken == []
    assert world.calls()[0].recorded
