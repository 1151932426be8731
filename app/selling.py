"""Settings of selling credit: who sells, what tax is due, which limits hold, and how PayPal knows us."""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from app import demo
from app.environment import LOOPBACK, Environment

PAYPAL = {"LIVE": "https://api-m.paypal.com", "SANDBOX": "https://api-m.sandbox.paypal.com"}
_PAYPAL_NEEDS = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID", "PAYPAL_MERCHANT_ID")
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPal:
    """How PayPal knows us. Four of them are set together, or PayPal is off."""

    mode: str  # live or sandbox
    client_id: str
    client_secret: str
    webhook_id: str
    merchant_id: str
    api_base_url: str
    # what a certificate chain is worth that cannot be built: prefer asks PayPal, require refuses, off trusts
    webhook_chain: str
    webhook_ca: str  # a file of PEM certificates besides the usual ones; empty: none

    @property
    def is_stand_in(self) -> bool:
        """Whether this is not PayPal but the stand-in of a demo or a test."""
        return urlsplit(self.api_base_url).hostname in LOOPBACK

    @property
    def pages(self) -> str:
        """Where the buyer is sent to approve: the origin that a form of ours may lead to."""
        if self.is_stand_in:
            return self.api_base_url
        return "https://www.paypal.com" if self.mode == "live" else "https://www.sandbox.paypal.com"

    @classmethod
    def read(cls, of: Environment) -> "PayPal | None":
        """Read it; None when nothing of it is set, for whoever sells cards over the counter only."""
        names = [name for name in _PAYPAL_NEEDS if of.text(name, "")]
        if not names and not of.demo:
            return None
        mode = of.one_of("PAYPAL_MODE", "SANDBOX", {"LIVE", "SANDBOX"})
        stand_in = cls._of_the_demo(of)
        read = {name: of.text(name, "") or stand_in.get(name, "") for name in _PAYPAL_NEEDS}
        of.complaints += [f"{name} is missing" for name, value in read.items() if not value]
        of.complaints += [f"{name} is a sample value" for name in names if of.looks_like_a_sample(read[name])]
        if read["PAYPAL_WEBHOOK_ID"].upper() == "WEBHOOK_ID":
            # PayPal's simulator signs with these words for anybody who asks
            of.complaints.append("PAYPAL_WEBHOOK_ID must be the id of your webhook, not the simulator's")
        own_ca = str(demo.FILE.parent / "paypal-ca.pem") if of.demo else ""
        return cls(
            mode=mode.lower(),
            client_id=read["PAYPAL_CLIENT_ID"],
            client_secret=read["PAYPAL_CLIENT_SECRET"],
            webhook_id=read["PAYPAL_WEBHOOK_ID"],
            merchant_id=read["PAYPAL_MERCHANT_ID"],
            api_base_url=of.url("PAYPAL_API_BASE_URL", PAYPAL.get(mode, "")),
            webhook_chain=of.one_of("PAYPAL_WEBHOOK_CHAIN", "PREFER", {"PREFER", "REQUIRE", "OFF"}).lower(),
            webhook_ca=of.text("PAYPAL_WEBHOOK_CA", own_ca),
        )

    @staticmethod
    def _of_the_demo(of: Environment) -> dict[str, str]:
        """What the stand-in is told, too: made from this machine's secret, so that nobody has to keep it."""
        if not of.demo:
            return {}
        made = {name: f"{name}:{of.text('SECRET_KEY', '')}".encode() for name in _PAYPAL_NEEDS}
        digests = {name: hashlib.sha256(text).hexdigest()[:32].upper() for name, text in made.items()}
        return digests | {"PAYPAL_MERCHANT_ID": digests["PAYPAL_MERCHANT_ID"][:13]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """Who sells credit, at what tax, in which amounts and within which limits. Amounts are decimal text."""

    currency: str  # of the cards of customers who sign up
    amounts: tuple[str, ...]  # offered at the top-up page
    amount_min: str
    amount_max: str
    # so long an account is new: its limits catch stolen PayPal accounts early
    new_account_days: int
    first_top_up_max: str
    new_account_daily_max: str
    new_account_daily_count: int
    payer_accounts_max: int  # accounts that one payer may pay for
    account_payers_max: int  # payers of one account within 30 days
    vat_percent: str
    vat_number: str
    seller: str
    seller_address: tuple[str, ...]  # its lines
    contact: str  # an address that people may write to

    @property
    def has_vat(self) -> bool:
        """Whether prices have VAT in them."""
        return self.vat_percent.strip("0.") != ""

    @property
    def amounts_are_allowed(self) -> bool:
        """Whether each amount that is offered may also be paid."""
        least, most = Decimal(self.amount_min), Decimal(self.amount_max)
        return all(least <= Decimal(amount) <= most for amount in self.amounts)

    @classmethod
    def read(cls, of: Environment) -> "Selling":
        """Read it, with defaults that suit a demonstration and a careful operator alike."""
        return cls(
            currency=of.currency("CURRENCY", "USD"),
            amounts=of.amounts("TOP_UP_AMOUNTS", "5,10,20"),
            amount_min=of.amount("TOP_UP_MIN", "5"),
            amount_max=of.amount("TOP_UP_MAX", "100"),
            new_account_days=of.whole("NEW_ACCOUNT_DAYS", 7, least=0, most=365),
            first_top_up_max=of.amount("FIRST_TOP_UP_MAX", "20"),
            new_account_daily_max=of.amount("NEW_ACCOUNT_DAILY_MAX", "50"),
            new_account_daily_count=of.whole("NEW_ACCOUNT_DAILY_COUNT", 3, least=1, most=1000),
            payer_accounts_max=of.whole("PAYER_ACCOUNTS_MAX", 2, least=1, most=100_000),
            account_payers_max=of.whole("ACCOUNT_PAYERS_MAX", 2, least=1, most=1000),
            vat_percent=cls._percent(of, "VAT_PERCENT", "20"),
            vat_number=of.text("VAT_NUMBER", "GB 000 0000 00" if of.demo else ""),
            seller=of.text("SELLER", of.text("BRAND", "Farthing")),
            seller_address=tuple(of.text("SELLER_ADDRESS", "").split(";")),
            contact=of.text("CONTACT", "help@example.org" if of.demo else ""),
        )

    @staticmethod
    def _percent(of: Environment, name: str, default: str) -> str:
        text = of.text(name, default)
        if not _PERCENT.fullmatch(text):
            of.complaints.append(f"{name} must be a percentage such as 20 or 8.1")
            return default
        return text
