"""What customers see of their money: every call with its reason, every movement, and nobody else's."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.calls.models import Call
from app.web import sheets
from ivr.simulator import answers, busy
from tests.support.counted import counted
from tests.support.site import Site, Someone
from tests.support.world import CALLER, KABUL

PAGES = ["/account", "/account/calls", "/account/calls.csv", "/account/statement", "/account/statement.csv"]
HELPLINE = "00448001111"

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def call(site: Site, who: Someone, number: str = KABUL, callee: Any = None, caller: str = CALLER) -> None:
    """A whole call with somebody's PIN."""
    phone = site.world.ring(caller=caller, callee=callee or answers(56))
    phone.press(who.pin)
    phone.press(f"{number}#")
    phone.finish_dial()
    phone.hang_up()
    site.world.network.deliver()


def load(client: FlaskClient, path: str) -> str:
    """A page as it is sent."""
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        return answer.get_data(as_text=True)


def read(client: FlaskClient, path: str) -> str:
    """The words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", load(client, path))).split())


def table(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The rows of a download."""
    with client.get(path) as answer:
        assert answer.mimetype == "text/csv"
        return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def links(client: FlaskClient, path: str, rel: str) -> list[str]:
    return [unescape(found) for found in re.findall(rf'href="([^"]+)" rel="{rel}"', load(client, path))]


def copy_calls(site: Site, count: int) -> None:
    """Write the first call many times over, as if it had been made again."""
    site.world.sql(
        "INSERT INTO holds (key, account_id, amount, status, opened_at, closed_at) "
        "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :count) "
        "SELECT 'copy ' || n, account_id, amount, status, opened_at, closed_at FROM holds, copies "
        "WHERE id = (SELECT min(id) FROM holds)",
        count=count,
    )
    kept = [column.name for column in Call.__table__.columns if column.name not in ("id", "hold_id", "sid")]
    columns = ", ".join(f"calls.{name}" for name in kept)
    site.world.sql(
        f"INSERT INTO calls (hold_id, {', '.join(kept)}) SELECT holds.id, {columns} FROM holds "  # noqa: S608
        "JOIN calls ON calls.id = (SELECT min(id) FROM calls) WHERE holds.key LIKE 'copy %'"
    )


def test_a_newcomer_is_told_what_to_do(site: Site) -> None:
    zoe = site.customer(credit="0.00")
    client = site.client(zoe)
    text = read(client, "/account")
    for step in ("Top up", "See your PIN", "Ring an access number"):
        assert step in text
    assert "Done" not in text
    assert "You have made no call yet." in read(client, "/account/calls")
    assert "No money has moved yet." in read(client, "/account/statement")
    assert table(client, "/account/calls.csv") == table(client, "/account/statement.csv") == []


def test_the_overview_shows_credit_favourites_calls_and_days(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    call(site, zoe, callee=busy())
    text = read(site.client(zoe), "/account")
    assert "Balance US$9.58" in text
    assert "Afghanistan-Mobile +93 70 123 4567 21" in text
    assert "In the last 30 days your calls cost US$0.42." in text
    assert text.count("Afghanistan-Mobile") == 3
    assert "Busy" in text


def test_amounts_are_exact_while_a_call_goes_on(site: Site) -> None:
    zoe = site.customer()
    phone = site.world.ring(callee=answers())
    phone.press(zoe.pin)
    phone.press(f"{KABUL}#")
    text = read(site.client(zoe), "/account")
    assert "US$9.9975 is kept aside for it, and US$0.0025 is available" in text
    assert "less than 1" not in text
    (row,) = table(site.client(zoe), "/account/calls.csv")
    assert (row["cost"], row["seconds"], row["balance_after"]) == ("", "", "")
    one = read(site.client(zoe), f"/account/calls/{row['call']}")
    assert "The call goes on. US$9.9975 is kept aside for it" in one


def test_a_call_says_why_it_cost_what_it_cost(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    client = site.client(zoe)
    listed = read(client, "/account/calls")
    for part in (
        "+44 7700 900456",
        "+44 20 7946 0123",
        f"dialled {KABUL}",
        "56 s",
        "US$0.45",
        "US$9.58",
        "Answered",
    ):
        assert part in listed, part
    assert "1 call on this page, US$0.42 together." in listed
    (row,) = table(client, "/account/calls.csv")
    text = read(client, f"/account/calls/{row['call']}")
    assert "56 × 0.45 ÷ 60 = 0.42 USD. So the call cost 0.42 USD." in text
    assert "does not add up" not in text


def test_a_price_that_does_not_add_up_says_so(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    site.world.sql("UPDATE calls SET price = 430000")
    client = site.client(zoe)
    (row,) = table(client, "/account/calls.csv")
    assert "This does not add up to what the call cost." in read(client, f"/account/calls/{row['call']}")


def test_a_download_has_every_figure_and_no_formula(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    call(site, zoe, callee=busy())
    site.world.sql(
        "UPDATE calls SET destination = '=HYPERLINK(\"http://evil.example\")' WHERE status = 'busy'"
    )
    free, paid = table(site.client(zoe), "/account/calls.csv")
    assert free["destination"] == '\'=HYPERLINK("http://evil.example")'
    assert (free["outcome"], free["cost"], free["balance_after"]) == ("Busy", "0.00", "")
    shown = {
        name: paid[name] for name in ("from", "number", "seconds", "per_minute", "cost", "balance_after")
    }
    assert shown == {
        "from": "'+447700900456",
        "number": "'+93701234567",
        "seconds": "56",
        "per_minute": "0.45",
        "cost": "0.42",
        "balance_after": "9.58",
    }


def test_a_download_streams_every_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", 2)
    zoe = site.customer()
    for _ in range(5):
        call(site, zoe, callee=answers(1))
    client = site.client(zoe)
    ids = [int(row["call"]) for row in table(client, "/account/calls.csv")]
    assert ids == sorted(ids, reverse=True) and len(set(ids)) == 5
    assert len(table(client, "/account/statement.csv")) == 6


def test_filters_stand_in_the_address_and_narrow_the_download_too(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    call(site, zoe, "00442079460000", busy())
    client = site.client(zoe)
    for asked in (
        "destination=afghan",
        "number=%2B93+70+123+4567",
        "number=0093701234567",
        "number=1234567",
        "outcome=completed",
        "since=2000-01-01&until=2100-12-31&number=70+123",
    ):
        query = asked if "since" in asked else f"{asked}&since=&until="
        text = read(client, f"/account/calls?{query}")
        assert "+93 70 123 4567" in text and "+44 20 7946 0000" not in text, query
        assert [row["outcome"] for row in table(client, f"/account/calls.csv?{query}")] == ["Answered"], query
    assert "+44 20 7946 0000" in read(client, "/account/calls?number=020+7946+0000")
    assert "No calls here are like that." in read(client, "/account/calls?until=2000-01-01")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("since=yesterday", "Write the day as in 2026-11-25."),
        ("until=2026-02-30", "Write the day as in 2026-11-25."),
        ("since=0001-01-01", "Choose a day from 2000 to 2100."),
        ("until=9999-12-31", "Choose a day from 2000 to 2100."),
        ("since=2026-02-02&until=2026-02-01", "The last day comes before the first one."),
        ("number=my+sister", "Write at least 3 digits of the number"),
        ("number=7", "Write at least 3 digits of the number"),
        ("outcome=everything", "Not a valid choice"),
        ("destination=" + "x" * 61, "longer than 60 characters"),
    ],
)
def test_rubbish_in_a_filter_is_answered_beside_the_field(site: Site, query: str, sentence: str) -> None:
    client = site.client(site.customer())
    text = read(client, f"/account/calls?{query}")
    assert sentence in text
    typed = query.rpartition("=")[2].replace("+", " ")
    assert f'value="{typed}"' in load(client, f"/account/calls?{query}") or "outcome" in query
    with client.get(f"/account/calls.csv?{query}") as answer:
        assert answer.status_code == 302
        assert answer.location.startswith("/account/calls?")


@pytest.mark.parametrize(
    "query",
    [
        "destination=%00%ff%25_'\"<script>",
        "number=%00%2B%2B93",
        "before=99999999999999999999&after=x",
        "before=-1",
        "after=0&before=%00",
        "before=1&before=2",
        "since=%00",
        "nothing=here",
        "number=" + "9" * 60,
        "number=%D9%A1%D9%A2%D9%A3%D9%A4",
    ],
)
def test_no_rubbish_breaks_a_page(site: Site, query: str) -> None:
    client = site.client(site.customer())
    for path in ("/account/calls", "/account/statement", "/account/statement.csv"):
        assert "<script>" not in load(client, f"{path}?{query}")


def test_older_and_newer_lead_through_every_call_and_back(site: Site) -> None:
    zoe = site.customer()
    for _ in range(3):
        call(site, zoe, callee=answers(1))
    copy_calls(site, 100)
    client = site.client(zoe)
    seen, path, pages = [], "/account/calls?outcome=completed", []
    while path:
        seen += re.findall(r"/account/calls/(\d+)\"", load(client, path))
        pages.append(path)
        path = next(iter(links(client, path, "next")), "")
        assert not path or "outcome=completed" in path
    assert len(seen) == len(set(seen)) == 103
    assert len(pages) == 3
    back = links(client, pages[2], "prev")
    assert re.findall(r"/account/calls/(\d+)\"", load(client, back[0])) == seen[50:100]


def test_the_statement_is_the_ledger_in_plain_words(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    call(site, zoe, HELPLINE, answers(60))
    client = site.client(zoe)
    text = read(client, "/account/statement")
    assert "Call to Freephone" in text and "Call to Afghanistan-Mobile" in text
    assert "8001111" not in text
    assert "Credit on your new card" in text
    rows = table(client, "/account/statement.csv")
    assert [(row["money_in"], row["money_out"], row["balance"]) for row in rows] == [
        ("", "0.06", "9.52"),
        ("", "0.42", "9.58"),
        ("10.00", "", "10.00"),
    ]


def test_a_helpline_is_named_nowhere(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe, HELPLINE, answers(60))
    client = site.client(zoe)
    (row,) = table(client, "/account/calls.csv")
    assert (row["destination"], row["number"], row["dialled"]) == ("Freephone", "", "")
    for path in ("/account", "/account/calls", f"/account/calls/{row['call']}", "/account/statement"):
        text = read(client, path)
        assert "Freephone" in text
        assert "800 1111" not in text and "8001111" not in text, path


def test_nobody_sees_the_calls_of_another_customer(site: Site) -> None:
    zoe, adam = site.customer(), site.customer("adam@example.org")
    call(site, adam)
    (theirs,) = table(site.client(adam), "/account/calls.csv")
    client = site.client(zoe)
    for id in (theirs["call"], "999999", "99999999999999999999999"):
        assert client.get(f"/account/calls/{id}").status_code == 404
    for path in PAGES:
        assert "Afghanistan" not in load(client, path)


@pytest.mark.parametrize("path", [*PAGES, "/account/calls/1"])
def test_strangers_are_sent_to_sign_in(site: Site, path: str) -> None:
    answer = site.stranger().get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")


def test_times_are_those_of_the_customers_clock(site: Site) -> None:
    tokyo, london = site.customer(time_zone="Asia/Tokyo"), site.customer("adam@example.org")
    call(site, tokyo)
    call(site, london)
    (there,), (here,) = (table(site.client(who), "/account/calls.csv") for who in (tokyo, london))
    assert there["started"].endswith("+09:00")
    assert here["started"][-6:] in ("+00:00", "+01:00")


def test_the_statements_of_a_page_do_not_grow_with_its_rows(site: Site) -> None:
    zoe = site.customer()
    client = site.client(zoe)
    counts: dict[str, set[int]] = {path: set() for path in PAGES[:2] + PAGES[3:4]}
    for number in (KABUL, "00442079460000", "00924235761999", KABUL, KABUL):
        call(site, zoe, number, answers(1))
        for path, seen_before in counts.items():
            with counted() as seen:
                client.get(path).close()
            # now and then a session notes that it was used
            seen_before.add(sum(statement.startswith("SELECT") for statement in seen))
    assert counts.pop("/account") == {10, 11, 12}  # a look-up for each of up to three favourites
    assert all(len(seen) == 1 for seen in counts.values()), counts


def test_no_page_has_a_style_or_a_script_of_its_own(site: Site) -> None:
    zoe = site.customer()
    call(site, zoe)
    client = site.client(zoe)
    for path in ("/account", "/account/calls", "/account/calls/1", "/account/statement"):
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", load(client, path)), path
