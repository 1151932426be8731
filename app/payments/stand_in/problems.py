"""What the stand-in refuses, in the words and the shape of PayPal."""

import secrets
from typing import Any

_MESSAGES = {
    "INVALID_REQUEST": "Request is not well-formed, syntactically incorrect, or violates schema.",
    "UNPROCESSABLE_ENTITY": "The requested action could not be performed, semantically incorrect, or failed "
    "business validation.",
    "RESOURCE_NOT_FOUND": "The specified resource does not exist.",
    "AUTHENTICATION_FAILURE": "Authentication failed due to missing authorization header, or invalid "
    "authentication credentials.",
    "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting.",
}
_DOCUMENTATION = "https://developer.paypal.com/docs/api/orders/v2/#error-"


class Problem(Exception):
    """A refusal of PayPal's."""

    def __init__(
        self, status: int, name: str, issue: str = "", description: str = "", redirect: str = ""
    ) -> None:
        super().__init__(issue or name)
        self.status, self.name, self.issue, self.description = status, name, issue, description
        self.redirect = redirect
        self.debug_id = secrets.token_hex(7)[:13]

    @classmethod
    def unprocessable(cls, issue: str, description: str, redirect: str = "") -> "Problem":
        """The request is well made, and its time or its facts are wrong."""
        return cls(422, "UNPROCESSABLE_ENTITY", issue, description, redirect)

    @classmethod
    def malformed(cls, issue: str, description: str) -> "Problem":
        """The request is not well made."""
        return cls(400, "INVALID_REQUEST", issue, description)

    @classmethod
    def unknown(cls) -> "Problem":
        """There is no such thing."""
        return cls(
            404,
            "RESOURCE_NOT_FOUND",
            "INVALID_RESOURCE_ID",
            "Specified resource ID does not exist. Please check the resource ID and try again.",
        )

    def shape(self) -> dict[str, Any]:
        """The body of the answer."""
        links = [{"href": f"{_DOCUMENTATION}{self.issue}", "rel": "information_link", "method": "GET"}]
        if self.redirect:
            links.append({"href": self.redirect, "rel": "redirect", "method": "GET"})
        details = [{"issue": self.issue, "description": self.description}] if self.issue else []
        return {
            "name": self.name,
            "details": details,
            "message": _MESSAGES[self.name],
            "debug_id": self.debug_id,
            "links": links,
        }
