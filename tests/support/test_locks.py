"""What is tested is what is installed: both locks name the same versions, and no place to get them from."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)


def pins(lock: str) -> set[tuple[str, str]]:
    return set(PIN.findall((ROOT / lock).read_text()))


def test_the_tests_run_on_the_versions_that_serve() -> None:
    serving, testing = map(pins, LOCKS)
    assert serving
    assert serving <= testing


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    assert (
        re.findall(r"^\s*--(?!hash).*|https?://\S+|file:\S+", (ROOT / lock).read_text(), re.MULTILINE) == []
    )
