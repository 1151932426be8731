"""A job worker whose clock runs ahead: `python -m tests.storm.sweeper HOURS`.

The calls of a storm live in a time of their own, so they are over long before the server's clock says that
their last signal is due. Nothing else is different from `flask jobs run --once`.
"""

import sys

from app import clock
from app.commands.jobs import work
from wsgi import app

if __name__ == "__main__":
    with app.app_context(), clock.ahead(hours=float(sys.argv[1])):
        work(0)
