"""The stand-in for PayPal within a test: on a free port, its webhooks delivered by hand or sent."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings
from app.payments import stand_in
from app.payments.stand_in import (
    KNOWN,
    WEBHOOK,
    Books,
    Delivery,
    Desk,
    Faults,
    Signer,
    disputes,
    money,
    orders,
    totals,
    vault,
)
from app.selling import PayPal

ZOE, NOOR, AMELIE, MAX = (person.id for person in KNOWN)  # verified: all but Max; from GB, US, FR and GB


@cache
def signer() -> Signer:
    """The stand-in's key: making one takes a while, and a run needs one."""
    return Signer.make()


class StandIn:
    """`with StandIn(settings, folder) as standin:` is PayPal at `standin.settings.api_base_url`.

    Its webhooks wait in the courier until `deliver` brings them to the application, in any order and as often
    as a test likes; `faults.next("lose_answer", "capture")` and the like order what goes wrong.
    """

    def __init__(self, settings: Settings, folder: Path, *, books: Path | None = None) -> None:
        assert settings.paypal is not None
        self._settings, self._folder, self._books = settings, folder, books
        self.faults = Faults()

    def __enter__(self) -> Self:
        """Listen; the address is known from now on."""
        books = Books(self._books)
        desk = stand_in.open_desk(self._settings, signer=signer(), books=books, faults=self.faults)
        self._server = stand_in.make(0, desk)
        base = f"http://127.0.0.1:{self._server.port}"
        assert self._settings.paypal is not None
        paypal = replace(
            self._settings.paypal, api_base_url=base, webhook_ca=str(self._folder / "paypal-ca.pem")
        )
        self.settings: PayPal = paypal
        stand_in.trust(replace(self._settings, paypal=paypal), signer())
        desk.merchant = paypal
        desk.courier.base = base
        self.desk: Desk = desk
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.desk.courier.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.desk.books.close()

    # --- What a buyer does

    def approve(self, order_ref: str, payer: str = ZOE, outcome: str = "at_once") -> None:
        """Say yes; the outcome, one of `orders.OUTCOMES`, says how the money will behave."""
        self._do(orders.approve, order_ref, payer, outcome)

    def click(self, order_ref: str, decision: str = "approve", **form: str) -> TestResponse:
        """Press a button of the approval page; the answer leads back to the application."""
        chosen = {"token": order_ref, "decision": decision, "payer": ZOE, "outcome": "at_once"} | form
        return self.browser().post("/checkoutnow", data=chosen)

    def cancel(self, order_ref: str) -> TestResponse:
        """Leave the approval page by its other button."""
        return self.click(order_ref, "cancel")

    # --- What PayPal does

    def settle(self, capture_ref: str) -> None:
        """Let pending money come."""
        self._do(money.settle, capture_ref)

    def deny(self, capture_ref: str) -> None:
        """Let pending money not come."""
        self._do(money.deny, capture_ref)

    def refund(self, capture_ref: str, amount: str = "") -> str:
        """Give money back, all that is left or so much; answers the refund's id."""
        currency = self.desk.books.orders[self.desk.books.captures[capture_ref].order].currency
        body = {"amount": {"currency_code": currency, "value": amount}} if amount else {}
        return str(self._do(money.refund, capture_ref, body).id)

    def reverse(self, capture_ref: str) -> str:
        """Take all of it back by force; answers the refund's id."""
        return str(self._do(money.reverse, capture_ref).id)

    def dispute(self, capture_ref: str, reason: str = "UNAUTHORISED") -> str:
        """Let a buyer complain; answers the dispute's id."""
        return str(self._do(disputes.start, capture_ref, reason).id)

    def review(self, dispute_ref: str) -> None:
        """Look into a dispute."""
        self._do(disputes.review, dispute_ref)

    def resolve(self, dispute_ref: str, favour: str, *, reverses: bool = True) -> None:
        """Decide a dispute for the `buyer`, whose money goes back unless told otherwise, or the `seller`."""
        with self.desk.books.lock:
            disputes.resolve(self.desk, dispute_ref, favour, reverses=reverses)

    def delete_token(self, token: str) -> None:
        """Let a buyer forbid further charges."""
        self._do(vault.delete, token)

    def charges(self, outcome: str) -> None:
        """How charges of saved payment methods go from now on."""
        self.desk.charges = outcome

    def pass_time(self) -> None:
        """Let happen what the buyers chose to happen later."""
        self.desk.courier.pass_time()

    # --- What it knows

    def order(self, top_up_ref: str) -> dict[str, Any]:
        """The books on the newest order with our name of the top-up."""
        return next(row for row in reversed(self.books()["orders"]) if row["custom_id"] == top_up_ref)

    def capture_of(self, top_up_ref: str) -> str:
        """The id of the money of a top-up."""
        return str(next(iter(self.order(top_up_ref)["captures"])))

    def books(self) -> dict[str, Any]:
        """Everything it did with money."""
        return totals.as_json(self.desk.books)

    def browser(self) -> FlaskClient:
        """Somebody who looks at its pages, without a socket between."""
        return self._server.app.test_client()  # type: ignore[attr-defined,no-any-return]

    # --- Its webhooks

    def webhooks(self) -> list[Delivery]:
        """Those that wait, oldest first; they wait no longer."""
        return self.desk.courier.take()

    def deliver(self, client: FlaskClient, *deliveries: Delivery) -> list[int]:
        """Bring these, or all that wait, to the application; answers what it said to each."""
        return [self.bring(client, one).status_code for one in deliveries or self.webhooks()]

    def bring(self, client: FlaskClient, delivery: Delivery) -> TestResponse:
        """Bring one."""
        return client.post(WEBHOOK, data=delivery.body, headers=delivery.headers)

    def send_to(self, base: str) -> None:
        """Send them by HTTP from now on, as PayPal does."""
        self.desk.server = base
        stand_in.start_couriers(self.desk)

    def _do(self, deed: Callable[..., Any], *words: Any) -> Any:
        with self.desk.books.lock:
            return deed(self.desk, *words)
