"""`flask mails`: what was given up is seen and tried again; what mails say is not shown."""

import json

import pytest

from app import db, messages
from app.messages.letters import account
from tests.support.mailbox import Mailbox
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

URL = "http://127.0.0.1:8000/reset?token=abc"


@pytest.fixture(autouse=True)
def mails(world: World, mailbox: Mailbox) -> None:
    mailbox.refuse("nobody@example.org")
    with db.transaction():
        for address in ("zoe@example.org", "nobody@example.org"):
            messages.write(account.reset_password(URL), to=address, key=address)
    messages.send_due()


def test_mails_are_listed_without_what_they_say(world: World) -> None:
    shown = world.flask("mails", "list").stdout
    assert "sent  reset_password  zoe@example.org" in shown
    assert "(550 5.1.1 no such mailbox)" in shown
    told = world.flask("mails", "list", "--json").stdout
    assert [mail["status"] for mail in json.loads(told)] == ["dead", "sent"]
    assert "abc" not in shown + told


def test_what_was_given_up_is_tried_again(world: World, mailbox: Mailbox) -> None:
    (dead,) = json.loads(world.flask("mails", "list", "--dead", "--json").stdout)
    assert (dead["to"], dead["tries"]) == ("nobody@example.org", 1)
    mailbox.refuse("nobody@example.org", "")
    assert world.flask("mails", "revive", str(dead["id"])).exit_code == 0
    assert messages.send_due() == 1
    assert json.loads(world.flask("mails", "list", "--dead", "--json").stdout) == []


@pytest.mark.parametrize("number", ["1", "99", "0", "x", "9" * 30])
def test_what_was_not_given_up_is_not_revived(world: World, number: str) -> None:
    refused = world.flask("mails", "revive", number)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
