"""No test is skipped in silence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SAMPLES = """
import pytest

def test_success(): pass
def test_skip(): pytest.skip("no database")
@pytest.mark.skip(reason="slow")
def test_mark(): pass
def test_reason(): pytest.skip("not here: needs root")
@pytest.mark.xfail
def test_xfail(): assert False
"""
EXPECTED = {
    "PASSED": "test_success",
    "FAILED": "test_skip - skipped, but it should run here: no database",
    "ERROR": "test_mark - skipped, but it should run here: slow",
    "SKIPPED": "not here: needs root",
    "XFAIL": "test_xfail",
}


def run_strictly(directory: Path, source: str) -> subprocess.CompletedProcess[str]:
    (directory / "pytest.ini").write_text("[pytest]\n")
    (directory / "test_sample.py").write_text(source)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-rA",
        "-p",
        "tests.support.strict",
        "--rootdir",
        str(directory),
    ]
    wide = {**os.environ, "COLUMNS": "300"}
    return subprocess.run(
        [*command, str(directory)], check=False, capture_output=True, text=True, cwd=ROOT, env=wide
    )


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    done = run_strictly(tmp_path_factory.mktemp("strict"), SAMPLES)
    assert done.returncode == 1
    return done.stdout.partition("short test summary")[2].splitlines()


@pytest.mark.parametrize("outcome", EXPECTED)
def test_a_skip_fails_unless_the_test_has_no_place_here(summary: list[str], outcome: str) -> None:
    lines = [line for line in summary if line.startswith(outcome)]
    assert [EXPECTED[outcome] in line for line in lines] == [True], summary


def test_a_file_that_skips_itself_fails_the_run(tmp_path: Path) -> None:
    done = run_strictly(tmp_path, "import pytest\npytest.importorskip('no_such_module')\n")
    assert (done.returncode, "1 error" in done.stdout) == (2, True), done.stdout
