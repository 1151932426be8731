"""`flask access-numbers`, `calls`, `jobs`, `db` and `seed`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app import clock, config, db, jobs, migrate
from ivr.simulator import answers
from tests.support.by_hand import ByHand
from tests.support.site import Site
from tests.support.world import GB, KABUL, US, World

lite = pytest.mark.parametrize("engine_name", ["sqlite"])


@lite
def test_an_access_number_is_added_and_changed(world: World) -> None:
    add = ("access-numbers", "add", "+33142685300", "--country", "fr", "--deck", "retail", "--json")
    (added,) = json.loads(world.flask(*add).stdout)
    expected = {
        "number": "+33142685300",
        "country": "FR",
        "language": "fr",
        "languages": ["fr"],
        "deck": "retail",
        "currency": "USD",
        "trusts_caller_id": False,
        "surcharge": "0.00",
        "tries": 3,
        "timeout_dest": 6,
    }
    assert expected.items() <= added.items()
    (changed,) = json.loads(world.flask(*add, "--trust-caller-id", "--language", "en-US").stdout)
    assert (changed["language"], changed["trusts_caller_id"]) == ("en-US", True)
    listed = json.loads(world.flask("access-numbers", "list", "--json").stdout)
    assert [access["number"] for access in listed] == sorted(["+33142685300", GB, US])
    assert "+33142685300: FR, en-US, deck retail, every caller ID is believed" in (
        world.flask("access-numbers", "list").stdout
    )
    assert world.ring("+33142685300").heard == "Farthing. Enter your PIN."


@lite
def test_the_profile_of_an_access_number_is_changed_one_thing_at_a_time(world: World) -> None:
    def change(*options: str) -> dict[str, object]:
        (changed,) = json.loads(world.flask("access-numbers", "change", GB, *options, "--json").stdout)
        return dict(changed)

    changed = change(
        "--languages", "en-GB, es", "--greeting", "Zoë's Calls", "--tries", "2", "--surcharge", "0.02"
    )
    assert changed["languages"] == ["en-GB", "es"]
    assert (changed["tries"], changed["wrong_numbers_max"], changed["surcharge"]) == (2, 2, "0.02")
    assert world.ring(GB).heard.startswith("Zoë's Calls. For English, press one.")
    changed = change("--languages", "en-GB", "--tries", "default", "--no-pinless")
    assert (changed["tries"], changed["pinless"], changed["greeting"]) == (3, False, "Zoë's Calls")
    assert "0.02 USD a minute more, always a PIN" in world.flask("access-numbers", "list").stdout


@lite
@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--languages", "en-GB,xx"], "xx is not a language we speak"),
        (["--languages", "en-GB,en-GB"], "name each language once"),
        (["--surcharge", "-1"], "the surcharge is an amount in USD"),
        (["--surcharge", "much"], "much"),
        (["--tries", "0"], "tries must be from 1 to 9"),
        (["--tries", "many"], "neither a whole number nor"),
        (["--timeout-dest", "61"], "timeout dest must be from 1 to 60"),
        (["--shows", "anonymous"], "the called party sees the line"),
        (["--provider", "nobody"], "nobody"),
        (["--greeting", "x" * 81], "at most 80 characters"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(world: World, options: list[str], why: str) -> None:
    before = world.everything()
    refused = world.flask("access-numbers", "change", GB, *options)
    assert refused.exit_code == 1
    assert why in refused.stderr
    assert world.everything() == before


@lite
@pytest.mark.parametrize(
    ("number", "options", "why"),
    [
        ("0142685300", ["--country", "FR"], "is not a number in E.164 form"),
        ("+33142685300", ["--country", "France"], "is not a country"),
        ("+33142685300", ["--country", "XX"], "is not a country"),
        ("+33142685300", ["--country", "FR", "--language", "xx"], "is not a language we speak"),
        ("+33142685300", ["--country", "FR", "--deck", "no such"], "no rate deck no such"),
    ],
)
def test_a_bad_access_number_is_refused(world: World, number: str, options: list[str], why: str) -> None:
    before = world.everything()
    refused = world.flask("access-numbers", "add", number, *options)
    assert refused.exit_code == 1
    assert why in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert world.everything() == before


@lite
def test_live_calls_are_listed(world: World) -> None:
    assert world.flask("calls", "live").stdout == "There are none.\n"
    card = world.card("10.00")
    world.known(card, callee=answers()).press(f"{KABUL}#")
    (call,) = json.loads(world.flask("calls", "live", "--json").stdout)
    assert call.pop("placed_at").startswith("2026-01-01T12:00")
    assert call == {
        "id": world.calls()[0].id,
        "serial": card.serial,
        "number": "+93701234567",
        "destination": "Afghanistan-Mobile",
        "status": "placed",
        "seconds_max": 1333,
        "currency": "USD",
        "held": "9.9975",
    }
    assert json.loads(world.flask("calls", "unresolved", "--json").stdout) == []


def test_a_worker_gives_a_sign_of_life(world: World) -> None:
    get = world.app.test_client().get
    assert get("/readyz").json == {
        "database": "ok",
        "migrations": "ok",
        "jobs": "no job worker was seen: run flask jobs run",
    }
    assert world.flask("jobs", "run", "--once").exit_code == 0
    ready = get("/readyz")
    assert (ready.status_code, set(ready.json or {})) == (200, {"database", "migrations", "jobs"})
    world.later(seconds=jobs.LATE.total_seconds() + 1)
    assert get("/readyz").status_code == 503


def test_keys_that_were_pressed_are_forgotten_after_a_month_and_calls_are_not(world: World) -> None:
    caller = ByHand(world).place(world.card("10.00"))
    caller.is_over("completed", seconds=56)
    caller.child_ends()
    world.later(days=29)
    ByHand(world)
    world.flask("jobs", "run", "--once")
    assert len(world.everything()["turns"]) == 4
    world.later(days=2)
    world.flask("jobs", "run", "--once")
    assert len(world.everything()["turns"]) == 1
    assert world.outcome() == [("completed", "0.42")]
    assert world.at_rest()


def test_migrating_is_safe_to_repeat(world: World) -> None:
    before = world.everything()
    for _ in range(2):
        done = world.flask("db", "upgrade")
        assert done.stdout == f"The schema is at {migrate.NEWEST}.\n"
    assert world.everything() == before


def test_the_newest_revision_is_the_only_head_and_the_database_is_at_it(world: World) -> None:
    assert ScriptDirectory.from_config(migrate.settings()).get_heads() == [migrate.NEWEST]
    with db.transaction(readonly=True):
        assert migrate.current() == migrate.NEWEST


@lite
def test_a_first_migration_makes_the_folder_and_every_table(world: World, tmp_path: Path) -> None:
    file = tmp_path / "new" / "folder" / "farthing.db"
    db.bind(f"sqlite:///{file}")
    assert world.flask("db", "upgrade").exit_code == 0
    tables = set(inspect(db.engine()).get_table_names())
    assert {"accounts", "transfers", "holds", "cards", "pins", "calls", "visits", "turns"} <= tables


@lite
def test_demo_data_is_loaded_once_and_can_be_tried(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.app.instance_path = str(tmp_path)
    world.sql("DELETE FROM access_numbers")
    world.sql("UPDATE decks SET version_id = NULL")
    world.sql("DELETE FROM rates")
    world.sql("DELETE FROM deck_versions")
    world.sql("DELETE FROM decks")
    done = world.flask("seed", "--json")
    assert done.exit_code == 0, done.output
    first = json.loads(done.stdout)
    assert json.loads(world.flask("seed", "--json").stdout) == first
    assert len(world.everything()["cards"]) == 3
    phone = world.ring(first["access_numbers"][0], callee=answers(56))
    assert "You have ten dollars." in phone.press(first["pin"])
    assert phone.press(f"{first['number']}#").startswith("Up to")
    phone.finish_dial()
    known = world.ring(caller=first["registered_phone"], stir="TN-Validation-Passed-A")
    assert "This phone is registered." in known.heard
    said = world.flask("seed").stdout
    assert first["pin"] in said
    assert first["serial"] in said
    assert first["password"] in said


@lite
def test_the_demos_customer_can_sign_in_even_when_the_note_was_lost(site: Site, tmp_path: Path) -> None:
    site.app.instance_path = str(tmp_path)
    passwords = []
    for _ in range(2):
        facts = json.loads(site.world.flask("seed", "--json").stdout)
        form = {"name": facts["customer"], "password": facts["password"]}
        assert site.post(site.stranger(), "/login", form).status_code == 303
        passwords.append(facts["password"])
        (tmp_path / "what-to-try.json").unlink()
    assert len(set(passwords)) == 2
    assert len(site.world.everything()["customers"]) == 1


@lite
def test_demo_data_is_for_the_demo_only(world: World) -> None:
    world.change_settings(demo=False)
    refused = world.flask("seed")
    assert refused.exit_code == 1
    assert "runs only with DEMO=1" in refused.stderr
    assert not config.settings().demo


@lite
def test_metrics_count_what_happens(world: World) -> None:
    ByHand(world).place(world.card("10.00"))
    text = world.app.test_client().get("/metrics").text
    for line in ("farthing_live_visits 1.0", "farthing_live_calls 1.0", "farthing_open_holds 1.0"):
        assert line in text
    world.change_settings(metrics_token="a token for the one who watches")
    assert world.app.test_client().get("/metrics").status_code == 401
    shown = {"Authorization": "Bearer a token for the one who watches"}
    assert world.app.test_client().get("/metrics", headers=shown).status_code == 200


@lite
def test_clocks_agree(world: World) -> None:
    assert clock.now() == world.network.clock.now()
    with clock.ahead(minutes=5):
        assert clock.now() - world.network.clock.now() == timedelta(minutes=5)
