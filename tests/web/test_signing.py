"""Signing in and out, and a new password: all who are wrong hear the same, who is known is not locked out."""

import pytest
from argon2 import PasswordHasher
from werkzeug.test import TestResponse

from app import db
from app.customers import attempts, changing, passwords
from app.web.signing import PAUSED, WRONG
from tests.support.signing import ELSEWHERE, SAFE, attack, is_in, sign_in
from tests.support.site import PASSWORD, Site
from tests.support.threads import at_once, failures

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])


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
