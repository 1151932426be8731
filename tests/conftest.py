"""What every test may ask for: a fresh database on either engine, the application, and phones to ring it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import clock, config, db, migrate
from ivr.simulator import Network, VirtualClock, wsgi_transport
from tests.support import one_app
from tests.support.files import Files
from tests.support.mailbox import Mailbox
from tests.support.paypal import StandIn
from tests.support.postgres import Postgres
from tests.support.site import Site
from tests.support.world import TOKEN, World, settings_for

pytest_plugins = ["tests.support.strict"]

TEMPLATE = "template_farthing"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL with a migrated template."""
    with Postgres() as server:
        config.use(settings_for(server.create_database(TEMPLATE)))
        db.bind(server.url(TEMPLATE))
        migrate.upgrade()
        db.engine().dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Files]:
    """Files of SQLite, copies of a migrated one."""
    with Files() as files:
        config.use(settings_for(files.url(TEMPLATE)))
        db.bind(files.url(TEMPLATE))
        migrate.upgrade()
        db.engine().dispose()
        yield files


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test of a promise about money runs on both engines."""
    return str(request.param)


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database, bound; its URL.

    Each is called as the one before, so that the statements that were compiled for that serve again.
    """
    server: Postgres | Files = request.getfixturevalue("sqlite" if engine_name == "sqlite" else "postgres")
    url = server.create_database("test", template=TEMPLATE)
    config.use(settings_for(url))
    bound = db.bind(url)
    yield url
    db.engine().dispose()
    bound.dispose()
    server.drop_database("test")
    assert not [*bound.dispatch.before_cursor_execute], "the next test has this engine too: stop listening"


@pytest.fixture
def app(database: str) -> Flask:
    """The application as a server runs it."""
    return one_app.fresh(settings_for(database))


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Rates, access numbers and a network that rings them; server and network share one virtual clock."""
    moment = VirtualClock()
    network = Network(
        wsgi_transport(app),
        account_sid="AC" + "5" * 32,
        auth_token=TOKEN,
        voice_url="http://127.0.0.1:8000/ivr/voice",
        fallback_url="http://127.0.0.1:8000/ivr/fallback",
        status_url="http://127.0.0.1:8000/ivr/status",
        clock=moment,
        seed=1,
    )
    with clock.turned(moment.now):
        yield World(app, network)


@pytest.fixture
def site(world: World) -> Site:
    """The site, for customers who sign in."""
    return Site(world)


@pytest.fixture
def mailbox(app: Flask) -> Iterator[Mailbox]:
    """A mail server that the application sends to; mails leave with `messages.send_due()`."""
    with Mailbox() as mailbox:
        settings = replace(config.settings(), smtp_url=mailbox.url)
        config.use(settings)
        app.config["SETTINGS"] = settings
        yield mailbox


@pytest.fixture
def standin(app: Flask, tmp_path: Path) -> Iterator[StandIn]:
    """A local PayPal that the application asks; its webhooks wait for `standin.deliver(client)`."""
    with StandIn(config.settings(), tmp_path) as standin:
        settings = replace(config.settings(), paypal=standin.settings)
        config.use(settings)
        app.config["SETTINGS"] = settings
        yield standin
