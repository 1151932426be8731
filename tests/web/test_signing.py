"""Signing in and out, and a new password: all who are wrong hear the same, who is known is not locked out."""

from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import db
from app.customers import attempts, changing, passwords, sign_ins
from app.web.signing import PAUSED, WRONG
from tests.support.site import PASSWORD, Site, Someone
from tests.support.threads import at_once, failures

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
SAFE = "another horse battery"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


def sign_in(
    site: Site, client: FlaskClient, name: str = "zoe@example.org", password: str = PASSWORD, **how: Any
) -> TestResponse:
    path = how.pop("path", "/login")
    return site.post(client, path, {"name": name, "password": password}, **how)


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/sign-ins").status_code == 200


def attack(site: Site, name: str = "zoe@example.org", tries: int = 10) -> None:
    """Wrong passwords from ever new network addresses."""
    for number in range(tries):
        where = {"REMOTE_ADDR": f"198.51.100.{number}"}
        sign_in(site, site.stranger(), name, "wrong password", environ_overrides=where)


@pytest.mark.parametrize("name", ["zoe@example.org", " ZOE@Example.org ", "zoe.m", "Zoe.M"])
def test_an_address_or_a_user_name_signs_in(site: Site, name: str) -> None:
    site.customer(user_name="zoe.m")
    client = site.stranger()
    answer = sign_in(site, client, name)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert is_in(client)


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(site: Site) -> None:
    client = site.client(site.customer())
    with client.session_transaction() as cookie:
        copy = dict(cookie)
    assert site.post(client, "/logout", {}, page="/account/password").headers["Location"] == "/login"
    thief = site.stranger()
    with thief.session_transaction() as cookie:
        cookie.update(copy)
    assert not is_in(client)
    assert not is_in(thief)
    assert site.post(client, "/logout", {}, page="/login").status_code == 303


@SQLITE
def test_unknown_wrong_and_unconfirmed_are_told_in_the_same_words(site: Site) -> None:
    site.customer()
    site.customer("new@example.org", confirmed_at=None, card_id=None)
    cases = [
        ("zoe@example.org", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("nobody", PASSWORD),
        ("new@example.org", PASSWORD),
        ("zoe@example.org\0", PASSWORD),
        ("z" * 200_000, "p" * 200_000),
    ]
    pages = set()
    for name, password in cases:
        refused = sign_in(site, site.stranger(), name, password)
        assert refused.status_code == 400
        pages.add(refused.text.replace(name, "NAME").partition('name="csrf_token"')[0])
        assert WRONG in refused.text
        assert password not in refused.text
    assert len(pages) == 1


@SQLITE
def test_unknown_and_wrong_cost_one_verification_each(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.customer()
    site.customer("new@example.org", confirmed_at=None, card_id=None)
    verified: list[str] = []
    real = PasswordHasher.verify

    def counted(self: PasswordHasher, kept: str, password: str) -> bool:
        verified.append(kept)
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    parameters = set()
    for name in ("zoe@example.org", "nobody@example.org", "nobody", "new@example.org"):
        sign_in(site, site.stranger(), name, "wrong password")
        assert len(verified) == 1
        parameters.add(verified.pop().split("$")[3])
    assert len(parameters) == 1


@SQLITE
def test_what_was_typed_stays_but_for_the_password(site: Site) -> None:
    refused = sign_in(site, site.stranger(), "zoe@example.org", "wrong password")
    assert 'value="zoe@example.org"' in refused.text
    assert "wrong password" not in refused.text
    assert 'aria-describedby="password-error"' in refused.text
    empty = sign_in(site, site.stranger(), "", "")
    assert "Enter your e-mail address or your user name." in empty.text
    assert "Enter your password." in empty.text


@SQLITE
@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/account/calls?page=2", "/account/calls?page=2"),
        ("//evil.example", "/account"),
        ("///evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("\\/evil.example", "/account"),
        ("https://evil.example/", "/account"),
        ("javascript:alert(1)", "/account"),
        ("/\t/evil.example", "/account"),
        ("/account\r\nSet-Cookie: a=b", "/account"),
        ("evil.example", "/account"),
        ("", "/account"),
        ("/" + "a" * 10_000, "/account"),
    ],
)
def test_after_signing_in_one_stays_with_us(site: Site, wanted: str, leads_to: str) -> None:
    site.customer()
    client = site.stranger()
    with site.app.test_request_context("/login", query_string={"next": wanted}) as asked:
        path = asked.request.full_path
    assert sign_in(site, client, path=path).headers["Location"] == leads_to
    assert client.get(path).headers["Location"] == leads_to


@SQLITE
def test_a_stranger_is_asked_to_sign_in_and_comes_back(site: Site) -> None:
    site.customer()
    client = site.stranger()
    sent = client.get("/account/sign-ins?x=1&y=2").headers["Location"]
    assert sign_in(site, client, path=sent).headers["Location"] == "/account/sign-ins?x=1&y=2"


def test_a_cookie_from_before_is_worth_nothing_after_signing_in(site: Site) -> None:
    """Whoever plants a cookie of theirs in your browser does not come in with you."""
    site.customer()
    client = site.stranger()
    client.get("/login")
    with client.session_transaction() as cookie:
        planted = dict(cookie)
        cookie["planted"] = "by the attacker"
    sign_in(site, client)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != planted["csrf_token"]
    attacker = site.stranger()
    with attacker.session_transaction() as cookie:
        cookie.update(planted)
    assert not is_in(attacker)


@SQLITE
def test_each_signing_in_has_a_token_of_its_own(site: Site) -> None:
    site.customer()
    tokens = set()
    client = site.stranger()
    for _ in range(3):
        sign_in(site, client)
        with client.session_transaction() as cookie:
            tokens.add(cookie["_user_id"])
        site.post(client, "/logout", {}, page="/account/password")
    assert len(tokens) == 3


def test_a_name_is_paused_after_ten_tries_known_or_not(site: Site) -> None:
    site.customer()
    for name in ("zoe@example.org", "nobody@example.org"):
        attack(site, name, tries=10)
        refused = sign_in(site, site.stranger(), name, environ_overrides=ELSEWHERE)
        assert refused.status_code == 429
        assert PAUSED in refused.text
    site.world.later(minutes=15)
    assert sign_in(site, site.stranger(), environ_overrides=ELSEWHERE).status_code == 303


def test_tries_at_once_are_not_free(site: Site) -> None:
    site.customer()
    clients = [site.stranger() for _ in range(6)]
    attack(site, tries=7)
    wrong = at_once(*[lambda c=client: sign_in(site, c, password="wrong password") for client in clients])
    assert failures(wrong) == []
    codes = sorted(answer.status_code for answer in wrong if isinstance(answer, TestResponse))
    assert codes == [400] * 3 + [429] * 3


@SQLITE
def test_an_attack_does_not_lock_out_who_has_signed_in_before(site: Site) -> None:
    site.customer()
    known = site.stranger()
    sign_in(site, known)
    site.post(known, "/logout", {}, page="/account/password")
    attack(site, tries=12)
    assert sign_in(site, site.stranger(), environ_overrides=ELSEWHERE).status_code == 429
    assert sign_in(site, known).status_code == 303


@SQLITE
def test_a_known_browser_may_not_guess_for_ever(site: Site) -> None:
    site.customer()
    known = site.stranger()
    sign_in(site, known)
    site.post(known, "/logout", {}, page="/account/password")
    for _ in range(attempts.BY_DEVICE.most):
        assert sign_in(site, known, password="wrong password").status_code == 400
    assert sign_in(site, known).status_code == 429


@SQLITE
@pytest.mark.parametrize("mark", ["", "made-up", "1.0.0.0", "1.99999999999.ab.", "\u00fc.1.2.3"])
def test_a_made_up_mark_makes_no_browser_known(site: Site, mark: str) -> None:
    site.customer()
    attack(site, tries=11)
    client = site.stranger()
    client.set_cookie("device", mark)
    assert sign_in(site, client, environ_overrides=ELSEWHERE).status_code == 429


@SQLITE
def test_the_mark_of_one_customer_is_worth_nothing_for_another(site: Site) -> None:
    site.customer("max@example.org")
    site.customer()
    client = site.stranger()
    sign_in(site, client, "max@example.org")
    site.post(client, "/logout", {}, page="/account/password")
    attack(site, tries=11)
    assert sign_in(site, client, environ_overrides=ELSEWHERE).status_code == 429


@SQLITE
def test_one_network_address_may_not_try_many_names(site: Site) -> None:
    site.customer()
    for number in range(attempts.BY_ADDRESS.most):
        sign_in(site, site.stranger(), f"name{number}@example.org", environ_overrides=ELSEWHERE)
    assert sign_in(site, site.stranger(), environ_overrides=ELSEWHERE).status_code == 429
    assert sign_in(site, site.stranger()).status_code == 303


@SQLITE
def test_right_passwords_are_not_counted(site: Site) -> None:
    site.customer()
    for _ in range(attempts.BY_ADDRESS.most + 2):
        assert sign_in(site, site.stranger()).status_code == 303


@SQLITE
def test_a_locked_name_is_told_its_owner_once_a_day(site: Site) -> None:
    site.customer()
    attack(site, tries=13)
    site.world.later(minutes=20)
    attack(site, tries=12)
    attack(site, "nobody@example.org", tries=12)
    assert [mail.mail.to for mail in site.mails("account_locked")] == ["zoe@example.org"]


@SQLITE
def test_a_new_device_is_told_to_its_owner_and_a_known_one_is_not(site: Site) -> None:
    site.customer()
    client = site.stranger()
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    for _ in range(2):
        sign_in(site, client, headers=agent)
        site.post(client, "/logout", {}, page="/account/password")
    told = site.mails("new_sign_in")
    assert len(told) == 1
    assert "Firefox on Linux" in told[0].text


@SQLITE
def test_wrong_passwords_are_kept_for_the_owners_eyes(site: Site) -> None:
    someone = site.customer()
    attack(site, tries=2)
    page = site.client(someone).get("/account/sign-ins").text
    assert page.count("Wrong password") == 2
    assert "198.51.100.1" in page


@SQLITE
def test_an_outdated_hash_is_made_anew_at_the_next_sign_in(site: Site) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    site.customer(password_hash=old)
    assert sign_in(site, site.stranger()).status_code == 303
    kept = site.world.everything()["customers"][0]
    assert old not in kept
    assert sign_in(site, site.stranger()).status_code == 303


@SQLITE
def test_who_changes_the_password_meanwhile_wins(site: Site) -> None:
    """A sign-in with the old one that is still being checked does not outlive the change."""
    someone = site.customer()
    with db.transaction():
        attempt = attempts.begin(someone.email, attempts.From("192.0.2.1", "curl"))
    assert passwords.matches(attempt.password_hash, PASSWORD)
    with db.transaction():
        changing.change(someone.id, passwords.hashed(SAFE), address="192.0.2.2")
    with db.transaction():
        assert attempts.finish(attempt, is_right=True) is None


# a new password by mail


def ask(site: Site, name: str = "zoe@example.org", **how: Any) -> TestResponse:
    return site.post(site.stranger(), "/forgot", {"name": name}, **how)


def reset(site: Site, client: FlaskClient, password: str = SAFE) -> TestResponse:
    return site.post(client, site.link("reset_password"), {"password": password})


def test_a_link_by_mail_sets_a_new_password_and_ends_every_session(site: Site) -> None:
    someone = site.customer()
    thief, owner = site.client(someone), site.stranger()
    ask(site)
    assert reset(site, owner).headers["Location"] == "/login"
    assert "You have a new password." in owner.get("/login").text
    assert not is_in(thief)
    assert sign_in(site, owner).status_code == 400
    assert sign_in(site, owner, password=SAFE).status_code == 303
    assert [mail.mail.letter for mail in site.mails()] == ["reset_password", "secret_changed"]


def test_of_two_who_use_a_reset_link_at_once_one_sets_the_password(site: Site) -> None:
    site.customer()
    ask(site)
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
    answers = [ask(site, name) for name in ("zoe@example.org", "zoe.m", "nobody@example.org", "no\0body")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/forgot/sent")}
    assert [mail.mail.to for mail in site.mails()] == ["zoe@example.org"] * 2


@SQLITE
def test_a_mailbox_is_not_filled_by_asking_for_links(site: Site) -> None:
    site.customer(user_name="zoe.m")
    for number in range(6):
        name = ("zoe@example.org", "zoe.m")[number % 2]
        assert ask(site, name, environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"}).status_code == 303
    assert len(site.mails()) == changing.FORGOT_BY_NAME.most


@SQLITE
def test_who_has_not_confirmed_gets_no_link(site: Site) -> None:
    site.customer(confirmed_at=None, card_id=None)
    ask(site)
    assert site.mails() == []


@SQLITE
def test_used_old_and_made_up_links_change_nothing(site: Site) -> None:
    site.customer()
    ask(site)
    path = site.link("reset_password")
    client = site.stranger()
    reset(site, client)
    ask(site)
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
    ask(site)
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
    ask(site)
    reset(site, client)
    assert sign_in(site, client, password=SAFE, environ_overrides=ELSEWHERE).status_code == 303


@SQLITE
def test_pages_with_a_token_pass_it_on_to_nobody(site: Site) -> None:
    site.customer()
    ask(site)
    answer = site.stranger().get(site.link("reset_password"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "token=" not in answer.text


# password and sign-ins of who is signed in


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
    ask(site)
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
