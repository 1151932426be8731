"""Links in mails do one thing, once, and not for long."""

import pytest

from app import db
from app.customers import links
from app.customers.models import LinkPurpose
from app.errors import LinkDead
from tests.support.site import Site
from tests.support.threads import at_once, failures

RESET, CONFIRM = LinkPurpose.RESET, LinkPurpose.CONFIRM


def made(site: Site, purpose: LinkPurpose = RESET) -> tuple[int, str]:
    someone = site.customer()
    with db.transaction():
        return someone.id, links.make(someone.id, purpose)


def use(token: str, purpose: LinkPurpose = RESET) -> int:
    with db.transaction():
        return links.use(token, purpose)


def test_a_link_works_once(site: Site) -> None:
    owner, token = made(site)
    assert use(token) == owner
    with pytest.raises(LinkDead):
        use(token)


def test_looking_uses_nothing_up(site: Site) -> None:
    owner, token = made(site)
    for _ in range(3):
        with db.transaction(readonly=True):
            assert links.look(token, RESET) == owner
    assert use(token) == owner


def test_of_many_who_use_one_link_at_once_one_gets_through(site: Site) -> None:
    _, token = made(site)
    outcomes = at_once(*[lambda: use(token)] * 6)
    assert len(failures(outcomes)) == 5
    assert all(isinstance(error, LinkDead) for error in failures(outcomes))


@pytest.mark.parametrize(("purpose", "minutes"), [(RESET, 60), (CONFIRM, 24 * 60)])
def test_a_link_lasts_for_its_time_and_no_longer(site: Site, purpose: LinkPurpose, minutes: int) -> None:
    _, token = made(site, purpose)
    site.world.later(minutes=minutes - 1)
    with db.transaction(readonly=True):
        links.look(token, purpose)
    site.world.later(minutes=1)
    with pytest.raises(LinkDead):
        use(token, purpose)


def test_a_link_of_another_kind_opens_nothing(site: Site) -> None:
    _, token = made(site)
    with pytest.raises(LinkDead):
        use(token, CONFIRM)
    for wrong in ("", token[:-1], token + "x", "%00", "\0"):
        with pytest.raises(LinkDead):
            use(wrong)


def test_using_one_ends_the_others_of_that_person(site: Site) -> None:
    owner, token = made(site)
    with db.transaction():
        other = links.make(owner, RESET)
        confirm = links.make(owner, CONFIRM)
    use(token)
    with pytest.raises(LinkDead):
        use(other)
    assert use(confirm, CONFIRM) == owner


def test_the_table_opens_nothing(site: Site) -> None:
    _, token = made(site)
    assert token not in str(site.world.everything())
