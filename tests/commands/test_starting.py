"""The server starts with safe settings only, and says in one line what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import Settings
from app.errors import UnsafeSettings

ROOT = Path(__file__).parents[2]
GOOD = {
    "DATABASE_URL": "postgresql://farthing:x@127.0.0.1/farthing",
    "SECRET_KEY": "8d1f6c0b2a974e35",
    "PIN_PEPPER": "b7e2950c41fa38d6",
    "PUBLIC_BASE_URL": "https://calls.farthing.org/",
    "TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef",
    "TWILIO_AUTH_TOKEN": "f00d1e5caf3b4d5e, 0123456789abcdee",
}


def read(**changes: str) -> Settings:
    return Settings.from_environment({**GOOD, **changes})


def test_a_whole_environment_is_read() -> None:
    settings = read()
    assert not settings.demo
    assert settings.database_url == "postgresql+psycopg://farthing:x@127.0.0.1/farthing"
    assert settings.public_base_url == "https://calls.farthing.org"
    assert settings.twilio_auth_tokens == ("f00d1e5caf3b4d5e", "0123456789abcdee")
    assert settings.twilio_api_base_url == "https://api.twilio.com"


@pytest.mark.parametrize("name", GOOD)
def test_what_is_missing_is_named(name: str) -> None:
    for empty in ("", "  "):
        with pytest.raises(UnsafeSettings, match=f"{name} is missing"):
            read(**{name: empty})


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(UnsafeSettings) as refused:
        Settings.from_environment({})
    assert all(name in str(refused.value) for name in GOOD)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN"])
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("change-me-before-you-start", "is a sample value"),
        ("my very secret password", "is a sample value"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "is a sample value"),
        ("a7f3", "is shorter than 16 characters"),
    ],
)
def test_a_sample_or_short_secret_is_refused(name: str, value: str, why: str) -> None:
    with pytest.raises(UnsafeSettings, match=f"{name} {why}") as refused:
        read(**{name: value})
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_BASE_URL", "http://calls.farthing.org"),
        ("PUBLIC_BASE_URL", "calls.farthing.org"),
        ("PUBLIC_BASE_URL", "https://calls.farthing.org/?x=1"),
        ("PUBLIC_BASE_URL", "https://user:pass@calls.farthing.org"),
        ("TWILIO_API_BASE_URL", "http://api.twilio.com"),
        ("TWILIO_API_BASE_URL", "ftp://127.0.0.1"),
        ("DATABASE_URL", "mysql://x"),
        ("CALL_SECONDS_MAX", "0"),
        ("CALL_SECONDS_MAX", "86401"),
        ("CALL_SECONDS_MAX", "two hours"),
        ("CALL_SECONDS_MAX", "-60"),
        ("CALL_SECONDS_MAX", "60.5"),
        ("MIN_AFFORDABLE_SECONDS", "0"),
        ("PIN_LENGTH", "4"),
        ("IVR_TRIES", "0"),
        ("LOW_BALANCE", "two"),
        ("LOW_BALANCE", "-1"),
        ("LOG_LEVEL", "noisy"),
        ("CALL_SECONDS_MAX", "0000000000609999"),
        ("PIN_FAILURES_PER_CALLER", "0"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        read(**{name: value})


def test_the_length_of_pins_may_change_while_old_ones_live_on() -> None:
    assert read(PIN_LENGTH="14, 12").pin_lengths == (14, 12)
    for wrong in ("14,4", "14,,x", "fourteen"):
        with pytest.raises(UnsafeSettings, match="PIN_LENGTH"):
            read(PIN_LENGTH=wrong)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert read(TWILIO_API_BASE_URL=url).twilio_api_base_url == url


def test_the_program_ends_at_once_with_one_clear_line() -> None:
    environment = {"PATH": os.environ["PATH"], **GOOD, "SECRET_KEY": "change-me", "PIN_PEPPER": ""}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("farthing cannot start: SECRET_KEY is a sample value; PIN_PEPPER is missing\n")


def test_a_kind_of_number_that_nobody_knows_is_named() -> None:
    environment = {"PATH": os.environ["PATH"], **GOOD, "ALLOWED_NUMBER_KINDS": "premium,dear"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        1,
        "farthing cannot start: ALLOWED_NUMBER_KINDS knows no dear\n",
    )
