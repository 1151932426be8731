"""PayPal's own deeds while people buy: money comes or goes back, buyers complain, agreements end."""

import random
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import requests

from tests.storm.payments.plan import FAULTS, WAITS
from tests.support.server import FLASK, Served

PAUSE = 0.7  # seconds between two looks into the books
SHARES = {"refund": 0.14, "reverse": 0.05, "dispute": 0.07}  # of what was captured
COMMAND_SECONDS_MAX = 90


class Hand:
    """Plays PayPal by its control page, and staff by commands, until it is told to stop."""

    def __init__(self, served: Served, *, seed: int, staff_refunds: int) -> None:
        self._served, self._chance = served, random.Random(seed)
        self._session = requests.Session()
        self._session.trust_env = False
        self._seen: set[str] = set()
        self.wanting_back: set[str] = set()  # payers who take everything back, some of it when it is spent
        self._staff = staff_refunds
        self.counts: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()  # what went wrong at PayPal, and how often
        self.staff_refunds: dict[str, tuple[str, str, str]] = {}  # ref, amount and what was said, by key
        self.errors: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(deed,), daemon=True)
            for deed in (self._play, self._play_staff)
        ]

    def start(self) -> None:
        """Switch every fault on, and begin."""
        seed = self._chance.randrange(10**6)
        self._tell("faults", {"seed": seed, "chances": FAULTS, "waits": WAITS})
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Nothing goes wrong any more, and nothing happens by PayPal's will."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        answer = self._session.get(f"{self._served.paypal_base}/stand-in/faults", timeout=30)
        self.faults.update(answer.json()["drawn"])
        self._tell("faults", {"clear": True})
        if self.errors:
            raise self.errors[0]

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def books(self) -> dict[str, Any]:
        """PayPal's own account of the money."""
        answer = self._session.get(f"{self._served.paypal_base}/stand-in/books", timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def clear_the_desk(self, *, keep_pending: int) -> None:
        """Decide what is pending but for some, and most of what is disputed."""
        for order in self.books()["orders"]:
            for ref, status in order["captures"].items():
                if status == "PENDING" and keep_pending:
                    keep_pending -= 1
                elif status == "PENDING":
                    self._do("captures", ref, self._chance.choice(("settle", "deny")))
            self._decide_disputes(order, 0.8)

    def repeat_staff_refunds(self) -> None:
        """Staff press the button again until they are told what became of it."""
        for key, (ref, amount, said) in list(self.staff_refunds.items()):
            if said != "done":
                self._refund_by_staff(key, ref, amount)

    def _run(self, deed: Any) -> None:
        while not self._stop.wait(PAUSE):
            try:
                deed()
            except requests.RequestException:
                self.counts["looks into the books that failed"] += 1
            except BaseException as error:
                self.errors.append(error)
                raise

    def _play(self) -> None:
        for order in self.books()["orders"]:
            for ref, status in order["captures"].items():
                self._meddle(order, ref, status)
            self._decide_disputes(order, 0.15)
            if order["token"] and self._is_new(f"token {order['token']}") and self._chance.random() < 0.1:
                self._do("tokens", order["token"], "delete")

    def _meddle(self, order: dict[str, Any], ref: str, status: str) -> None:
        if status == "PENDING" and self._chance.random() < 0.1:
            self._do("captures", ref, self._chance.choice(("settle", "settle", "deny")))
        if order["payer"] in self.wanting_back:
            if status in ("COMPLETED", "PARTIALLY_REFUNDED") and self._chance.random() < 0.06:
                self._do("captures", ref, "refund")
            return
        if status != "COMPLETED" or not self._is_new(ref):
            return
        fate, below = self._chance.random(), 0.0
        for deed, share in SHARES.items():
            below += share
            if fate < below:
                self._give_back(order, ref, deed)
                return

    def _give_back(self, order: dict[str, Any], ref: str, deed: str) -> None:
        facts: dict[str, Any] = {}
        value = float(order["value"])
        if deed == "refund" and self._chance.random() < 0.6:
            facts = {"amount": f"{self._chance.uniform(1, value / 2):.2f}"}
        self._do("captures", ref, deed, facts)
        if deed == "refund" and self._chance.random() < 0.5:  # the rest, or some more
            self._do("captures", ref, self._chance.choice(("refund", "reverse", "dispute")))

    def _decide_disputes(self, order: dict[str, Any], share: float) -> None:
        for ref, status in order["disputes"].items():
            if status.startswith("RESOLVED") or self._chance.random() > share:
                continue
            if status != "UNDER_REVIEW" and self._chance.random() < 0.5:
                self._do("disputes", ref, "review")
            if self._chance.random() < 0.6:
                self._do("disputes", ref, "resolve", {"favour": self._chance.choice(("buyer", "seller"))})

    def _play_staff(self) -> None:
        """Staff give something back now and then, and free a card."""
        if len(self.staff_refunds) >= self._staff:
            return
        able = [one for one in self.books()["orders"] if "COMPLETED" in one["captures"].values()]
        if not able:
            return
        order, number = self._chance.choice(able), len(self.staff_refunds) + 1
        self._refund_by_staff(f"staff-{number}", order["custom_id"], f"1.{number:02d}")
        time.sleep(1)

    def _refund_by_staff(self, key: str, ref: str, amount: str) -> None:
        words = ("payments", "refund", ref, "--amount", amount, "--key", key)
        command = [*FLASK, *words]
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                command,
                cwd=self._served.home,
                env=self._served.environment,
                capture_output=True,
                check=False,
                text=True,
                timeout=COMMAND_SECONDS_MAX,
            )
            said = "done" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["nothing"])[-1]
            self.staff_refunds[key] = (ref, amount, said)
            return
        self.staff_refunds[key] = (ref, amount, "no answer")

    def _is_new(self, ref: str) -> bool:
        if ref in self._seen:
            return False
        self._seen.add(ref)
        return True

    def _do(self, kind: str, ref: str, deed: str, facts: dict[str, Any] | None = None) -> None:
        """A deed of PayPal's; one that is not possible any more is no fault."""
        answer = self._tell(f"{kind}/{ref}/{deed}", facts or {})
        self.counts[f"{kind}: {deed}" if answer.ok else f"{kind}: {deed} came too late"] += 1

    def _tell(self, what: str, facts: dict[str, Any]) -> requests.Response:
        return self._session.post(f"{self._served.paypal_base}/stand-in/{what}", json=facts, timeout=30)
