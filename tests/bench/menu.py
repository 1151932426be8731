"""How many keys and seconds each way to a call takes, in the simulator's clock: the same on every machine."""

import ivr
from app import clock, create_app, db, migrate
from app.calls import access_numbers
from ivr.simulator import Network, VirtualClock, wsgi_transport
from tests.bench.stage import Stage
from tests.bench.tables import Cell, show
from tests.support.paths import PATHS, PIN_LENGTH, Taken, taken
from tests.support.world import ACCOUNT, BASE, GB, TOKEN, World, settings_for

LANGUAGES = access_numbers.LANGUAGES


def measure(stage: Stage, *, quick: bool) -> None:
    """Walk every way in every language and print keys and seconds beside their targets."""
    app = create_app(settings_for(stage.empty_database("sqlite"), PIN_LENGTH=str(PIN_LENGTH)))
    ivr.init_app(app)
    migrate.upgrade()
    moment = VirtualClock()
    network = Network(
        wsgi_transport(app),
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        voice_url=f"{BASE}/ivr/voice",
        status_url=f"{BASE}/ivr/status",
        clock=moment,
        seed=1,
    )
    with clock.turned(moment.now):
        world = World(app, network)
        found = {language: _walked(world, at, language) for at, language in enumerate(LANGUAGES)}
    rows: list[list[Cell]] = [_row(at, found) for at in range(len(PATHS))]
    head = ["way", "keys", "at most", *(f"s, {language}" for language in LANGUAGES), "at most", ""]
    show("From the answer to the dialled call (2.6 words/s, 0.7 s a key, 0.5 s a document)", head, rows)


def _walked(world: World, at: int, language: str) -> list[Taken]:
    with db.transaction():
        access_numbers.change(GB, languages=[language])
    return [taken(world, path, at * 100 + number) for number, path in enumerate(PATHS)]


def _row(at: int, found: dict[str, list[Taken]]) -> list[Cell]:
    took = [each[at] for each in found.values()]
    path = took[0].path
    reached = "reached" if all(one.is_short_enough for one in took) else "MISSED"
    keys = max(one.presses for one in took)
    return [path.name, keys, path.presses, *(round(one.seconds, 1) for one in took), path.seconds, reached]
