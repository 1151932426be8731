"""What axe-core finds on a page, in light and in dark."""

from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

EVERYTHING: dict[str, list[str]] = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast", "link-in-text-block"]}
SCHEMES: dict[Literal["light", "dark"], Any] = {
    "light": EVERYTHING,
    "dark": COLOURS,  # nothing else is different there
}
SCRIPT: str = Axe().axe_script


def found(page: Page) -> list[str]:
    """What is wrong with the page as it is shown, in each of the two schemes; empty is good."""
    wrong: list[str] = []
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    for scheme, options in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for violation in page.evaluate("options => axe.run(options).then(told => told.violations)", options):
            places = "; ".join(node["html"][:120] for node in violation["nodes"])
            wrong.append(f"{scheme} {violation['id']}: {places}")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return wrong
