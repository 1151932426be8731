"""What a customer chooses on the page is how the next call goes."""

import pytest

from app import cards, customers, db
from tests.support.site import Site
from tests.support.world import CALLER, KABUL

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])

PAGE = "/account/calling"
A = "TN-Validation-Passed-A"


def test_price_language_and_star_are_as_the_customer_chose(site: Site) -> None:
    zoe = site.customer(credit="10.00")
    with db.transaction():
        customers.register(CALLER, cards.by_serial(zoe.serial).id)
    client = site.client(zoe)
    saved = site.post(
        client, PAGE, {"language": "en-US", "says_price": "yes", "star_ends_call": "y"}, page=PAGE
    )
    assert saved.status_code == 303
    phone = site.world.ring(stir=A)
    assert "then pound" in phone.heard
    assert phone.press(f"{KABUL}#") == (
        "Afghanistan mobile. Forty five cents a minute. Up to twenty two minutes."
    )
    phone.wait_for_answer()
    phone.wait(30)
    assert phone.press("*").startswith("That call cost")
    phone.hang_up()
    site.post(client, PAGE, {"language": "", "says_price": "no"}, page=PAGE)
    phone = site.world.ring(stir=A)
    assert phone.press(f"{KABUL}#") == "Up to twenty one minutes."


@pytest.mark.parametrize("wrong", [{"language": "tlh"}, {"says_price": "perhaps"}])
def test_what_cannot_be_chosen_is_refused(site: Site, wrong: dict[str, str]) -> None:
    zoe = site.customer()
    good = {"language": "", "says_price": ""}
    assert site.post(site.client(zoe), PAGE, good | wrong, page=PAGE).status_code == 400
