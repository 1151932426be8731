"""The browser that the other tests look through is a real one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.support.chromium import browser

PAGE = """
<button onclick="this.textContent = new Intl.NumberFormat('en').format(1234.5)">Ring</button>
<span id="narrow">iiiiiiii</span> <span id="wide">WWWWWWWW</span>
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        page = opened.new_page()
        page.set_content(PAGE)
        yield page


def test_a_click_changes_the_page(page: Page) -> None:
    page.get_by_role("button", name="Ring").click()
    assert page.get_by_role("button").text_content() == "1,234.5"


def test_letters_are_drawn_with_a_font(page: Page) -> None:
    narrow, wide = (page.locator(name).bounding_box() for name in ("#narrow", "#wide"))
    assert narrow
    assert wide
    assert 0 < narrow["width"] < wide["width"], "boxes instead of letters are all of one width"
