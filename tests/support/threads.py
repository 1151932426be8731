"""Doing one thing in many threads at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def at_once(*deeds: Callable[[], T]) -> list[T | Exception]:
    """Start all deeds together; answers, in their order, with what each gave or raised."""
    gate = threading.Barrier(len(deeds))
    found: dict[int, T | Exception] = {}

    def run(number: int, deed: Callable[[], T]) -> None:
        gate.wait()
        try:
            found[number] = deed()
        except Exception as error:
            found[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a thread hangs"
    return [found[number] for number in range(len(deeds))]


def failures(outcomes: Sequence[object]) -> list[Exception]:
    """Those that raised."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
