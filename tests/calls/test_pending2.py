"""B10, B11"""
import os, subprocess, sys
import pytest
from app.config import Settings
from app.errors import UnsafeSettings
from tests.commands.test_starting import GOOD, ROOT, read
from tests.support.world import World


@pytest.mark.parametrize(
    ("name", "value"),
    [("LOW_BALANCE", "two"), ("LOW_BALANCE", "-1"), ("LOG_LEVEL", "noisy"), ("CALL_SECONDS_MAX", "0000000000609999")],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        read(**{name: value})


def test_cards_sold_before_keep_their_pins_when_new_ones_get_longer(world: World) -> None:
    card = world.card()
    world.change_settings(pin_length=14)
    longer = world.card()
    assert "You have ten dollars." in world.ring().press(longer.pin)
    assert "You have ten dollars." in world.ring().press(f"{card.pin}#")
