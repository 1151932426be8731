"""One application for all tests of a process: to put it together takes longer than most tests."""

from functools import cache
from typing import Any

from flask import Flask

import ivr
from app import config, create_app, logs
from app.config import Settings
from ivr.carrier import TwilioCarrier


def fresh(settings: Settings) -> Flask:
    """The application as if it had just been put together: nothing that a test did to it is left."""
    one = _one()
    one.restore()
    config.use(settings)
    logs.set_up(settings.log_level)
    one.app.config["SETTINGS"] = settings
    one.app.extensions["carrier"] = TwilioCarrier(settings)
    return one.app


class _One:
    """The application, and what it was at first."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings)
        ivr.init_app(self.app)
        self.app.test_client().get("/static/nothing")  # from its first request on it refuses further doors
        self._parts = [vars(self.app), vars(self.app.jinja_env)]
        self._kept = [_copied(part) for part in self._parts]

    def restore(self) -> None:
        """Make it what it was."""
        for part, kept in zip(self._parts, self._kept, strict=True):
            for name in part.keys() - kept.keys():
                del part[name]
            for name, (value, entries) in kept.items():
                part[name] = value
                if entries is not None:
                    value.clear()
                    value.update(entries)


def _copied(part: dict[str, Any]) -> dict[str, tuple[Any, dict[Any, Any] | None]]:
    """Each attribute, and of a dictionary its entries."""
    return {name: (value, dict(value) if isinstance(value, dict) else None) for name, value in part.items()}


@cache
def _one() -> _One:
    return _One(config.settings())
