"""Plant one mistake after the other in a copy of the tree, and see which test notices.

    python -m tests.mutants [WORDS OF A NAME]     all of them, or those whose name holds the words

Ends with status 1 when a mistake survives.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from tests.mutants.mistakes import MISTAKES, Mistake

ROOT = Path(__file__).parents[2]
COPIED = ("app", "ivr", "migrations", "tests", "static", "wsgi.py", "gunicorn.conf.py", "pyproject.toml")
SECONDS_MAX = 600
WORKERS = max(1, (os.cpu_count() or 2) // 2)  # each starts a PostgreSQL of its own
FAILED = re.compile(r"^(?:FAILED|ERROR) (tests/.+?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Found:
    """What became of a mistake."""

    mistake: Mistake
    test: str  # the first that noticed; empty when none did
    seconds: float


def main(words: str) -> int:
    """Run what was asked for, print the table, and tell how many survived."""
    chosen = [mistake for mistake in MISTAKES if words in mistake.name]
    if not chosen:
        sys.exit(f"no mistake has {words!r} in its name")
    for mistake in chosen:
        planted(mistake, ROOT)  # a mistake that changes nothing is found out at once, not after an hour
    with copies() as trees, ThreadPoolExecutor(WORKERS) as workers:
        found = list(workers.map(lambda mistake: hunt(mistake, trees), chosen))
    survived = sum(not one.test for one in found)
    print(f"\n{len(found)} mistakes, {survived} survived.")
    return survived


def planted(mistake: Mistake, tree: Path) -> str:
    """The file with the mistake in it. Raises AssertionError when the text to change is not there once."""
    text = (tree / mistake.file).read_text()
    times = text.count(mistake.before)
    assert times == 1, f"{mistake.name}: {mistake.file} holds the text {times} times"
    changed = text.replace(mistake.before, mistake.after)
    assert changed != text, f"{mistake.name}: nothing changes"
    compile(changed, mistake.file, "exec")
    return changed


@contextmanager
def copies() -> Iterator[Queue[Path]]:
    """Trees to plant in, one for each worker."""
    with tempfile.TemporaryDirectory(prefix="farthing-mutants-") as folder:
        trees: Queue[Path] = Queue()
        for number in range(WORKERS):
            tree = Path(folder) / str(number)
            for name in COPIED:
                copy(ROOT / name, tree / name)
            trees.put(tree)
        yield trees


def copy(source: Path, target: Path) -> None:
    """A file, or a folder without what Python left in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def hunt(mistake: Mistake, trees: "Queue[Path]") -> Found:
    """Plant, test, mend, and print a line."""
    tree, begun = trees.get(), time.monotonic()
    file = tree / mistake.file
    honest = file.read_text()
    file.write_text(planted(mistake, tree))
    try:
        test = first_failure(tree, mistake.tests)
    finally:
        file.write_text(honest)
        trees.put(tree)
    found = Found(mistake, test, time.monotonic() - begun)
    print(f"| {mistake.name} | {test or '**SURVIVED**'} | {found.seconds:.0f} s |", flush=True)
    return found


def first_failure(tree: Path, tests: tuple[str, ...]) -> str:
    """The first test that fails, or nothing when all pass. A hang is noticed too."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"CI": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "(the tests hang)"
    if done.returncode == 0:
        return ""
    failed = FAILED.search(done.stdout)
    assert failed, f"the tests did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return failed[1]


if __name__ == "__main__":
    sys.exit(1 if main(" ".join(sys.argv[1:])) else 0)
