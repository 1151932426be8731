"""A customer changes the password, and sees and ends what is open elsewhere."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import db
from app.customers import attempts, sign_ins
from tests.support.signing import SAFE, ask_for_link, is_in, sign_in
from tests.support.site import PASSWORD, Site, Someone

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


def change(site: Site, client: FlaskClient, old: str = PASSWORD, new: str = SAFE) -> TestResponse:
    return site.post(client, "/account/password", {"old": old, "password": new})


def stolen(site: Site, client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as cookie:
        copy = dict(cookie)
    thief = site.stranger()
    with thief.session_transaction() as cookie:
        cookie.update(copy)
    return thief


def test_a_new_password_puts_out_everybody_but_here(site: Site) -> None:
    someone = site.customer()
    here, there = site.client(someone), site.client(someone)
    thief = stolen(site, here)
    assert is_in(thief)
    assert change(site, here).status_code == 303
    assert (is_in(here), is_in(there), is_in(thief)) == (True, False, False)
    assert sign_in(site, site.stranger(), password=SAFE).status_code == 303
    assert [mail.mail.letter for mail in site.mails()][0] == "secret_changed"


def test_a_new_password_kills_the_links_on_their_way(site: Site) -> None:
    someone = site.customer()
    ask_for_link(site)
    change(site, site.client(someone))
    assert site.stranger().get(site.link("reset_password")).status_code == 410


@SQLITE
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wrong password", SAFE, "not your current password"),
        (PASSWORD, "short", "at least 10"),
        (PASSWORD, "zoe@example.org", "not your name"),
        ("", "", "Enter your current password."),
    ],
)
def test_a_refused_change_changes_nothing(site: Site, old: str, new: str, says: str) -> None:
    client = site.client(site.customer())
    before = site.world.everything()["customers"]
    refused = change(site, client, old, new)
    assert refused.status_code == 400
    assert says in refused.text
    assert site.world.everything()["customers"] == before


@SQLITE
def test_a_thief_with_the_cookie_does_not_guess_the_password(site: Site) -> None:
    client = site.client(site.customer())
    for _ in range(attempts.BY_DEVICE.most):
        change(site, client, old="wrong password")
    assert "Too many tries" in change(site, client).text


def test_one_can_sign_out_elsewhere(site: Site) -> None:
    someone = site.customer()
    here, there, elsewhere = (site.client(someone) for _ in range(3))
    session_id = site.world.everything()["sign_ins"][1][0]
    page = "/account/sign-ins"
    assert site.post(here, f"{page}/{session_id}/end", {}, page=page).status_code == 303
    assert (is_in(here), is_in(there), is_in(elsewhere)) == (True, False, True)
    assert site.post(here, f"{page}/end-others", {}, page=page).status_code == 303
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_nobody_signs_somebody_else_out(site: Site) -> None:
    someone, neighbour = site.customer(), site.customer("max@example.org")
    theirs, mine = site.client(someone), site.client(neighbour)
    session_id = site.world.everything()["sign_ins"][0][0]
    page = "/account/sign-ins"
    assert site.post(mine, f"{page}/{session_id}/end", {}, page=page).status_code == 404
    assert site.post(mine, f"{page}/{10**30}/end", {}, page=page).status_code == 404
    assert is_in(theirs)


@SQLITE
def test_a_page_of_history_asks_the_database_no_more_often_for_more_lines(site: Site) -> None:
    someone = site.customer()
    many(site, someone, 60)
    page = site.client(someone).get("/account/sign-ins").text
    assert page.count('data-label="When"') == 50


def many(site: Site, someone: Someone, count: int) -> None:
    with db.transaction():
        for number in range(count):
            sign_ins.record_failure(
                someone.id, address=f"198.51.100.{number}", device="<script>alert(1)</script>"
            )
