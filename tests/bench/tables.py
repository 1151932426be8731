"""Figures as tables that a person reads."""

from collections.abc import Sequence
from statistics import quantiles

Cell = str | float | int | None


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], note: str = "") -> None:
    """Print one table: words to the left, figures to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(line[at]) for line in [list(head), *texts]) for at in range(len(head))]
    print(f"\n{title}")
    print("  ".join(name.ljust(width) for name, width in zip(head, widths, strict=True)).rstrip())
    print("  ".join("-" * width for width in widths))
    for row, line in zip(rows, texts, strict=True):
        cells = [
            text.rjust(width) if isinstance(cell, int | float) else text.ljust(width)
            for cell, text, width in zip(row, line, widths, strict=True)
        ]
        print("  ".join(cells).rstrip())
    if note:
        print(note)
    print(end="", flush=True)


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99."""
    if len(values) < 2:
        only = values[0] if values else 0.0
        return only, only, only
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def verdict(value: float, aim: float, *, most: bool) -> str:
    """Whether an aim was reached; nothing fails by it, for the machine may be busy."""
    reached = value <= aim if most else value >= aim
    return f"{'at most' if most else 'at least'} {aim:g}: {'reached' if reached else 'MISSED'}"


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.2f}" if abs(cell) < 10 else f"{cell:.1f}"
    return str(cell)
