"""Speed dials by phone: save the last number, hear them."""

from app import calls
from app.calls import Visit
from app.customers import speed_dials
from app.customers.speed_dials import Saved
from ivr.flow import menu as asks_for_a_key
from ivr.prompts import Count, Keys, Prompt
from ivr.replies import Again, Reply, Say
from ivr.steps.menu import SPEED_DIALS, to_menu, to_number
from ivr.words import Words, tell

AT_ONCE = 3  # more nobody remembers


@asks_for_a_key(SPEED_DIALS, on_silence=to_number)
def saved(visit: Visit, key: str) -> Reply:
    """Save the number called last, or hear what is saved."""
    match key:
        case "1":
            return Say((_save(visit), Prompt.ENTER_NUMBER), then="number")
        case "2":
            return _hear(visit, after=0)
        case "*":
            return to_menu(visit)
    return Again(SPEED_DIALS)


def _listed(visit: Visit) -> Words:
    """Those that come after the ones heard so far."""
    return _some(visit, after=int(visit.argument or 0))[0]


@asks_for_a_key(_listed, on_silence=to_number, tries=2)
def listed(visit: Visit, key: str) -> Reply:
    """One tells the next ones, any other key leads back."""
    return _hear(visit, after=int(visit.argument or 0)) if key == "1" else to_menu(visit)


def _hear(visit: Visit, *, after: int) -> Reply:
    words, last = _some(visit, after=after)
    return Say(words, then=f"listed:{last}")


def _some(visit: Visit, *, after: int) -> tuple[Words, int]:
    """A few speed dials with the way on, and the last of them."""
    assert visit.card is not None, "a card is open"
    rest = [one for one in speed_dials.of_card(visit.card.id) if one.slot > after]
    if not rest:
        return (Prompt.SPEED_DIALS_NONE if not after else (), Prompt.BACK), 0
    told = rest[:AT_ONCE]
    words: tuple[Words, ...] = tuple(map(_one, told))
    if len(rest) > AT_ONCE:
        words += (Prompt.SPEED_DIALS_MORE,)
    return (*words, Prompt.BACK), told[-1].slot if len(rest) > AT_ONCE else 0


def _one(one: Saved) -> Words:
    """By its name, or by the last digits of its number."""
    return tell(Prompt.SPEED_DIAL, key=Count(one.slot), name=one.name or Keys(one.number[-4:]))


def _save(visit: Visit) -> Words:
    """Save the last number under the lowest free key; under which it is, if it is saved already."""
    assert visit.card is not None, "a card is open"
    last = calls.last_dialled(visit)
    if last is None:
        return Prompt.NOTHING_DIALLED
    known = next((one for one in speed_dials.of_card(visit.card.id) if one.number == last), None)
    slot = known.slot if known else speed_dials.free_slot(visit.card.id)
    if slot is None:
        return Prompt.SPEED_DIALS_FULL
    if known is None:
        speed_dials.add(visit.card.id, slot, number=last, name="")
    return tell(Prompt.SPEED_DIAL_SAVED, key=Count(slot))
