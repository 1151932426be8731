"""The credit is too short for that call: another number, or a voucher?"""

from app.calls import Visit
from ivr.flow import step
from ivr.prompts import Prompt
from ivr.replies import Reply, Say
from ivr.steps.number import number
from ivr.steps.voucher import ask_voucher


def _ask_number(visit: Visit) -> Reply:
    return Say(Prompt.ENTER_NUMBER, then="number")


@step(
    timeout=lambda line: min(line.timeout_menu, line.timeout_dest),
    tries=lambda line: 1,
    silence=(Prompt.SHORT_CHOICE,),
    give_up=_ask_number,
)
def short(visit: Visit, digits: str) -> Reply:
    """One asks for another number, two for a voucher; a whole number is dialled, so that no key is lost."""
    if digits == "1":
        return _ask_number(visit)
    return ask_voucher(visit) if digits == "2" else number(visit, digits)
