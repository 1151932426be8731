"""The mails of a demo in the browser: readable, and locked up."""

from collections.abc import Iterator

import pytest

from app import db, messages
from app.messages.letters import account
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

URL = "http://127.0.0.1:8000/reset?token=abc&x=1"


@pytest.fixture(autouse=True)
def mail(world: World) -> Iterator[None]:
    with db.transaction():
        messages.write(account.reset_password(URL), to="zoe@example.org", key="1")
    yield


def test_a_mail_is_listed_and_its_link_can_be_pressed(world: World) -> None:
    client = world.app.test_client()
    listed = client.get("/demo/mails").text
    assert "zoe@example.org" in listed and 'href="/demo/mails/1"' in listed
    opened = client.get("/demo/mails/1").text
    assert 'href="http://127.0.0.1:8000/reset?token=abc&amp;x=1"' in opened


def test_a_page_of_the_demo_leads_to_the_mails(world: World) -> None:
    assert 'href="/demo/mails"' in world.app.test_client().get("/").text


def test_html_is_shown_where_it_can_do_nothing(world: World) -> None:
    answer = world.app.test_client().get("/demo/mails/1/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "sha256-" in policy
    assert "allow-scripts" not in policy and "allow-same-origin" not in policy
    assert "Choose a new password" in answer.text


@pytest.mark.parametrize("path", ["/demo/mails", "/demo/mails/1", "/demo/mails/1/html"])
def test_no_browser_keeps_a_mail_and_no_other_name_reads_it(world: World, path: str) -> None:
    client = world.app.test_client()
    assert client.get(path).headers["Cache-Control"] == "no-store"
    for host in ("evil.example", "127.0.0.1.evil.example:8000", ""):
        assert client.get(path, headers={"Host": host}).status_code == 403, host


@pytest.mark.parametrize("number", ["2", "0", "9223372036854775807", "9" * 30, "x", "-1"])
def test_a_mail_that_is_not_there_is_a_missing_page(world: World, number: str) -> None:
    assert world.app.test_client().get(f"/demo/mails/{number}").status_code == 404
