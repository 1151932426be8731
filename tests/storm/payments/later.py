"""The same programs at a later hour, so that a storm need not wait for it.

`python -m tests.storm.payments.later stand-in HOURS` runs the stand-in for PayPal with its clock ahead;
`python -m tests.storm.payments.later work` lets a job worker do all that is due after so many hours, for each
number of hours on its input, and says when it has. Nothing else is different from `flask paypal stand-in` and
`flask jobs run`.
"""

import sys

from flask.cli import ScriptInfo
from sqlalchemy import select

from app import clock, db
from app.commands import jobs, paypal
from app.payments.models import Event, EventStatus, TopUp
from wsgi import app

ROUNDS_MAX = 120  # of twenty things each


def work(hours: float) -> None:
    """Do what is due at that hour, until nothing is."""
    with clock.ahead(hours=hours):
        for number in range(ROUNDS_MAX):
            jobs.work(number)
            if not _is_due():
                return


def _is_due() -> bool:
    top_ups = select(TopUp.id).where(TopUp.ask_at <= clock.now())
    events = select(Event.id).where(Event.status == EventStatus.NEW, Event.due_at <= clock.now())
    with db.transaction(readonly=True):
        return any(db.execute(due.limit(1)).first() for due in (top_ups, events))


if __name__ == "__main__":
    if sys.argv[1] == "stand-in":
        with clock.ahead(hours=float(sys.argv[2])):
            paypal.group.main(["stand-in"], obj=ScriptInfo(create_app=lambda: app))
    with app.app_context():
        for line in sys.stdin:
            work(float(line))
            print("done", flush=True)
