"""Terms, privacy, cookies and the contract summary: templates that the operator must have checked."""

from flask import Blueprint, render_template

from app import config
from app.customers import devices
from app.money import Money
from app.web import texts

door = Blueprint("legal", __name__)


@door.get("/terms")
def terms() -> str:
    """What customer and seller may expect of each other."""
    return _page("terms")


@door.get("/privacy")
def privacy() -> str:
    """What is kept of whom, why, and for how long."""
    return _page("privacy")


@door.get("/cookies")
def cookies() -> str:
    """The cookie that we set: a notice, since nobody has to agree to a necessary one."""
    return _page("cookies")


@door.get("/contract-summary")
def contract_summary() -> str:
    """The main terms on one page, before anybody signs up."""
    return _page("contract_summary")


def _page(name: str) -> str:
    settings = config.settings()
    selling = settings.selling
    least = Money.parse(selling.amount_min, selling.currency)
    return render_template(
        f"web/legal/{name}.html",
        version=texts.VERSION,
        selling=selling,
        least=least,
        longest_minutes=settings.call_seconds_max // 60,
        device_days=devices.LASTS.days,
        uses_paypal=settings.paypal is not None,
    )
