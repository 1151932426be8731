"""Whatever goes wrong, a person reads a sentence."""

import pytest

from app import db
from tests.support.site import Site

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def test_a_signed_in_customer_reads_a_sentence_while_the_database_is_away(site: Site) -> None:
    client = site.client(site.customer())
    db.bind("sqlite:////nowhere/at/all.db")
    answer = client.get("/account")
    assert answer.status_code == 500
    assert "Something went wrong on our side. Please try again in a minute." in answer.text
