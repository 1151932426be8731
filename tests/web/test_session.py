"""Cookies that stay with us, forms that prove to be ours, and pages that no cache keeps."""

from dataclasses import replace

import pytest
from flask import Flask

from app import config, create_app
from app.errors import UnsafeSettings
from tests.support.counted import counted
from tests.support.site import PASSWORD, Site
from tests.support.world import settings_for

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def over_https() -> Flask:
    return create_app(replace(config.settings(), public_base_url="https://calls.farthing-card.net"))


def test_the_cookie_is_for_us_alone(site: Site) -> None:
    set_cookie = site.stranger().get("/login").headers["Set-Cookie"]
    assert set_cookie.startswith("session=")
    assert "HttpOnly" in set_cookie
    assert "SameSite=Lax" in set_cookie
    assert "Domain" not in set_cookie


def test_over_https_it_never_travels_in_clear(site: Site) -> None:
    set_cookie = over_https().test_client().get("/login", base_url="https://calls.farthing-card.net").headers
    assert set_cookie["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in set_cookie["Set-Cookie"]
    assert "Path=/" in set_cookie["Set-Cookie"]


def test_public_pages_set_no_cookie(site: Site) -> None:
    for path in ("/", "/healthz", "/static/farthing.css"):
        with site.stranger().get(path) as answer:
            assert "Set-Cookie" not in answer.headers, path


def test_the_phone_provider_gets_no_cookie(site: Site) -> None:
    form = {"CallSid": "CA1", "From": "+447700900456", "To": "+442079460123", "CallStatus": "ringing"}
    answer = site.world.post("/ivr/voice", form)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_pages_of_a_person_are_kept_by_no_cache(site: Site) -> None:
    client = site.client(site.customer())
    for path in ("/account/password", "/account/sign-ins", "/"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
    for path in ("/login", "/signup", "/signup/sent", "/forgot", "/reset", "/confirm", "/account/password"):
        assert site.stranger().get(path).headers["Cache-Control"] == "no-store", path


def test_knowing_who_asks_takes_one_statement(site: Site) -> None:
    client = site.client(site.customer())
    with counted() as statements:
        client.get("/account/password")
    assert len(statements) == 1
    site.world.later(minutes=2)
    with counted() as statements:
        client.get("/account/password")
    assert len(statements) == 2


def test_a_form_without_its_token_says_what_to_do(site: Site) -> None:
    refused = site.stranger().post("/login", data={"name": "zoe@example.org", "password": PASSWORD})
    assert refused.status_code == 400
    assert "Nothing was changed: go back, load the page again" in refused.text


def test_the_token_of_somebody_else_is_none(site: Site) -> None:
    site.customer()
    attacker = site.stranger()
    attacker.get("/login")
    with attacker.session_transaction() as cookie:
        raw = cookie["csrf_token"]
    victim = site.stranger()
    victim.get("/login")
    form = {"name": "zoe@example.org", "password": PASSWORD, "csrf_token": raw}
    assert victim.post("/login", data=form).status_code == 400


def test_a_form_that_was_open_for_long_still_works(site: Site) -> None:
    site.customer()
    client = site.stranger()
    text = client.get("/login").text
    token = text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    site.world.later(hours=48)
    form = {"name": "zoe@example.org", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=form).status_code == 303


@pytest.mark.parametrize("cookie", ["made-up", "x" * 3000, "eyJfdXNlcl9pZCI6IjEifQ.aR0000.forged"])
def test_a_forged_cookie_signs_nobody_in(site: Site, cookie: str) -> None:
    client = site.stranger()
    client.set_cookie("session", cookie)
    assert client.get("/account/password").status_code == 302


def test_what_strangers_write_about_their_address_is_not_believed(site: Site) -> None:
    someone = site.customer()
    headers = {"X-Forwarded-For": "198.51.100.77"}
    form = {"name": someone.email, "password": "wrong password"}
    site.post(site.stranger(), "/login", form, headers=headers)
    assert "198.51.100.77" not in str(site.world.everything()["sign_ins"])


def test_what_our_own_proxy_writes_is_believed(site: Site, database: str) -> None:
    someone = site.customer()
    behind = create_app(settings_for(database, TRUSTED_PROXIES="1"))
    client = behind.test_client()
    headers = {"X-Forwarded-For": "203.0.113.1, 198.51.100.77"}
    site.post(client, "/login", {"name": someone.email, "password": "wrong password"}, headers=headers)
    assert site.world.everything()["sign_ins"][0][6] == "198.51.100.77"


def test_a_number_of_proxies_that_is_none_is_refused(database: str) -> None:
    with pytest.raises(UnsafeSettings, match="TRUSTED_PROXIES"):
        settings_for(database, TRUSTED_PROXIES="many")
