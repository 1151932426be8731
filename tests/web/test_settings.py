"""Settings of a customer: what they choose is how pages speak, and what cannot be chosen is refused."""

from typing import Any

import pytest

from app import db
from app.customers import Profile, profile
from tests.support.site import Site, Someone

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

PAGE = "/account/settings"
GOOD = {"language": "en-US", "time_zone": "America/New_York", "low_balance": "$2.50"}


def now(someone: Someone) -> Profile:
    with db.transaction(readonly=True):
        found = profile.by_id(someone.id)
    assert found is not None
    return found


def save(site: Site, someone: Someone, **changes: str) -> Any:
    return site.post(site.client(someone), PAGE, GOOD | changes)


def test_settings_are_kept_and_pages_follow_them(site: Site) -> None:
    zoe = site.customer()
    assert save(site, zoe).status_code == 303
    mine = now(zoe)
    assert (mine.language, mine.time_zone, str(mine.low_balance)) == ("en-US", "America/New_York", "2.50")
    page = site.client(zoe).get(PAGE).text
    assert '<option selected value="America/New_York">New York</option>' in page
    assert "as in $1,234.50" in page


def test_no_level_means_no_mail(site: Site) -> None:
    zoe = site.customer(low_balance=2_000_000)
    save(site, zoe, low_balance=" ")
    assert now(zoe).low_balance is None


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("language", "fr-FR", "Choose one of the list."),
        ("language", "", "Choose one of the list."),
        ("time_zone", "Mars/Olympus", "Choose one of the list."),
        ("time_zone", "../../etc/passwd", "Choose one of the list."),
        ("low_balance", "20,00", "Write the amount in digits"),
        ("low_balance", "lots", "Write the amount in digits"),
        ("low_balance", "-5", "Write the amount in digits"),
        ("low_balance", "0", "Write more than nothing, or leave it empty."),
        ("low_balance", "9" * 60, "Write the amount in digits"),
    ],
)
def test_what_cannot_be_set_gets_a_sentence_and_nothing_changes(
    site: Site, field: str, typed: str, sentence: str
) -> None:
    zoe = site.customer()
    before = now(zoe)
    answer = save(site, zoe, **{field: typed})
    assert answer.status_code == 400
    assert sentence in answer.text
    if field != "low_balance":
        assert 'value="$2.50"' in answer.text
    assert now(zoe) == before


def test_a_zone_that_is_not_in_the_list_stays_when_it_was_chosen_before(site: Site) -> None:
    zoe = site.customer(time_zone="Etc/GMT+5")
    assert '<option selected value="Etc/GMT+5">' in site.client(zoe).get(PAGE).text
