"""No test sees what another did to the one application of their process."""

from dataclasses import replace

import pytest
from flask import Flask

from app import config
from tests.support import one_app
from tests.support.world import World

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"])


def test_what_a_test_did_to_it_is_undone(world: World) -> None:
    settings, app = config.settings(), world.app
    ours = app.extensions["carrier"]
    world.deaf_to("/")
    world.change_settings(brand="Another")
    world.ask_at("http://127.0.0.1:1")
    app.config["SECRET_KEY"] = "another"
    app.extensions["another"] = app.jinja_env.globals["another"] = object()
    del app.view_functions["web.home"]
    assert app.test_client().get("/").status_code == 503

    again = one_app.fresh(settings)
    assert again.test_client().get("/").status_code == 200
    assert config.settings() is again.config["SETTINGS"] is settings
    assert again.config["SECRET_KEY"] == settings.secret_keys[0]
    assert again.extensions["carrier"].settings is settings
    assert again.extensions["carrier"] is not ours
    assert "another" not in again.extensions
    assert "another" not in again.jinja_env.globals


def test_it_takes_the_settings_of_each_test(app: Flask) -> None:
    other = replace(config.settings(), brand="Another")
    assert one_app.fresh(other).config["SETTINGS"].brand == config.settings().brand == "Another"


def test_a_test_that_wants_other_doors_makes_its_own_application(app: Flask) -> None:
    with pytest.raises(AssertionError):
        app.add_url_rule("/another", "another")
