"""A skipped test proves nothing: a skip fails the run, unless the test has no place on this machine.

Such a test says so: `pytest.skip("not here: needs root")`.
"""

from collections.abc import Generator
from typing import TypeVar

import pytest

NOT_HERE = "not here: "

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost, to see the report as it will be counted
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one."""
    return _strict((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped file into a failed one."""
    return _strict((yield))


def _strict(report: Report) -> Report:
    if not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    if not reason.startswith(NOT_HERE):
        report.outcome = "failed"
        report.longrepr = f"skipped, but it should run here: {reason}"
    return report
