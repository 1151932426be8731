"""A call from ring to receipt, through the real door."""

from ivr.simulator import answers
from tests.support.world import KABUL, World


def test_a_pin_call_is_charged_by_the_second(world: World) -> None:
    card = world.card("10.00")
    phone = world.ring(callee=answers(56))
    assert phone.heard == "Farthing. Enter your PIN."
    assert phone.press(card.pin) == "You have ten dollars. Enter the number, then hash."
    assert phone.press(f"{KABUL}#") == "Up to twenty two minutes."
    assert phone.dialled[0].time_limit == 1333
    assert "That call cost forty two cents. You have nine dollars fifty eight." in phone.finish_dial()
    phone.hang_up()
    world.network.deliver()
    now = world.look(card)
    assert (str(now.balance), str(now.available)) == ("9.58", "9.58")
    assert world.balanced()
