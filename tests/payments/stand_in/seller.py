"""A seller who talks to the stand-in as the words of PayPal's documentation say, without our provider."""

from typing import Any

from werkzeug.test import TestResponse

from tests.support.paypal import StandIn


class Seller:
    """Asks the REST interface, with a bearer."""

    def __init__(self, standin: StandIn) -> None:
        self.standin, self.browser = standin, standin.browser()
        self.bearer = self.token().get_json()["access_token"]

    def token(self, **credentials: str) -> TestResponse:
        """Ask for a bearer."""
        paypal = self.standin.settings
        known = (
            credentials.get("name", paypal.client_id),
            credentials.get("secret", paypal.client_secret),
        )
        return self.browser.post("/v1/oauth2/token", data={"grant_type": "client_credentials"}, auth=known)

    def post(self, path: str, body: Any = None, key: str = "") -> TestResponse:
        """Ask for something to be done."""
        headers = {"Authorization": f"Bearer {self.bearer}", "Prefer": "return=representation"}
        if key:
            headers["PayPal-Request-Id"] = key
        return self.browser.post(path, json=body or {}, headers=headers)

    def get(self, path: str, method: str = "GET") -> TestResponse:
        """Ask how something is."""
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return self.browser.open(path, method=method, headers=headers)

    def order(self, value: str = "20.00", *, invoice: str = "inv-1", saves: bool = False) -> str:
        """Make an order; answers its id."""
        paypal: dict[str, Any] = {
            "experience_context": {"return_url": "http://127.0.0.1:8000/r?a=1", "cancel_url": "http://127.0.0.1:8000/c"}
        }  # fmt: skip
        if saves:
            paypal["attributes"] = {"vault": {"store_in_vault": "ON_SUCCESS", "usage_type": "MERCHANT"}}
        made = self.post("/v2/checkout/orders", body(value, invoice) | {"payment_source": {"paypal": paypal}})
        assert made.status_code == 200, made.text
        return str(made.get_json()["id"])

    def capture(self, order: str, key: str = "") -> TestResponse:
        """Take the money."""
        return self.post(f"/v2/checkout/orders/{order}/capture", key=key)

    def paid(self, value: str = "20.00", outcome: str = "at_once", *, saves: bool = False) -> str:
        """Have an order approved and captured; answers the capture's id."""
        order = self.order(value, invoice=f"inv-{value}-{outcome}", saves=saves)
        self.standin.approve(order, outcome=outcome)
        done = self.capture(order)
        assert done.status_code == 201, done.text
        return str(done.get_json()["purchase_units"][0]["payments"]["captures"][0]["id"])

    def charge(
        self, token: str, value: str = "10.00", *, invoice: str = "inv-auto", key: str = "k"
    ) -> TestResponse:
        """Charge a saved payment method."""
        source = {"payment_source": {"paypal": {"vault_id": token}}}
        return self.post("/v2/checkout/orders", body(value, invoice) | source, key)


def body(value: str, invoice: str, currency: str = "USD") -> dict[str, Any]:
    """An order of one thing."""
    amount = {"currency_code": currency, "value": value}
    unit = {"custom_id": f"tu-{invoice}", "invoice_id": invoice, "amount": amount, "description": "Credit"}
    return {"intent": "CAPTURE", "purchase_units": [unit]}


def issue(answer: TestResponse) -> tuple[int, str]:
    """Why PayPal said no."""
    return answer.status_code, answer.get_json()["details"][0]["issue"]
