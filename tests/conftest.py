"""What every test may ask for: a fresh database on either engine, the application, and phones to ring it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

import ivr
from app import clock, config, create_app, db, migrate
from ivr.simulator import Network, VirtualClock, wsgi_transport
from tests.support.mailbox import Mailbox
from tests.support.paypal import StandIn
from tests.support.postgres import Postgres
from tests.support.site import Site
from tests.support.world import TOKEN, World, settings_for

pytest_plugins = ["tests.support.strict"]


class Compiled(BytecodeCache):
    """Templates are compiled once for all applications of a run."""

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL with a migrated template."""
    with Postgres() as server:
        config.use(settings_for(server.create_database("template_farthing")))
        db.bind(server.url("template_farthing"))
        migrate.upgrade()
        db.engine().dispose()
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    db.bind(f"sqlite:///{file}")
    migrate.upgrade()
    db.engine().dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each test of a promise about money runs on both engines."""
    return str(request.param)


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, bound; its URL."""
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        url = f"sqlite:///{tmp_path / 'test.db'}"
        drop = None
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
        url = server.create_database(name, template="template_farthing")
        drop = name
    config.use(settings_for(url))
    db.bind(url)
    yield url
    db.engine().dispose()
    if drop:
        server.drop_database(drop)


@pytest.fixture
def app(database: str) -> Flask:
    """The application as a server runs it."""
    app = create_app(settings_for(database))
    app.jinja_env.bytecode_cache = COMPILED
    ivr.init_app(app)
    return app


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
