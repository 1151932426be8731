"""`./run bench [NAMES] [--quick]`: the measurements, each as a table with its aim beside.

No figure fails the run: a busy machine is not a mistake. Ratios are taken within one run and mean more than
figures.
"""

import argparse
import os
import platform
import time
from collections.abc import Callable

from tests.bench import hot_card, latency, menu, pages, rate_tables, statements, throughput
from tests.bench.stage import stage

PARTS: dict[str, Callable[..., None]] = {
    "menu": menu.measure,
    "statements": statements.measure,
    "throughput": throughput.measure,
    "latency": latency.measure,
    "hot-card": hot_card.measure,
    "rates": rate_tables.measure,
    "pages": pages.measure,
}


def main() -> None:
    """Measure what was asked for, or all."""
    parser = argparse.ArgumentParser(prog="./run bench", description="The measurements.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: about two minutes")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load before the start {load:.1f}")
    with stage() as made:
        for name in asked.names or PARTS:
            PARTS[name](made, quick=asked.quick)
    print(f"\n{time.monotonic() - began:.0f} s; load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
