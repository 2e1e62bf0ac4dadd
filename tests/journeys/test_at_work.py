"""Where the site is really used: behind a proxy that reads along, in a locked browser, on a small screen, on 2G.

Internet Explorer mode of Edge is not among them: it knows neither the style sheet nor the scripts.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.inspecting import Habits, inspecting
from tests.journeys.looking import clipped, leave_box, scrolls_sideways
from tests.journeys.sinks import serve_practice
from tests.services import OpenPage
from web.sizes import SIZES

NUMBER = re.compile(r"^1? ?\d{3} \d{3} \d{4}$")
OLD = Habits(
    speaks="HTTP/1.0", drops=frozenset({"accept-encoding", "upgrade-insecure-requests"}), knows_203=False, shouts=True
)
# What it writes into a page it cannot write into a compressed one, so it asks for none.
EAGER = Habits(
    compresses=True,
    injects=True,
    drops=frozenset({"accept-encoding", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"}),
)
# It passes on no header that it does not know.
STRICT = Habits(drops=frozenset({"x-in-page"}), knows_203=False)
# A workstation of 1024 x 600 points whose session is shown at 125 per cent: with such points, and with those that are
# left of them when the session counts in larger ones.
CITRIX = [(1024, 600), (819, 480)]
_LOCKED = """
for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
}
Object.defineProperty(Document.prototype, 'cookie', {
  get() { throw new DOMException('denied', 'SecurityError'); },
  set() { throw new DOMException('denied', 'SecurityError'); },
});
window.print = undefined;
window.open = () => null;
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site over the practice network, whose own area is Miami."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url="http://localhost:9/", area="33130") as address:
        yield address


def _find_a_number(page: Page, address: str) -> None:
    """Find one as a clinician does, look at its listing, and come back to the list."""
    page.goto(address)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("h1#name")).to_be_visible()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("habits", [OLD, EAGER], ids=["old", "eager"])
def test_a_number_is_found_through_a_proxy_that_writes_everything_anew(
    open_page: OpenPage, site: str, habits: Habits, javascript: bool
) -> None:
    with inspecting(site, habits) as proxy:
        # What such a proxy adds to a page does not run: the browser says so.
        page = open_page(javascript=javascript, expects=["Content Security Policy"])
        _find_a_number(page, proxy.address)
        assert page.title() == "Daybook"
        assert page.locator("main h1").count() == 1
        assert page.url == f"{proxy.address}/" or not javascript
        statuses = {status for method, status, _ in proxy.passed if method == "POST"}
        assert statuses == ({200} if javascript else {303})
        # What leaves the site is padded, whatever a proxy makes of it.
        assert {size for method, _, size in proxy.passed if method == "POST"} <= {*SIZES, 0}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_number_is_found_through_a_proxy_that_passes_on_only_what_it_knows(
    open_page: OpenPage, site: str, javascript: bool
) -> None:
    with inspecting(site, STRICT) as proxy:
        _find_a_number(open_page(javascript=javascript), proxy.address)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_locked_browser_finds_a_number(open_page: OpenPage, site: str, javascript: bool) -> None:
    """Without storage, cookies, new windows, printing or downloads; and without script altogether."""
    page = open_page(javascript=javascript)
    if javascript:
        page.add_init_script(_LOCKED)
    page.context.new_cdp_session(page).send("Page.setDownloadBehavior", {"behavior": "deny"})
    _find_a_number(page, site)
    if javascript:
        assert page.evaluate("typeof print") == "undefined"
    page.locator("#look").check()
    expect(page.locator(".cover [aria-level='1']")).to_be_visible()
    expect(page.locator(".result .phone").first).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), CITRIX)
def test_on_a_small_remote_screen_nothing_is_cut_off_and_the_number_is_on_the_first_screen(
    open_page: OpenPage, site: str, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    size = {"width": width, "height": height, "deviceScaleFactor": 1.25, "mobile": False}
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", size)
    page.goto(site)
    assert page.evaluate("devicePixelRatio") == 1.25
    expect(page.get_by_role("button", name="A bed tonight")).to_be_in_viewport(ratio=1)
    _nothing_is_cut_off(page)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result .phone").first).to_be_in_viewport(ratio=1)
    _nothing_is_cut_off(page)
    page.get_by_role("button", name="More about it").first.click()
    expect(page.locator("main .phone").first).to_be_in_viewport(ratio=1)
    _nothing_is_cut_off(page)


def _nothing_is_cut_off(page: Page) -> None:
    assert not scrolls_sideways(page)
    assert clipped(page) == []
    leave = leave_box(page)
    assert not leave["covered"]
    assert leave["width"] >= 44
    assert leave["height"] >= 44
    assert leave["top"] >= 0


def test_a_number_is_found_on_a_2g_line(open_page: OpenPage, site: str) -> None:
    """250 kbit/s down, 50 up, 300 ms: how long it takes is not this test's promise.

    Measured: the tiles are there after 0.6 s, everything after 1.8 s, the numbers 1.9 s after the press.
    """
    page = open_page(width=360, height=640)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": 250_000 / 8, "uploadThroughput": 50_000 / 8}
    line.send("Network.emulateNetworkConditions", slow)
    page.goto(site, wait_until="commit")
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result .phone").first).to_have_text(NUMBER)
