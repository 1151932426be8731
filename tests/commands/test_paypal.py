"""`flask paypal stand-in` starts in a demo, on its own port, and says plainly why it does not."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from app import config
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def start(world: World, books: Path, *more: str) -> tuple[int, str]:
    done = world.flask("paypal", "stand-in", "--books", str(books), *more)
    return done.exit_code, done.output


def test_a_port_that_is_taken_is_named(world: World, tmp_path: Path) -> None:
    paypal = config.settings().paypal
    assert paypal is not None
    authority = tmp_path / "ca.pem"
    world.change_settings(paypal=replace(paypal, webhook_ca=str(authority)))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert start(world, tmp_path / "books", "--port", port) == (
            1,
            f"Error: cannot listen on port {port}: Address already in use\n",
        )
    for file in (authority, tmp_path / "books"):  # another stand-in may be at work with them
        assert not file.exists()


def test_outside_a_demo_it_refuses(world: World, tmp_path: Path) -> None:
    world.change_settings(demo=False)
    code, said = start(world, tmp_path / "books")
    assert (code, said.count("\n")) == (1, 1)
    assert "works in demo mode" in said


@pytest.mark.parametrize("base", ["https://api-m.sandbox.paypal.com", "http://127.0.0.1"])
def test_an_address_that_names_no_port_of_this_machine_is_refused(
    world: World, tmp_path: Path, base: str
) -> None:
    paypal = config.settings().paypal
    assert paypal is not None
    world.change_settings(paypal=replace(paypal, api_base_url=base))
    assert start(world, tmp_path / "books") == (
        1,
        "Error: PAYPAL_API_BASE_URL names no port of this machine\n",
    )
