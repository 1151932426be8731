"""Public pages: prices are those of a call, and whatever is typed gets a sentence."""

import csv
import re
from html import unescape
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from app import config, db, numbers, rating
from app.money import Money
from app.rating.models import ALWAYS, RateRow
from app.web import quotes, texts
from tests.support.site import Site
from tests.support.world import GB, KABUL_E164, US, World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.fixture
def client(world: World) -> FlaskClient:
    rating.beginnings.cache_clear()  # of another test's deck
    return world.app.test_client()


def words(client: FlaskClient, path: str, **query: str) -> str:
    with client.get(path, query_string=query) as answer:
        assert answer.status_code == 200, path
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True))).split())


@pytest.mark.parametrize(("path", "field"), [("/", "number"), ("/rates", "q")])
def test_a_number_is_priced_as_a_call_would_be(client: FlaskClient, path: str, field: str) -> None:
    told = words(client, path, **{field: "+93 70 123 4567"})
    with db.transaction(readonly=True):
        rate = rating.find(KABUL_E164, rating.deck_named("retail").id)
    assert "Afghanistan-Mobile" in told
    assert "US$0.45 a minute" in told
    assert "No connection fee. Charged by the second. A call that is not answered costs nothing." in told
    for budget in quotes.BUDGETS:
        most = config.settings().call_seconds_max
        minutes = rating.minutes_for(rate, Money.parse(budget, "USD"), seconds_max=most)
        assert f"US${budget}.00 {minutes} " in told
    assert "your own network may charge you for the call to the access number" in told


def test_a_fee_and_the_increments_stand_beside_the_price(client: FlaskClient) -> None:
    india, pakistan = words(client, "/", number="+919876543210"), words(client, "/", number="+923001234567")
    assert "Connection fee US$0.005 for each answered call. Charged in steps of 6 seconds." in india
    assert "A call answered for less than 3 seconds is free." in india
    assert "Charged by the started minute." in pakistan


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("+93", "That is no whole number."),
        ("12", "That is no whole number."),
        ("999", "Dial emergency numbers and short codes from your own phone, without us."),
        ("118118", "Dial emergency numbers and short codes from your own phone, without us."),
        ("*21#", "Dial emergency numbers and short codes from your own phone, without us."),
        ("+34911234567", "We do not connect calls to that number."),  # blocked
        ("+49301234567", "We do not connect calls to that number."),  # no rate
        ("+449098790000", "We do not connect calls to that number."),  # premium
        ("+870773111632", "We do not connect calls to that number."),  # satellite
        (GB, "That is one of our access numbers"),
        ("9" * 500, "That is no whole number."),
    ],
)
def test_what_has_no_price_gets_a_sentence_and_stays_in_the_box(
    client: FlaskClient, typed: str, sentence: str
) -> None:
    assert sentence in words(client, "/", number=typed)
    assert sentence in words(client, "/rates", q=typed)
    assert f'value="{typed[: quotes.TYPED_MAX]}"' in client.get("/", query_string={"number": typed}).text


@pytest.mark.parametrize("typed", ['"><script>alert(1)</script>', "\x00", "\ud83d", "=cmd|'/c'!A0", "é" * 90])
def test_nothing_that_is_typed_becomes_part_of_the_page(client: FlaskClient, typed: str) -> None:
    for path, field in (("/", "number"), ("/rates", "q"), ("/rates", "country"), ("/rates", "after")):
        with client.get(path, query_string={field: typed.encode("utf-8", "replace")}) as answer:
            assert answer.status_code == 200
            assert "<script>alert" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["Afghanistan", "afghanistan", " AFGHANISTAN ", "AF", "Afgan", "afghan"])
def test_a_country_is_found_as_people_write_it(client: FlaskClient, typed: str) -> None:
    told = words(client, "/rates", q=typed)
    assert "Rates: Afghanistan" in told
    assert "Afghanistan-Mobile +9370 US$0.45 None Charged by the second." in told


def test_several_countries_are_offered_and_none_is_said(client: FlaskClient) -> None:
    assert numbers.find_countries("united") == ("AE", "GB", "US")
    assert "Which country?" in words(client, "/rates", q="united")
    assert "We found no country of that name." in words(client, "/rates", q="Atlantis")
    assert "We have no rates to Germany." in words(client, "/rates", country="DE")


def test_the_countries_with_rates_are_listed(client: FlaskClient) -> None:
    page = client.get("/rates").text
    listed = re.findall(r'href="/rates\?country=(..)&amp;from=', page)
    assert {"AF", "IN", "PK", "FR", "ES", "GB"} <= set(listed)
    assert "DE" not in listed


def test_a_blocked_destination_is_listed_as_not_connected(client: FlaskClient) -> None:
    assert "Spain +34 Not connected – –" in words(client, "/rates", q="Spain")


def test_countries_of_one_code_are_told_apart(world: World, client: FlaskClient) -> None:
    add(world, [("1", "America", 10_000), ("1876", "Jamaica", 90_000), ("7", "Russia", 50_000)])
    assert "Jamaica +1876 US$0.09" in words(client, "/rates", q="Jamaica")
    assert "America +1 US$0.01" in words(client, "/rates", q="USA")
    assert "+1876" not in words(client, "/rates", q="USA")
    # what has no rate of its own is priced by the code it shares
    assert "America +1 US$0.01" in words(client, "/rates", q="Bahamas")
    assert "Russia +7 US$0.05" in words(client, "/rates", q="Kazakhstan")


def test_a_long_list_comes_in_pages_that_miss_and_repeat_nothing(world: World, client: FlaskClient) -> None:
    add(world, [(f"{prefix}", f"Place {prefix}", prefix) for prefix in range(9_3700, 9_3820)])
    seen, path = [], "/rates?country=AF"
    while path:
        page = client.get(path).text
        seen += re.findall(r'data-label="Numbers begin with">\+(\d+)<', page)
        after = re.search(r'href="([^"]+)" rel="next"', page)
        path = unescape(after[1]) if after else ""
    assert seen == sorted(["93", "9370", *map(str, range(9_3700, 9_3820))])


def test_a_price_that_begins_tomorrow_is_not_told_today(world: World, client: FlaskClient) -> None:
    with db.transaction():
        deck = rating.deck_named("retail")
        row = row_of(deck.version_id, "93", "Afghanistan", 990_000)
        day = world.network.clock.now().date()
        db.execute(insert(RateRow), row | {"effective_from": day.replace(year=day.year + 1)})
    told = words(client, "/rates", country="AF")
    assert "Afghanistan +93 US$0.45" in told
    assert "0.99" not in told


def test_the_whole_list_is_a_csv_without_formulas(world: World, client: FlaskClient) -> None:
    add(world, [("8801", "=HYPERLINK()", 1), ("8802", "+cmd", 1), ("8803", "-1+1", 1), ("8804", "@SUM", 1)])
    answer = client.get("/rates.csv", query_string={"from": GB})
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="rates-USD-')
    rows = list(csv.DictReader(StringIO(answer.text)))
    priced = {row["prefix"]: row["per_minute"] for row in rows}
    assert (priced["9370"], priced["91"]) == ("0.45", "0.007")
    assert {row["currency"] for row in rows} == {"USD"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_prices_are_written_as_their_reader_is_used_to(client: FlaskClient) -> None:
    british = client.get("/?number=%2B93701234567", headers={"Accept-Language": "en-GB,en;q=0.5"}).text
    american = client.get("/?number=%2B93701234567", headers={"Accept-Language": "en-US"}).text
    assert "US$0.45" in british
    assert "US$0.45" not in american
    assert "$0.45" in american
    assert f'value="{GB}" selected' in british
    assert f'value="{US}" selected' in american


@pytest.mark.parametrize("path", ["/", "/?number=%2B93701234567", "/rates", "/rates.csv", "/terms"])
def test_public_pages_are_for_customers_too(site: Site, path: str) -> None:
    client = site.client(site.customer(language="en-US"))
    with client.get(path) as answer:
        assert answer.status_code == 200
        if answer.mimetype == "text/html":
            assert "My account" in answer.get_data(as_text=True)


def test_access_numbers_can_be_rung_from_the_page(client: FlaskClient) -> None:
    page = client.get("/access-numbers").text
    for number in (GB, US):
        assert f'href="tel:{number}"' in page
    assert "Your own network may charge you" in page


@pytest.mark.parametrize("path", ["/terms", "/privacy", "/cookies", "/contract-summary"])
def test_legal_texts_have_a_version_and_say_that_they_are_a_template(client: FlaskClient, path: str) -> None:
    told = words(client, path)
    assert f"Version {texts.VERSION}" in told
    assert "This is a template." in told


def test_the_traffic_data_notice_says_which_types_and_how_long(client: FlaskClient) -> None:
    told = words(client, "/privacy")
    for said in ("the number that rings us", "the number that was called", "12 months", "Your rights"):
        assert said in told


def test_reading_public_pages_sets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/rates", "/access-numbers", "/how-to-call", "/terms", "/privacy", "/cookies"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_without_access_numbers_the_pages_say_so(world: World, client: FlaskClient) -> None:
    world.sql("DELETE FROM access_numbers")
    assert "We have no access number yet." in words(client, "/", number="+93701234567")
    assert "There are no rates yet." in words(client, "/rates")
    assert "We have no access number yet." in words(client, "/access-numbers")
    assert client.get("/rates.csv").status_code == 404


def add(world: World, rows: list[tuple[str, str, int]]) -> None:
    """More rates in the deck in force; nobody has looked at it yet."""
    with db.transaction():
        version = rating.deck_named("retail").version_id
        db.execute(insert(RateRow), [row_of(version, *row) for row in rows])
    rating.beginnings.cache_clear()


def row_of(version: int, prefix: str, destination: str, per_minute: int) -> dict[str, object]:
    counted = {"connection_fee": 0, "first_increment": 1, "increment": 1, "grace": 0, "blocked": False}
    named = {"version_id": version, "prefix": prefix, "destination": destination, "per_minute": per_minute}
    return {**named, **counted, "effective_from": ALWAYS}
