"""What a storm over payments begins with: prices, access numbers, and customers with cards and passwords."""

from sqlalchemy import insert

from app import cards, clock, config, db
from app.calls import access_numbers
from app.cards import IssuedCard
from app.customers import passwords
from app.customers.models import Customer
from app.money import Money
from tests.storm.plan import AT_ONCE, RATES
from tests.support.site import PASSWORD
from tests.support.world import GB, US, load_rates, settings_for


def furnish(url: str, *, buyers: int, hot: int) -> tuple[list[str], list[IssuedCard]]:
    """Rates, access numbers and customers with cards; the first cards are for crowds of callers."""
    config.use(settings_for(url))
    db.bind(url)
    kept = passwords.hashed(PASSWORD)
    credit = Money.parse("1.00", "USD")
    with db.transaction():
        load_rates("retail", "USD", RATES)
        for number, country in ((GB, "GB"), (US, "US")):
            access_numbers.add(number, country=country, deck="retail")
        issued = cards.issue(hot, credit, batch="hot", live_calls_max=AT_ONCE)
        issued += cards.issue(buyers - hot, credit, batch="web USD")
        emails = [_customer(number, card, kept) for number, card in enumerate(issued)]
    db.engine().dispose()
    return emails, issued


def _customer(number: int, card: IssuedCard, password_hash: str) -> str:
    email = f"buyer-{number}@example.org"
    row = {
        "email": email,
        "email_key": email,
        "user_name": None,
        "password_hash": password_hash,
        "confirmed_at": clock.now(),
        "card_id": cards.by_serial(card.serial).id,
        "language": "en-GB",
        "time_zone": "Europe/London",
        "low_balance": None,
        "made_at": clock.now(),
    }
    db.execute(insert(Customer), row)
    return email
