"""Settings of a customer: language, time zone, and below which balance a mail is sent."""

from functools import cache
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import config, db
from app.customers import Profile, profile
from app.money import Money, NotMoney
from app.web.filters import money
from app.web.notation import TYPED_MAX, read_money
from app.web.session import me, signed_in

door = Blueprint("settings", __name__)

Page = str | tuple[str, int] | Answer

_HERE = "/account/settings"
_LANGUAGES = {"en-GB": "English (United Kingdom)", "en-US": "English (United States)"}
_WORLD = "World"
_CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
_CHOOSE = "Choose one of the list."


class Settings(FlaskForm):  # type: ignore[misc]
    """What a customer may set."""

    language = SelectField(
        "Language", [InputRequired(_CHOOSE)], choices=[SelectChoice(*pair) for pair in _LANGUAGES.items()]
    )
    time_zone = SelectField("Time zone", [InputRequired(_CHOOSE)], validate_choice=False)
    low_balance = StringField(
        "Tell me by mail when my balance falls below",
        render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": TYPED_MAX},
    )

    def validate_language(self, field: Field) -> None:
        """One that we speak."""
        if field.data not in _LANGUAGES:
            raise ValidationError(_CHOOSE)

    def validate_time_zone(self, field: Field) -> None:
        """One that there is."""
        if field.data not in available_timezones():
            raise ValidationError(_CHOOSE)

    def validate_low_balance(self, field: Field) -> None:
        """An amount, or nothing."""
        try:
            self.level = _level(field.data or "")
        except NotMoney as error:
            raise ValidationError(str(error)) from error

    level: Money | None = None


@door.get(_HERE)
@signed_in
def overview() -> Page:
    """What is set now."""
    mine = me()
    low = "" if mine.low_balance is None else str(mine.low_balance)
    form = Settings(formdata=None, language=mine.language, time_zone=mine.time_zone, low_balance=low)
    return _page(form, mine)


@door.post(_HERE)
@signed_in
def change() -> Page:
    """Save it."""
    form, mine = Settings(), me()
    if not form.validate():
        return _page(form, mine, 400)
    with db.transaction():
        profile.change_settings(
            mine.id, language=form.language.data, time_zone=form.time_zone.data, low_balance=form.level
        )
    flash("Your settings are saved.", "good")
    return redirect(_HERE, 303)


def _page(form: Settings, mine: Profile, status: int = 200) -> Page:
    form.time_zone.choices = _zones(mine.time_zone)
    currency = config.settings().selling.currency
    example = money(Money.parse("1234.50", currency))
    return render_template("web/settings.html", form=form, currency=currency, example=example), status


def _level(typed: str) -> Money | None:
    if not typed.strip():
        return None
    level = read_money(typed, config.settings().selling.currency, me().language)
    if not level:
        raise NotMoney("Write more than nothing, or leave it empty.")
    return level


def _zones(present: str) -> list[SelectChoice]:
    """Time zones by continent; the present one is there, whatever it is called."""
    known = _by_continent()
    is_known = any(choice.value == present for choice in known)
    return known if is_known else [SelectChoice(present, optgroup=_WORLD), *known]


@cache
def _by_continent() -> list[SelectChoice]:
    zones = [SelectChoice("UTC", optgroup=_WORLD)]
    for zone in sorted(available_timezones()):
        continent, _, place = zone.partition("/")
        if continent in _CONTINENTS and place:
            zones.append(SelectChoice(zone, place.replace("_", " ").replace("/", ", "), optgroup=continent))
    return zones
