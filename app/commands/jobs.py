"""`flask jobs …`: what has to be done besides answering."""

import itertools
import logging
import signal
import threading
from functools import partial

import click
from flask import current_app

from app import calls, cards, config, db, jobs, messages, payments, privacy, protection
from app.calls import recordings, retention, untold
from app.commands.output import Noun
from app.customers import joining

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds; a caller who hangs up gets the rest of the credit back about as fast
BEAT_EVERY = 10  # rounds between signs of life
MESSAGES_EVERY = 2
LEGS_EVERY = 5  # sooner than a caller has typed a number
BALANCES_EVERY = 60
RECORDINGS_EVERY = 60  # whoever deletes one wants it gone
VISITS_EVERY = 600
DISPUTES_EVERY = 3600
RETENTION_EVERY = 3600  # rounds, about an hour

group = Noun("jobs", help="What has to be done besides answering.")


@group.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def run(once: bool) -> None:
    """Ask providers about calls and payments whose end nobody told us, send mails, forget what is too old.

    Any number of workers may run, on any machine. Ends after the job at hand on SIGTERM or Ctrl-C.
    """
    if once:
        work(0)
        return
    stop = threading.Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: stop.set())
    for number in itertools.count():
        try:
            work(number)
        except Exception:  # a fault now is no reason not to try again in a second
            log.exception("a job failed")
        if stop.wait(PAUSE):
            return


def work(number: int) -> None:
    """One round: each job that is due in it."""
    if number % BEAT_EVERY == 0:
        db.attempt(partial(jobs.done, "sweep"))
    carrier = current_app.extensions["carrier"]
    calls.ring_back(carrier)
    if number % LEGS_EVERY == 0:
        calls.lengthen(carrier)
    calls.attend(carrier)
    calls.sweep(carrier)
    protection.end_calls_of_suspended_cards(carrier)
    _work_on_payments(number)
    if number % MESSAGES_EVERY == 0:
        messages.send_due()
    if number % BALANCES_EVERY == 0:
        protection.tell_low_balances()
    if number % RECORDINGS_EVERY == 0:
        untold.find(carrier)
        recordings.delete_due(carrier)
    if number % VISITS_EVERY == 0:
        calls.sweep_visits(carrier)
    if number % RETENTION_EVERY == 0:
        for forget in (retention.forget, retention.shorten, messages.forget, privacy.forget):
            while db.attempt(forget):
                pass
        db.attempt(retention.forget_secrets)
        db.attempt(retention.forget_callers)
        db.attempt(cards.forget_guesses)
        db.attempt(joining.forget_unconfirmed)


def _work_on_payments(number: int) -> None:
    """What is due of payments; without a provider only debts can be."""
    payments.work_on_debts()
    if config.settings().paypal is not None:
        payments.work(payments.gateway())
        if number % DISPUTES_EVERY == 0:
            payments.work_on_disputes(payments.gateway())
