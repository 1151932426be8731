"""Charts that the server draws: whole numbers for the corners of an SVG, and the same data for a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.money import Money

STEP, GAP, HEIGHT = 10, 2, 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of its chart, with what it stands for."""

    label: str
    amount: Money
    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side, the first to the left; `most` is the tallest one."""

    title: str
    reading: str
    bars: list[Bar]
    width: int
    height: int
    bar_width: int
    most: Money


def bars(title: str, reading: str, values: Sequence[tuple[str, Money]]) -> Chart:
    """A chart of at least one amount, none of them negative. Its tallest bar is as high as the chart.

    What is not nothing is seen: the lowest bar has one unit.
    """
    most = max(amount for _, amount in values)
    drawn = [_bar(at, label, amount, most) for at, (label, amount) in enumerate(values)]
    return Chart(title, reading, drawn, STEP * len(values), HEIGHT, STEP - GAP, most)


def _bar(at: int, label: str, amount: Money, most: Money) -> Bar:
    height = max(1, amount.micros * HEIGHT // most.micros) if amount else 0
    return Bar(label, amount, x=at * STEP + GAP // 2, y=HEIGHT - height, height=height)
