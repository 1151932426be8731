"""Asking a Dial's action."""

from collections.abc import Mapping

from .errors import Problem
from .line import Line
from .reader import Node
from .signals import Goto


def action_of(dial: Node, extras: Mapping[str, str]) -> Goto | None:
    """Where a Dial goes on, with what it tells; nowhere if it names no action."""
    if not dial.word("action"):
        return None
    return Goto(dial.word("action"), dial.word("method", "POST"), tuple(extras.items()), is_action=True)


def tell_in_vain(line: Line, goto: Goto | None) -> None:
    """Ask the action though nobody is left to hear the answer."""
    if goto is None or not line.exchange.quirks.action_on_hang_up:
        return
    try:
        line.fetch(goto)
    except Problem as problem:
        line.trouble(problem)
