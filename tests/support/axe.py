"""What axe-core finds on a page, in light and in dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def found(page: Page) -> list[str]:
    """What is wrong with the page as it is shown, in each of the two schemes; empty is good."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for violation in Axe().run(page).response["violations"]:
            places = "; ".join(node["html"][:120] for node in violation["nodes"])
            wrong.append(f"{scheme} {violation['id']}: {places}")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    return wrong
