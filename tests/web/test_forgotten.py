"""A new password by mail: once, for an hour, and without a word about who has an account."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.customers import changing
from tests.support.signing import ELSEWHERE, SAFE, ask_for_link, attack, is_in, sign_in
from tests.support.site import Site
from tests.support.threads import at_once

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


def reset(site: Site, client: FlaskClient, password: str = SAFE) -> TestResponse:
    return site.post(client, site.link("reset_password"), {"password": password})


def test_a_link_by_mail_sets_a_new_password_and_ends_every_session(site: Site) -> None:
    someone = site.customer()
    thief, owner = site.client(someone), site.stranger()
    ask_for_link(site)
    assert reset(site, owner).headers["Location"] == "/login"
    assert "You have a new password." in owner.get("/login").text
    assert not is_in(thief)
    assert sign_in(site, owner).status_code == 400
    assert sign_in(site, owner, password=SAFE).status_code == 303
    assert [mail.mail.letter for mail in site.mails()] == ["reset_password", "secret_changed"]


def test_of_two_who_use_a_reset_link_at_once_one_sets_the_password(site: Site) -> None:
    site.customer()
    ask_for_link(site)
    path = site.link("reset_password")
    clients = [(site.stranger(), f"another password {number}") for number in range(4)]
    outcomes = at_once(
        *[
            lambda c=client, p=password: site.post(c, path, {"password": p}, page="/login")
            for client, password in clients
        ]
    )
    codes = sorted(answer.status_code for answer in outcomes if isinstance(answer, TestResponse))
    assert codes == [303, 410, 410, 410]


@SQLITE
def test_nobody_learns_whether_there_is_such_an_account(site: Site) -> None:
    site.customer(user_name="zoe.m")
    answers = [
        ask_for_link(site, name) for name in ("zoe@example.org", "zoe.m", "nobody@example.org", "no\0body")
    ]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/forgot/sent")}
    assert [mail.mail.to for mail in site.mails()] == ["zoe@example.org"] * 2


@SQLITE
def test_a_mailbox_is_not_filled_by_asking_for_links(site: Site) -> None:
    site.customer(user_name="zoe.m")
    for number in range(6):
        name = ("zoe@example.org", "zoe.m")[number % 2]
        assert (
            ask_for_link(site, name, environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"}).status_code
            == 303
        )
    assert len(site.mails()) == changing.FORGOT_BY_NAME.most


@SQLITE
def test_who_has_not_confirmed_gets_no_link(site: Site) -> None:
    site.customer(confirmed_at=None, card_id=None)
    ask_for_link(site)
    assert site.mails() == []


@SQLITE
def test_used_old_and_made_up_links_change_nothing(site: Site) -> None:
    site.customer()
    ask_for_link(site)
    path = site.link("reset_password")
    client = site.stranger()
    reset(site, client)
    ask_for_link(site)
    site.world.later(minutes=60)
    before = site.world.everything()
    for dead in (path, site.link("reset_password"), "/reset?token=made-up", "/reset", "/reset?token=%00%FF"):
        assert client.get(dead).status_code == 410
    assert site.world.everything() == before
    for dead in (path, site.link("reset_password"), "/reset?token=made-up", "/reset"):
        assert site.post(client, dead, {"password": "the thief's own one"}, page="/login").status_code == 410
    assert site.world.everything()["customers"] == before["customers"]


@SQLITE
@pytest.mark.parametrize("poor", ["", "short", "password123", "zoe@example.org", "p" * 201])
def test_a_poor_password_leaves_the_link_as_it_is(site: Site, poor: str) -> None:
    site.customer()
    ask_for_link(site)
    client = site.stranger()
    refused = reset(site, client, poor)
    assert refused.status_code == 400
    assert 'id="password-error"' in refused.text
    assert reset(site, client).status_code == 303


@SQLITE
def test_who_was_locked_out_comes_in_by_mail(site: Site) -> None:
    site.customer()
    attack(site, tries=12)
    client = site.stranger()
    ask_for_link(site)
    reset(site, client)
    assert sign_in(site, client, password=SAFE, environ_overrides=ELSEWHERE).status_code == 303


@SQLITE
def test_pages_with_a_token_pass_it_on_to_nobody(site: Site) -> None:
    site.customer()
    ask_for_link(site)
    answer = site.stranger().get(site.link("reset_password"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "token=" not in answer.text
