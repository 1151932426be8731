"""The forms in which people sign up, sign in, and change their password."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, PasswordField, StringField, ValidationError
from wtforms.validators import InputRequired

from app.customers import names, passwords
from app.errors import NameRefused

NEEDED = "Fill this in."
NAME_NEEDED = "Enter your e-mail address or your user name."
_EMAIL = {
    "autocomplete": "email",
    "maxlength": names.LENGTH_MAX,
    "spellcheck": "false",
    "autocapitalize": "none",
}
_NAME = {
    "autocomplete": "username",
    "maxlength": names.LENGTH_MAX,
    "spellcheck": "false",
    "autocapitalize": "none",
}
_OLD = {"autocomplete": "current-password", "maxlength": passwords.LENGTH_MAX}
_NEW = {"autocomplete": "new-password", "maxlength": passwords.LENGTH_MAX}


def complain(field: Field, sentence: str) -> None:
    """Put a sentence beside a field that passed all checks but the last."""
    field.errors = [*field.errors, sentence]


class _NewPassword:
    """A check: a password that is fit to be one, for somebody with the names in these fields."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def __call__(self, form: Any, field: Field) -> None:
        named = [form[name].data for name in self.names if form[name].data]
        if found := passwords.weakness(field.data, *named, *getattr(form, "known_as", ())):
            raise ValidationError(found)


class SignUp(FlaskForm):  # type: ignore[misc]
    """Who wants an account."""

    email = EmailField("E-mail address", [InputRequired("Enter your e-mail address.")], render_kw=_EMAIL)
    user_name = StringField("User name (optional)", render_kw={**_NAME, "maxlength": 40})
    password = PasswordField(
        "Password", [InputRequired("Choose a password."), _NewPassword("email", "user_name")], render_kw=_NEW
    )
    terms = BooleanField(
        "I agree to the terms", [InputRequired("Without the terms there is no contract. Tick this to go on.")]
    )
    traffic_data = BooleanField(
        "I have read what is kept about my calls", [InputRequired("Please read it, and tick this to go on.")]
    )
    offers_by_mail = BooleanField("Send me offers by e-mail")
    offers_by_text = BooleanField("Send me offers by text message")

    def validate_email(self, field: Field) -> None:
        """One address, as it is written in mails."""
        _read(field, names.email)

    def validate_user_name(self, field: Field) -> None:
        """Empty, or a name in small letters."""
        if (field.data or "").strip():
            _read(field, names.user_name)


class SignIn(FlaskForm):  # type: ignore[misc]
    """Who has an account."""

    name = StringField("E-mail address or user name", [InputRequired(NAME_NEEDED)], render_kw=_NAME)
    password = PasswordField("Password", [InputRequired("Enter your password.")], render_kw=_OLD)


class Confirm(FlaskForm):  # type: ignore[misc]
    """Whoever has the link of the first mail."""

    password = PasswordField("The password that you chose", render_kw=_OLD)


class Forgot(FlaskForm):  # type: ignore[misc]
    """Who wants a link to choose a new password."""

    name = StringField("E-mail address or user name", [InputRequired(NAME_NEEDED)], render_kw=_NAME)


class NewPassword(FlaskForm):  # type: ignore[misc]
    """A new password, by a link. `known_as` holds the names of whose it is."""

    known_as: tuple[str, ...] = ()
    password = PasswordField(
        "New password", [InputRequired("Choose a new password."), _NewPassword()], render_kw=_NEW
    )


class ChangePassword(NewPassword):
    """A new password, by the old one."""

    old = PasswordField("Current password", [InputRequired("Enter your current password.")], render_kw=_OLD)


def _read(field: Field, reader: Any) -> None:
    try:
        field.data = reader(field.data)
    except NameRefused as refused:
        raise ValidationError(str(refused)) from refused
