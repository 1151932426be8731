"""A browser is known by a mark that only we can make, and addresses are counted by network."""

import pytest

from app.customers import attempts, devices
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def test_a_mark_is_for_one_customer_and_for_a_year(world: World) -> None:
    mark = devices.mark(7)
    assert devices.knows(mark, 7)
    assert not devices.knows(mark, 70)
    world.later(hours=364 * 24)
    assert devices.knows(mark, 7)
    world.later(hours=24)
    assert not devices.knows(mark, 7)


def test_a_mark_that_was_changed_is_none(world: World) -> None:
    mark = devices.mark(7)
    for changed in ("", ".", mark[:-1], mark[1:], mark.replace("7.", "8.", 1), mark + "0", mark + "\u00fc"):
        assert not devices.knows(changed, 7)
        assert not devices.knows(changed, 8)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604", "Safari on iPhone"),
        ("curl/8.11", "curl/8.11"),
        ("", "unknown"),
    ],
)
def test_a_browser_is_told_in_words(world: World, said: str, words: str) -> None:
    assert devices.described(said) == words


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_who_owns_a_block_of_addresses_counts_as_one(world: World, address: str, counted: str) -> None:
    assert attempts.network(address) == counted
