"""A real Chromium for the browser tests: the machine's, or one that is brought."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

CACHE = Path(__file__).parents[2] / ".cache"
UNPACKED = CACHE / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "libatomic1")  # the second for the program that drives it
PLAYWRIGHT = (sys.executable, "-m", "playwright")
ARGS = (
    "--no-sandbox",  # the pages are ours, and a sandbox wants rights that a container lacks
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--autoplay-policy=no-user-gesture-required",
)

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{root}/usr/share/fonts</dir>
  <cachedir>{root}/fontconfig</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Launch:
    """How to start a browser: what Playwright's `launch` takes, apart from `headless`."""

    executable: str
    env: dict[str, str] = field(default_factory=dict)  # on top of our own
    args: tuple[str, ...] = ARGS


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    launch = chromium()
    with _environment(launch.env):
        playwright = sync_playwright().start()
    try:
        with playwright.chromium.launch(executable_path=launch.executable, args=list(launch.args)) as opened:
            yield opened
    finally:
        playwright.stop()


@cache
def chromium() -> Launch:
    """A browser that is known to start; brings one when there is none.

    Raises RuntimeError when none could be had.
    """
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test workers, one brings it
        for way in (_present, _debian_as_root, _debian_unpacked, _playwright):
            for launch in way():
                if _starts(launch):
                    return launch
    raise RuntimeError("no Chromium: install one (chromium or google-chrome) where PATH finds it")


def _starts(launch: Launch) -> bool:
    """Whether it and its driver run at all: a name on PATH may be a stub, a library may be missing."""
    with _environment(launch.env):
        return _succeeds(launch.executable, "--version") and _succeeds(*PLAYWRIGHT, "--version")


def _present() -> Iterator[Launch]:
    """What is on PATH, or was unpacked before."""
    yield from (Launch(path) for name in NAMES if (path := shutil.which(name)))
    if (unpacked := UNPACKED / "usr/lib/chromium/chromium").exists():
        yield Launch(str(unpacked), _env_of_unpacked())


def _debian_as_root() -> Iterator[Launch]:
    if os.geteuid() == 0 and _is_debian():
        _say("Installing chromium (about 120 MB) ...")
        with _environment({"DEBIAN_FRONTEND": "noninteractive"}):
            _run("apt-get", "update")
            _run("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES)
        yield from _present()


def _debian_unpacked() -> Iterator[Launch]:
    """Let apt work out and fetch what is missing, in directories of ours, and unpack it beside them."""
    if not _is_debian():
        return
    _say("Fetching chromium (about 120 MB) into .cache/ ...")
    archives = CACHE / "apt/cache/archives"
    for directory in (archives / "partial", CACHE / "apt/state/lists/partial"):
        directory.mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State": CACHE / "apt/state",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": CACHE / "apt/cache",
        "Dir::Log": CACHE / "apt",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
    }
    apt = ["apt-get", *(word for name, value in options.items() for word in ("-o", f"{name}={value}"))]
    _run(*apt, "update")
    _run(*apt, "install", "-y", "--no-install-recommends", "--download-only", *PACKAGES)
    for package in archives.glob("*.deb"):
        _run("dpkg", "-x", str(package), str(UNPACKED))
    shutil.rmtree(CACHE / "apt")
    yield from _present()


def _env_of_unpacked() -> dict[str, str]:
    """Where programs that were not installed find their libraries and fonts."""
    fonts = UNPACKED / "fonts.conf"
    fonts.write_text(FONTS.format(root=UNPACKED))
    libraries = {path.parent for path in UNPACKED.glob("**/lib/**/*.so*")}
    return {
        "LD_LIBRARY_PATH": ":".join(map(str, sorted(libraries))),
        "FONTCONFIG_FILE": str(fonts),
        "XDG_DATA_DIRS": f"{UNPACKED}/usr/share:/usr/local/share:/usr/share",
    }


def _playwright() -> Iterator[Launch]:
    _say("Fetching Playwright's Chromium ...")
    with_deps = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    _run(*PLAYWRIGHT, "install", *with_deps, "chromium")
    if _succeeds(*PLAYWRIGHT, "--version"):
        with sync_playwright() as playwright:
            yield Launch(playwright.chromium.executable_path)


def _is_debian() -> bool:
    """Debian itself: Ubuntu's package of this name is only a pointer to something else."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text().splitlines()


@contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    """Our environment with changes, for the programs started inside."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(*command: str) -> None:
    """Try it, and tell what it said if it failed; whether it helped shows in what is there afterwards."""
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        _say(f"{' '.join(command)} ended with {done.returncode}: {done.stdout.decode(errors='replace')}")


def _succeeds(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    _say(f"Browser: {chromium().executable}")
