"""Private directories of a test run, in memory where there is room, and none left behind."""

import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh private directory is made below it
SHARED_MEMORY_BYTES_MIN = 1 << 30


def scratch(*, on_disk: bool = False) -> Path:
    """A private directory named after this process; those of processes that are no more are removed."""
    roots = [Path("/var/tmp") if on_disk else SHARED_MEMORY, Path(tempfile.gettempdir())]  # noqa: S108
    root = next(root for root in roots if _is_usable(root))
    for left_behind in root.glob("farthing-pg-*"):
        if not _is_alive(int(left_behind.name.split("-")[2])):
            shutil.rmtree(left_behind, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"farthing-pg-{os.getpid()}-", dir=root))


def _is_usable(root: Path) -> bool:
    return os.access(root, os.W_OK) and shutil.disk_usage(root).free >= SHARED_MEMORY_BYTES_MIN


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
