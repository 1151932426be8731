"""From the answer to the dialled call: no more keys and no more seconds than the targets, in any language."""

import pytest

from app import db
from app.calls import access_numbers
from tests.support.paths import PATHS, PIN_LENGTH, taken
from tests.support.world import GB, World

LANGUAGES = access_numbers.LANGUAGES

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_to_a_call_is_as_short_as_promised(world: World, language: str) -> None:
    world.change_settings(pin_lengths=(PIN_LENGTH,))
    with db.transaction():
        access_numbers.change(GB, languages=[language])
    for number, path in enumerate(PATHS):
        took = taken(world, path, number)
        assert took.is_short_enough, f"{path.name}: {took.presses} keys, {took.seconds:.1f} s"
