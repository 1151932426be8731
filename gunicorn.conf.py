"""How gunicorn serves the app: few workers with many threads, for a webhook mostly waits for the database."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_class = "gthread"
threads = 8
preload_app = True  # workers share the memory of the code, and start at once
control_socket_disable = True
reuse_port = True  # after a crash a new master starts at once, beside workers that still finish
keepalive = 75  # seconds; longer than a proxy keeps its idle connections, so that it ends them and not we
graceful_timeout = 30  # seconds; twice what the phone provider waits for an answer
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a slow disk is no dead worker

# without a folder to share, /metrics would tell what one of the workers has counted
_own_folder = ""
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    _own_folder = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="farthing-metrics-")


def post_fork(server: Any, worker: Any) -> None:
    """Let a new worker open connections of its own."""
    from app import db

    db.after_fork()


def on_exit(server: Any) -> None:
    """Leave no folder of ours behind."""
    if _own_folder:
        shutil.rmtree(_own_folder, ignore_errors=True)


def child_exit(server: Any, worker: Any) -> None:
    """Take what a worker measured as \"now\" out of the sums, once it is gone."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
