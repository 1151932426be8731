"""People who sign in, buy, approve at PayPal and come back, or not: through the real pages, by HTTP."""

import html
import queue
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import requests

from tests.storm.payments.plan import Wish
from tests.support.site import PASSWORD

TRIES_MAX, AGAIN_SECONDS = 60, 0.5
TIMEOUTS = (5, 40)
_HIDDEN = re.compile(r'<input[^>]*name="(csrf_token|nonce)"[^>]*value="([^"]*)"')
_REF = re.compile(r"/account/top-up/(tu_[0-9a-f]+)")
_COMPLAINT = re.compile(r'class="[^"]*(?:error|bad)[^"]*"[^>]*>(.*?)</', re.DOTALL)


class Away(Exception):
    """The site did not answer for longer than people try."""


@dataclass(slots=True)
class Visitor:
    """A customer, and the cookies of their browser."""

    email: str
    number: int
    cookies: dict[str, str]
    lock: threading.Lock


class Buyers:
    """Fulfils wishes from a queue in many threads; `done` says how many are over."""

    def __init__(self, base: str, emails: Sequence[str], wishes: Iterable[Wish]) -> None:
        self.base = base
        self._visitors = [Visitor(email, number, {}, threading.Lock()) for number, email in enumerate(emails)]
        self._queue: queue.SimpleQueue[Wish] = queue.SimpleQueue()
        for wish in wishes:
            self._queue.put(wish)
        self._counted = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.refs: list[str] = []  # of top-ups that PayPal's page was seen for
        self.errors: list[BaseException] = []

    @property
    def done(self) -> int:
        """How many wishes are over."""
        return self.counts["wishes"]

    def start(self, threads: int, until: float) -> list[threading.Thread]:
        """Begin; nobody begins another purchase after `until` (of the monotonic clock)."""
        started = [threading.Thread(target=self._run, args=(until,), daemon=True) for _ in range(threads)]
        for thread in started:
            thread.start()
        return started

    def count(self, *what: str) -> None:
        """Count what happened."""
        with self._counted:
            self.counts.update(what)

    def _run(self, until: float) -> None:
        while time.monotonic() < until:
            try:
                wish = self._queue.get_nowait()
            except queue.Empty:
                return
            try:
                _Purchase(self, wish, self._visitors[wish.buyer]).go()
            except Away:
                self.count("gave up: the site was away")
            except BaseException as error:
                self.errors.append(error)
                raise
            finally:
                self.count("wishes")


class _Purchase:
    """One buyer and one top-up."""

    def __init__(self, crowd: Buyers, wish: Wish, visitor: Visitor) -> None:
        self._crowd, self._wish, self._visitor = crowd, wish, visitor

    def go(self) -> None:
        """From the page to the end of the story."""
        approve_url = self._order()
        if approve_url is None:
            return
        self._crowd.count(f"buyers: {self._wish.way}")
        if self._wish.way.startswith("cancels"):
            self._come_back(self._decide(approve_url, "cancel"))
            if self._wish.way == "cancels":
                return
        back = self._decide(approve_url, "approve")
        if self._wish.way == "never" or back is None:
            return
        self._look_at_a_strangers(back)
        self._return(back)
        if self._wish.outcome == "instrument_declined" and self._wish.chooses_again:
            self._return(self._decide(approve_url, "approve", outcome="at_once"))

    def _return(self, back: str | None) -> None:
        tabs = 2 if self._wish.way == "two tabs" else 1
        with ThreadPoolExecutor(tabs) as both:
            list(both.map(self._come_back, [back] * tabs))
        if self._wish.way == "twice":
            self._come_back(back)

    def _order(self) -> str | None:
        """Ask for a top-up; answers where PayPal wants to be asked, None when there will be no top-up."""
        page = self._page("/account/top-up")
        for _ in range(TRIES_MAX):
            form = self._form(page)
            answers = self._press(form)
            led = [answer.headers["Location"] for answer in answers if answer.status_code == 303]
            if approve := next((url for url in led if "/checkoutnow" in url), None):
                return approve
            if led:  # an earlier press had been heard
                return None
            page = next((answer for answer in answers if answer.status_code in (400, 503)), page)
            if page.status_code == 400:
                self._crowd.count(f"refused at the form: {complaint(page.text)}")
                return None
            time.sleep(AGAIN_SECONDS)
        raise Away

    def _form(self, page: requests.Response) -> dict[str, str]:
        wish = self._wish
        form = dict(_HIDDEN.findall(page.text)) | {"choice": "other", "other": wish.amount}
        if wish.agrees and 'name="agrees"' in page.text:
            rule = {"threshold": "40.00", "auto_amount": "10.00", "monthly_cap": "50.00"}
            form |= {"agrees": "y"} | rule
        return form

    def _press(self, form: Mapping[str, str]) -> list[requests.Response]:
        """The button, and in a hurry twice at once."""
        times = 2 if self._wish.presses_twice else 1

        def press(_: int) -> requests.Response | None:
            with suppress(requests.RequestException):
                return self._once("POST", "/account/top-up", form)
            self._crowd.count("answers that a buyer did not get")
            return None

        with ThreadPoolExecutor(times) as both:
            return [answer for answer in both.map(press, range(times)) if answer is not None]

    def _decide(self, approve_url: str, decision: str, outcome: str = "") -> str | None:
        """Press a button of PayPal's page; answers where it leads back to."""
        page, _, query = approve_url.partition("?")
        form = {
            "token": query.removeprefix("token="),
            "decision": decision,
            "payer": self._wish.payer,
            "outcome": outcome or self._wish.outcome,
        }
        with requests.Session() as browser:
            browser.trust_env = False
            browser.get(approve_url, timeout=TIMEOUTS)
            answer = browser.post(page, data=form, timeout=TIMEOUTS, allow_redirects=False)
        back = answer.headers.get("Location")
        self._crowd.count(f"PayPal's page: {decision}" if back else "PayPal's page: too late to approve")
        if back and (ref := _REF.search(back)):
            self._crowd.refs.append(ref[1])
        return back

    def _come_back(self, back: str | None) -> None:
        if back:
            page = self._page(back.removeprefix(self._crowd.base))
            self._crowd.count(f"came back: {page.status_code}")

    def _look_at_a_strangers(self, back: str) -> None:
        """Sometimes a buyer types somebody else's top-up into the address: there is none."""
        others = self._crowd.refs
        ref = _REF.search(back)
        if self._wish.number % 20 or not others or ref is None:
            return
        path = back.removeprefix(self._crowd.base).replace(ref[1], others[0])
        page = self._page(path)
        if page.status_code != 404 and others[0] not in self._own_refs():
            raise AssertionError(f"{path} showed somebody else's top-up: {page.status_code}")

    def _own_refs(self) -> set[str]:
        return set(_REF.findall(self._page("/account/top-up").text))

    def _page(self, path: str) -> requests.Response:
        """A page, after signing in if need be, as often as it takes."""
        for _ in range(TRIES_MAX):
            with suppress(requests.RequestException):
                page = self._once("GET", path)
                if page.status_code in (302, 303) and "/login" in page.headers["Location"]:
                    self._sign_in()
                elif page.status_code in (302, 303):
                    path = page.headers["Location"].removeprefix(self._crowd.base)
                    continue
                elif page.status_code < 500:
                    return page
            time.sleep(AGAIN_SECONDS)
        raise Away

    def _sign_in(self) -> None:
        with self._visitor.lock:
            if self._visitor.cookies and not self._is_out():
                return
            self._visitor.cookies = {}
            form = dict(_HIDDEN.findall(self._once("GET", "/login").text))
            form |= {"name": self._visitor.email, "password": PASSWORD}
            answer = self._once("POST", "/login", form)
            self._crowd.count(f"signed in: {answer.status_code}")

    def _is_out(self) -> bool:
        return self._once("GET", "/account").status_code in (302, 303)

    def _once(self, method: str, path: str, form: Mapping[str, str] | None = None) -> requests.Response:
        """One request of this buyer's browser, from an address of their own."""
        with requests.Session() as browser:
            browser.trust_env = False
            browser.cookies.update(self._visitor.cookies)
            answer = browser.request(
                method,
                f"{self._crowd.base}{path}",
                data=form,
                headers={"X-Forwarded-For": f"198.51.100.{self._visitor.number % 250 + 1}"},
                timeout=TIMEOUTS,
                allow_redirects=False,
            )
        self._visitor.cookies = {**self._visitor.cookies, **answer.cookies.get_dict()}
        if answer.status_code >= 500:
            self._crowd.count(f"pages answered {answer.status_code}")
        return answer


def complaint(page: str) -> str:
    """The first sentence on a page that says what is wrong."""
    said = [_plain(text) for text in _COMPLAINT.findall(page)]
    return next(filter(None, said), "no reason given")[:70]


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
