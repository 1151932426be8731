"""Where every server and every command starts."""

import sys

import ivr
from app import create_app
from app.errors import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.stderr.write(f"farthing cannot start: {error}\n")
    raise SystemExit(1) from None

ivr.init_app(app)
