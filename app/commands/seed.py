"""`flask seed`: demo data, and what to try with it."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

import click
from flask import current_app

from app import cards, config, customers, db, rating
from app.calls import access_numbers
from app.cards import vouchers
from app.commands.output import as_json, clear_mistakes, print_json
from app.customers import changing, joining, passwords, profile
from app.customers.consents import Purpose
from app.customers.joining import Wish
from app.errors import CardRefused, UnsafeSettings
from app.money import Money

DECK = "retail"
RATES = Path(__file__).parent / "demo" / "retail_rates.csv"
BATCH = "demo"
# numbers that no one has: kept free for films by Ofcom and the North American administrators
ACCESS = {"+442079460123": "GB", "+12125550123": "US", "+442079460124": "GB", "+442079460125": "GB"}
# what two of them show besides
PROFILES: dict[str, dict[str, Any]] = {
    "+442079460124": {
        "languages": ["en-GB", "es", "fr", "pl", "ur"],
        "conference": True,
        "warns_by": "voice",
        "says_price": True,
    },
    "+442079460125": {"calls_back": True},
}
PHONE = "+447700900123"
STRANGER = "+447700900456"
NUMBER = "0093701234567"
CUSTOMER = "demo@example.org"


@click.command()
@as_json
@clear_mistakes
def seed(as_json: bool) -> None:
    """Load demo data and print what to try. Safe to repeat: it is loaded once."""
    if not config.settings().demo:
        raise UnsafeSettings("seed makes cards that anybody may use: it runs only with DEMO=1")
    note = Path(current_app.instance_path) / "what-to-try.json"
    with db.transaction(readonly=True):
        known = bool(rating.decks())
    if not known:
        rating.import_deck(RATES, name=DECK, currency="USD")
    with db.transaction():
        _access_numbers()
    # kept in a file of the demo, since the database keeps neither PIN nor password that could be read
    facts = _noted(note) or _cards()
    facts = _with_customer(facts)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch(mode=0o600)
    note.write_text(json.dumps(facts))
    print_json(_facts(facts)) if as_json else click.echo(_advice(facts))


def _access_numbers() -> None:
    """Those that are not there yet; what was changed of the others stays."""
    known = {access.number for access in access_numbers.all_of_them()}
    for number, country in ACCESS.items():
        if number not in known:
            access_numbers.add(number, country=country, deck=DECK)
            access_numbers.change(number, records=True, **PROFILES.get(number, {}))


def _noted(note: Path) -> dict[str, str] | None:
    """What was noted of this database; None when it is another one since."""
    if not note.exists():
        return None
    facts: dict[str, str] = json.loads(note.read_text())
    try:
        with db.transaction(readonly=True):
            cards.by_serial(facts["serial"])
    except (CardRefused, KeyError):
        return None
    return facts


def _cards() -> dict[str, str]:
    """Two cards: one with a PIN to try, one that a registered phone opens."""
    with db.transaction():
        stranger, known = cards.issue(2, Money.parse("10.00", "USD"), batch=BATCH)
        customers.forget(PHONE)
        customers.register(PHONE, cards.by_serial(known.serial).id)
    return {"serial": stranger.serial, "pin": stranger.pin, "phone_serial": known.serial}


def _with_customer(facts: dict[str, str]) -> dict[str, str]:
    """Also somebody who can sign in, with a card of their own."""
    with db.transaction(readonly=True):
        known = profile.by_email(CUSTOMER)
    if known is not None and {"password", "voucher"} <= facts.keys():
        return facts
    password = facts.get("password") or secrets.token_urlsafe(9)
    kept = passwords.hashed(password)
    with db.transaction():
        if known is None:
            _enrol(kept)
        else:  # the file was lost
            changing.change(known.id, kept, address="")
    return facts | {"password": password, "voucher": facts.get("voucher") or _voucher()}


def _voucher() -> str:
    """A code to redeem on the web, or by phone."""
    currency = config.settings().selling.currency
    with db.transaction():
        return vouchers.make(1, Money.parse("5.00", currency), batch=f"{BATCH} {secrets.token_hex(4)}")[
            0
        ].code


def _enrol(password_hash: str) -> None:
    currency = config.settings().selling.currency
    card = cards.issue(1, Money.parse("10.00", currency), batch=f"web {currency}")[0]
    wish = Wish(
        email=CUSTOMER,
        user_name="demo",
        password_hash=password_hash,
        said={Purpose.TERMS: True, Purpose.TRAFFIC_DATA: True},
        version="demo",
        address="",
        language="en-GB",
    )
    joining.enrol(wish, cards.by_serial(card.serial).id)


def _facts(card: dict[str, str]) -> dict[str, Any]:
    site = config.settings().public_base_url
    return {
        "site": f"{site}/",
        "phone": f"{site}/phone",
        "access_numbers": list(ACCESS),
        "pin": card["pin"],
        "serial": card["serial"],
        "registered_phone": PHONE,
        "registered_phone_serial": card["phone_serial"],
        "number": NUMBER,
        "customer": CUSTOMER,
        "password": card["password"],
        "voucher": card["voucher"],
    }


def _advice(card: dict[str, str]) -> str:
    site = config.settings().public_base_url
    access, american, polyglot, callback = ACCESS
    flask = os.environ.get("FARTHING_FLASK", "flask --app wsgi")
    call = f"{flask} phone call --to {access}"
    return f"""
What to try:
  the site           {site}/
  an account         {site}/login   {CUSTOMER}, password {card["password"]}
  a voucher          {card["voucher"]}   (worth 5.00, at {site}/account/voucher)
  its mails          {site}/demo/mails
  a phone            {site}/phone
  an access number   {access}   (or {american})
                     {polyglot}   speaks five languages, says the price, warns before the credit ends
                     {callback}   sounds busy, and rings the registered phone back
  a PIN              {card["pin"]}   (card {card["serial"]}, 10.00 USD)
  a number to dial   {NUMBER}#
  the same in a shell:
    {call} --from {STRANGER} --keys "{card["pin"]} {NUMBER}#"
  from the registered phone, without a PIN:
    {call} --from {PHONE} --stir A --keys "{NUMBER}#"
  what became of it:
    {flask} cards show {card["serial"]}
    {flask} ledger check
"""
