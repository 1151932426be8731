"""Every address of ours, and who may knock there. A new address needs a line in this table."""

import re
from dataclasses import replace
from enum import Enum
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

import ivr
from app import config, create_app
from tests.support.site import Site
from tests.support.world import CALLER, GB, World


class Who(Enum):
    """Who may knock."""

    ANYBODY = "anybody"
    PROVIDER = "the provider, by its signature"
    PAYPAL = "PayPal, by its signature"
    WATCHER = "whoever watches over us, by METRICS_TOKEN when it is set"
    VISITOR_OF_THE_DEMO = "anybody, in demo mode only"
    PAGE_OF_THE_DEMO = "a page of our own in demo mode, by its origin"
    WHO_HAS_THE_FORM = "anybody who was given the form, by the token in it"
    WHO_HAS_THE_LINK = "whoever has the link of a mail"
    CUSTOMER = "a customer who is signed in; what changes something by the token of the form, too"


DOORS = {
    ("GET", "/"): Who.ANYBODY,
    ("GET", "/rates"): Who.ANYBODY,
    ("GET", "/rates.csv"): Who.ANYBODY,
    ("GET", "/access-numbers"): Who.ANYBODY,
    ("GET", "/how-to-call"): Who.ANYBODY,
    ("GET", "/terms"): Who.ANYBODY,
    ("GET", "/privacy"): Who.ANYBODY,
    ("GET", "/cookies"): Who.ANYBODY,
    ("GET", "/contract-summary"): Who.ANYBODY,
    ("GET", "/static/<path:filename>"): Who.ANYBODY,
    ("GET", "/healthz"): Who.ANYBODY,
    ("GET", "/readyz"): Who.ANYBODY,
    ("GET", "/metrics"): Who.WATCHER,
    ("POST", "/ivr/voice"): Who.PROVIDER,
    ("POST", "/ivr/called-back"): Who.PROVIDER,
    ("POST", "/ivr/step"): Who.PROVIDER,
    ("POST", "/ivr/ended"): Who.PROVIDER,
    ("POST", "/ivr/status"): Who.PROVIDER,
    ("POST", "/ivr/room"): Who.PROVIDER,
    ("POST", "/ivr/rung"): Who.PROVIDER,
    ("POST", "/ivr/announce"): Who.PROVIDER,
    ("POST", "/ivr/fallback"): Who.PROVIDER,
    ("POST", "/ivr/whisper"): Who.PROVIDER,
    ("POST", "/ivr/recording"): Who.PROVIDER,
    ("POST", "/ivr/sms"): Who.PROVIDER,
    ("POST", "/webhooks/paypal"): Who.PAYPAL,
    ("GET", "/signup"): Who.ANYBODY,
    ("POST", "/signup"): Who.WHO_HAS_THE_FORM,
    ("GET", "/signup/sent"): Who.ANYBODY,
    ("GET", "/confirm"): Who.WHO_HAS_THE_LINK,
    ("POST", "/confirm"): Who.WHO_HAS_THE_LINK,
    ("GET", "/login"): Who.ANYBODY,
    ("POST", "/login"): Who.WHO_HAS_THE_FORM,
    ("POST", "/logout"): Who.WHO_HAS_THE_FORM,
    ("GET", "/forgot"): Who.ANYBODY,
    ("POST", "/forgot"): Who.WHO_HAS_THE_FORM,
    ("GET", "/forgot/sent"): Who.ANYBODY,
    ("GET", "/reset"): Who.WHO_HAS_THE_LINK,
    ("POST", "/reset"): Who.WHO_HAS_THE_LINK,
    ("GET", "/account"): Who.CUSTOMER,
    ("GET", "/account/calls"): Who.CUSTOMER,
    ("GET", "/account/calls.csv"): Who.CUSTOMER,
    ("GET", "/account/calls/<int(max=9223372036854775807):call>"): Who.CUSTOMER,
    ("GET", "/account/recordings"): Who.CUSTOMER,
    ("POST", "/account/recordings/wish"): Who.CUSTOMER,
    ("POST", "/account/recordings/wish/cancel"): Who.CUSTOMER,
    ("GET", "/account/recordings/<int:recording>"): Who.CUSTOMER,
    ("POST", "/account/recordings/<int:recording>/delete"): Who.CUSTOMER,
    ("GET", "/account/statement"): Who.CUSTOMER,
    ("GET", "/account/statement.csv"): Who.CUSTOMER,
    ("GET", "/account/receipts"): Who.CUSTOMER,
    ("GET", "/account/receipts/<number>"): Who.CUSTOMER,
    ("GET", "/account/receipts/<number>.pdf"): Who.CUSTOMER,
    ("GET", "/account/voucher"): Who.CUSTOMER,
    ("POST", "/account/voucher"): Who.CUSTOMER,
    ("GET", "/account/top-up"): Who.CUSTOMER,
    ("POST", "/account/top-up"): Who.CUSTOMER,
    ("GET", "/account/top-up/<ref>"): Who.CUSTOMER,
    ("GET", "/account/top-up/<ref>/return"): Who.CUSTOMER,
    ("GET", "/account/top-up/<ref>/cancelled"): Who.CUSTOMER,
    ("POST", "/account/top-up/automatic"): Who.CUSTOMER,
    ("GET", "/account/top-up/by-phone"): Who.CUSTOMER,
    ("POST", "/account/top-up/by-phone"): Who.CUSTOMER,
    ("POST", "/account/top-up/by-phone/off"): Who.CUSTOMER,
    ("POST", "/account/top-up/automatic/off"): Who.CUSTOMER,
    ("GET", "/account/password"): Who.CUSTOMER,
    ("POST", "/account/password"): Who.CUSTOMER,
    ("GET", "/account/phones"): Who.CUSTOMER,
    ("POST", "/account/phones"): Who.CUSTOMER,
    ("POST", "/account/phones/code"): Who.CUSTOMER,
    ("POST", "/account/phones/code/give-up"): Who.CUSTOMER,
    ("POST", "/account/phones/rename"): Who.CUSTOMER,
    ("POST", "/account/phones/remove"): Who.CUSTOMER,
    ("GET", "/account/pin"): Who.CUSTOMER,
    ("POST", "/account/pin/new"): Who.CUSTOMER,
    ("POST", "/account/pin/freeze"): Who.CUSTOMER,
    ("POST", "/account/pin/unfreeze"): Who.CUSTOMER,
    ("GET", "/account/speed-dials"): Who.CUSTOMER,
    ("POST", "/account/speed-dials"): Who.CUSTOMER,
    ("GET", "/account/speed-dials/<int:slot>"): Who.CUSTOMER,
    ("POST", "/account/speed-dials/<int:slot>"): Who.CUSTOMER,
    ("POST", "/account/speed-dials/<int:slot>/remove"): Who.CUSTOMER,
    ("GET", "/account/call-me"): Who.CUSTOMER,
    ("POST", "/account/call-me"): Who.CUSTOMER,
    ("GET", "/account/call-me/<int:callback>"): Who.CUSTOMER,
    ("GET", "/account/calling"): Who.CUSTOMER,
    ("POST", "/account/calling"): Who.CUSTOMER,
    ("GET", "/account/settings"): Who.CUSTOMER,
    ("POST", "/account/settings"): Who.CUSTOMER,
    ("GET", "/account/sign-ins"): Who.CUSTOMER,
    ("POST", "/account/sign-ins/end-others"): Who.CUSTOMER,
    ("POST", "/account/sign-ins/<int:session_id>/end"): Who.CUSTOMER,
    ("GET", "/demo/mails"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/demo/mails/<int:number>"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/demo/mails/<int:number>/html"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/phone"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/phone/messages"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/phone/calls/<sid>/events"): Who.VISITOR_OF_THE_DEMO,
    ("GET", "/phone/calls/<sid>/money"): Who.VISITOR_OF_THE_DEMO,
    ("POST", "/phone/calls"): Who.PAGE_OF_THE_DEMO,
    ("POST", "/phone/calls/<sid>/keys"): Who.PAGE_OF_THE_DEMO,
    ("POST", "/phone/calls/<sid>/hang-up"): Who.PAGE_OF_THE_DEMO,
    ("GET", "/phone/rings"): Who.VISITOR_OF_THE_DEMO,
    ("POST", "/phone/rings/<sid>/answer"): Who.PAGE_OF_THE_DEMO,
    ("POST", "/phone/rings/<sid>/decline"): Who.PAGE_OF_THE_DEMO,
}

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def knocks(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def doors_of(who: Who) -> list[tuple[str, str]]:
    return [door for door, allowed in DOORS.items() if allowed is who]


def filled(path: str) -> str:
    path = path.replace("<path:filename>", "farthing.css").replace("<sid>", "CA1")
    return re.sub(r"<[^>]*>", "1", path)


def test_every_address_says_who_may_knock(world: World) -> None:
    assert knocks(world.app) == set(DOORS)


def test_what_changes_something_is_never_asked_for_by_a_link(world: World) -> None:
    """GET only looks: a robot that follows every link changes nothing."""
    before = world.everything()
    client = world.app.test_client()
    for method, path in DOORS:
        if method == "GET":
            client.get(filled(path)).close()
    assert world.everything() == before


@pytest.mark.parametrize("door", doors_of(Who.PROVIDER), ids=lambda door: door[1])
@pytest.mark.parametrize("query", ["", "?turn=1", "?call=1&turn=1"])
def test_without_a_signature_the_providers_doors_stay_shut(
    world: World, door: tuple[str, str], query: str
) -> None:
    before = world.everything()
    form = {"CallSid": "CA1", "From": CALLER, "To": GB, "CallStatus": "completed", "Digits": "1"}
    refused = world.app.test_client().open(door[1] + query, method=door[0], data=form)
    assert refused.status_code == 403
    assert world.everything() == before


@pytest.mark.parametrize("origin", ["", "https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("door", doors_of(Who.PAGE_OF_THE_DEMO), ids=lambda door: door[1])
def test_a_page_of_somebody_else_cannot_use_the_phone(
    world: World, door: tuple[str, str], origin: str
) -> None:
    headers = {"Origin": origin} if origin else {}
    refused = world.app.test_client().post(filled(door[1]), json={}, headers=headers)
    assert refused.status_code == 403


def test_outside_the_demo_there_is_no_phone(world: World) -> None:
    app = create_app(replace(config.settings(), demo=False))
    ivr.init_app(app)
    demo_only = {door for door, who in DOORS.items() if who.name.endswith("OF_THE_DEMO")}
    assert knocks(app) == set(DOORS) - demo_only


@pytest.mark.parametrize("who", [Who.CUSTOMER, Who.WHO_HAS_THE_FORM, Who.WHO_HAS_THE_LINK])
@pytest.mark.parametrize("token", ["", "made-up", "IjAwIg.aR0000.0000000000000000000000000000"])
def test_a_form_that_is_not_ours_changes_nothing(site: Site, who: Who, token: str) -> None:
    client = site.client(site.customer())
    before = site.world.everything()
    for method, path in doors_of(who):
        if method == "POST":
            refused = client.post(filled(path), data={"csrf_token": token})
            assert refused.status_code == 400, path
            assert "Nothing was changed" in refused.text
    assert site.world.everything() == before


def test_customers_pages_send_strangers_to_sign_in(site: Site) -> None:
    before = site.world.everything()
    for method, path in doors_of(Who.CUSTOMER):
        if method == "GET":
            sent = site.stranger().get(filled(path))
            assert sent.status_code == 302, path
            assert sent.headers["Location"] == f"/login?next={quote(filled(path), safe='')}"
    assert site.world.everything() == before


def test_pages_of_links_say_plainly_that_there_is_no_such_link(site: Site) -> None:
    for method, path in doors_of(Who.WHO_HAS_THE_LINK):
        if method == "GET":
            refused = site.stranger().get(filled(path), query_string={"token": "made-up"})
            assert refused.status_code == 410, path
            assert "This link does not work" in refused.text


def test_every_address_below_the_account_is_the_customers(site: Site) -> None:
    assert {who for (_, path), who in DOORS.items() if path.startswith("/account")} <= {Who.CUSTOMER}


def test_every_address_below_the_phones_door_is_the_providers(world: World) -> None:
    rules: list[Rule] = list(world.app.url_map.iter_rules())
    paths = {rule.rule for rule in rules if rule.rule.startswith("/ivr")}
    assert paths == {path for _, path in doors_of(Who.PROVIDER)}


def test_everybodys_pages_answer_and_send_nobody_elsewhere(world: World) -> None:
    client = world.app.test_client()
    for method, path in doors_of(Who.ANYBODY):
        with client.open(filled(path), method=method) as answer:
            assert answer.status_code in (200, 503), path
            assert not urlsplit(answer.headers.get("Location", "")).netloc


def test_an_address_that_we_do_not_have_says_so_plainly(world: World) -> None:
    missing = world.app.test_client().get("/wp-login.php")
    assert missing.status_code == 404
    assert "There is no such page." in missing.text
    assert "Traceback" not in missing.text
