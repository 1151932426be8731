"""The door for the phone; the only place that knows TwiML and the provider.

How a call walks: `routes` checks the signature and finds the visit; `flow` lets the step that waits answer
what was typed (`steps/`); the step calls one use case of `app.calls` and replies with Say, Again, Dial or
Hangup; `twiml` puts the reply into the provider's language; and the answer is kept with the turn before it
leaves.
"""

import time

from flask import Flask, Response, g, request

from app import metrics
from app.config import Settings
from ivr import callbacks, recordings, rooms, steps, texts
from ivr.carrier import TwilioCarrier
from ivr.commands import prompts_command
from ivr.routes import door

__all__ = ["callbacks", "init_app", "recordings", "rooms", "steps", "texts"]


def init_app(app: Flask) -> None:
    """Open the phone's door, and hand the app what it needs of the provider."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions["carrier"] = TwilioCarrier(settings)
    app.register_blueprint(door)
    app.cli.add_command(prompts_command)
    if settings.demo:
        from ivr.simulator import page
        from ivr.simulator.commands import phone

        app.register_blueprint(page.door)
        app.cli.add_command(phone)


@door.before_request
def start_the_watch() -> None:
    """Note when the request came."""
    g.came = time.perf_counter()


@door.after_request
def stop_the_watch(response: Response) -> Response:
    """Measure how long the provider waited."""
    route = (request.endpoint or "").removeprefix("ivr.")
    metrics.WEBHOOK_SECONDS.labels(route).observe(time.perf_counter() - g.pop("came", time.perf_counter()))
    return response
