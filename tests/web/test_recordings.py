"""Recordings on the web: the wish, the list, the sound and the end of it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import clock, db
from app.calls import access_numbers, recordings
from tests.support.site import Site, Someone
from tests.support.world import GB, World
from tests.web.test_account_pages import call

HERE = "/account/recordings"

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def zoe(site: Site) -> Someone:
    with db.transaction():
        access_numbers.change(GB, records=True)
    return site.customer()


def send(site: Site, client: FlaskClient, path: str) -> Any:
    return site.post(client, path, {}, page=HERE, follow_redirects=True)


def record(site: Site, someone: Someone) -> FlaskClient:
    """A call that was recorded, and a browser to look at it."""
    client = site.client(someone)
    assert "Your next call will be recorded" in send(site, client, f"{HERE}/wish").text
    call(site, someone)
    site.world.network.deliver()
    return client


def test_a_wish_is_shown_and_can_be_taken_back(site: Site, zoe: Someone) -> None:
    client = site.client(zoe)
    assert "Cancel" in send(site, client, f"{HERE}/wish").text
    assert "Your next call will not be recorded." in send(site, client, f"{HERE}/wish/cancel").text
    assert "Record my next call</button>" in client.get(HERE).text


def test_where_no_number_records_there_is_no_button_and_no_wish(site: Site, zoe: Someone) -> None:
    client = site.client(zoe)
    send(site, client, f"{HERE}/wish/cancel")
    page = client.get(HERE).text
    with db.transaction():
        access_numbers.change(GB, records=False)
    assert "Record my next call</button>" in page
    assert "Record my next call</button>" not in client.get(HERE).text
    refused = site.post(client, f"{HERE}/wish", {}, page="/account/settings", follow_redirects=True)
    assert "not recorded on any of our access numbers" in refused.text
    with db.transaction(readonly=True):
        assert recordings.wished_until(1) is None


def test_a_recording_is_listed_heard_and_deleted(site: Site, zoe: Someone) -> None:
    client = record(site, zoe)
    page = client.get(HERE).text
    assert "+93 70 123 4567" in page and f'src="{HERE}/1"' in page and "56 s" in page
    assert f'href="{HERE}"' in client.get("/account/calls/1").text.partition("<h1")[2]
    with site.world.provider():
        sound = client.get(f"{HERE}/1", headers={"Range": "bytes=0-"})
        assert (sound.status_code, sound.mimetype) == (200, "audio/mpeg")
        assert sound.data.startswith(b"RIFF")
        assert sound.headers["Cache-Control"] == "no-store"
        assert "media-src 'self'" in sound.headers["Content-Security-Policy"]
        gone = send(site, client, f"{HERE}/1/delete").text
        assert "The recording is deleted." in gone and f"{HERE}/1" not in gone
        assert client.get(f"{HERE}/1").status_code == 404
        assert recordings.delete_due(site.app.extensions["carrier"]) == 1
    assert site.world.network.recordings.all() == []
    assert HERE not in client.get("/account/calls/1").text.partition("<h1")[2]


def test_nobody_else_hears_or_deletes_it(site: Site, zoe: Someone) -> None:
    record(site, zoe)
    other = site.client(site.customer("other@example.org"))
    with site.world.provider():
        assert other.get(f"{HERE}/1").status_code == 404
        assert site.stranger().get(f"{HERE}/1").status_code == 302
        assert send(site, other, f"{HERE}/1/delete").status_code == 404
        assert f"{HERE}/1" not in other.get(HERE).text
        assert site.client(zoe).get(f"{HERE}/1").status_code == 200


def test_a_provider_that_is_away_or_has_lost_it_is_said_plainly(site: Site, zoe: Someone) -> None:
    client = record(site, zoe)
    assert client.get(f"{HERE}/1").status_code == 503
    [kept] = site.world.network.recordings.all()
    site.world.network.recordings.delete(kept.sid)
    with site.world.provider():
        assert client.get(f"{HERE}/1").status_code == 404


def test_after_thirty_days_it_is_neither_listed_nor_heard(site: Site, zoe: Someone, world: World) -> None:
    client = record(site, zoe)
    world.later(days=29)
    assert f"{HERE}/1" in site.client(zoe).get(HERE).text
    world.later(days=1)
    assert clock.now() is not None
    client = site.client(zoe)
    assert f"{HERE}/1" not in client.get(HERE).text
    assert client.get(f"{HERE}/1").status_code == 404


def test_a_helpline_is_not_named(site: Site, zoe: Someone, world: World) -> None:
    client = record(site, zoe)
    world.sql("UPDATE calls SET number = '+448001111'")
    assert "Freephone" in client.get(HERE).text and "800" not in client.get(HERE).text.partition("<h1")[2]
    assert "Privacy" in client.get("/privacy").text and "30 days" in client.get("/privacy").text


def test_sip_phones_are_shown_among_the_phones(site: Site, zoe: Someone) -> None:
    site.world.flask("sip", "add", "zoe@calls.example.com", "--card", zoe.serial)
    assert "zoe@calls.example.com" in site.client(zoe).get("/account/phones").text
