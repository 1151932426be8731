"""Where every server and every command starts."""

import sys

import ivr
from app import create_app
from app.errors import UnsafeSettings

try:
    app = create_app()
except UnsafeSettings as error:
    sys.stderr.write(f"farthing cannot start: {error}\n")
    raise SystemExit(78) from None  # EX_CONFIG of sysexits.h

ivr.init_app(app)
