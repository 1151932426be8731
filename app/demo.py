"""Secrets of a demonstration: made once per machine, so that a restart finds its cards again."""

import os
import secrets
import tempfile
from pathlib import Path

NAMES = {"SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"}
FILE = Path(__file__).parent.parent / "instance" / "demo.env"
_NOTE = "# Made for the demo on this machine. PINs cannot be checked without PIN_PEPPER: keep it.\n"


def secrets_of_this_machine(file: Path = FILE) -> dict[str, str]:
    """Read the demo's secrets, or make them. Safe when several processes start at once."""
    if not file.exists():
        _make(file)
    lines = (line.partition("=") for line in file.read_text().splitlines() if not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in lines}


def _make(file: Path) -> None:
    """Write the whole file, then give it its name: whoever comes second keeps the first one's."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {name: secrets.token_hex(32) for name in ("SECRET_KEY", "PIN_PEPPER")}
    made |= {"TWILIO_AUTH_TOKEN": secrets.token_hex(16), "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}"}
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # readable by its owner only
    with os.fdopen(descriptor, "w") as out:
        out.write(_NOTE + "".join(f"{name}={value}\n" for name, value in made.items()))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
