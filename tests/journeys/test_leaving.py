"""She hears steps: one press, or a key three times, and nothing of the page is left to be seen or brought back."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page, expect

from tests.journeys.sinks import ELSEWHERE, Sink, page_elsewhere, refusing_address, relay_to, serve_practice
from tests.services import OpenPage

# Elsewhere in the practice network than the site's own area, and words that stand on no page unless they are asked for.
PLACE, NAME = "Hialeah, FL", "zaffrequill"
UNPRINTED = "This page is not made for paper. Please use the screen."
LOOKED_AT_MS = (50, 150, 500)
_TELLING = ("Hialeah", NAME, "numbers for", "555 01", "Find a number")

# A browser that is on its way elsewhere answers no question about its page, so the page itself says what it holds.
# Times count from the input, as the browser dates it.
_REPORTER = """
let pressed, wasThere;
for (const type of ['mouseup', 'touchend', 'keydown']) {
  addEventListener(type, event => {
    if (document.body?.childNodes.length) pressed = event.timeStamp;
  }, {capture: true, passive: true});
}
const held = () => document.documentElement.outerHTML
  + [...document.querySelectorAll('input, select')].map(field => field.value).join();
new MutationObserver(() => {
  wasThere ||= document.body?.childNodes.length;
  if (!wasThere || document.body.childNodes.length || !pressed) return;
  wasThere = false;
  const after = performance.now() - pressed;
  for (const wait of [50, 150, 500]) {
    setTimeout(() => console.log(JSON.stringify({after, at: wait, held: held()})), wait - after);
  }
}).observe(document, {childList: true, subtree: true});
"""

Press = Callable[[Page], None]


@pytest.fixture(scope="module")
def slow_exit() -> Iterator[Sink]:
    """A way out that does not answer until it is told to."""
    with page_elsewhere() as sink:
        yield sink


@pytest.fixture(scope="module")
def before() -> Iterator[Sink]:
    """The page on which somebody was before."""
    with page_elsewhere() as sink:
        yield sink


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, slow_exit: Sink) -> Iterator[str]:
    """The address of a site over the practice network with the slow way out."""
    with serve_practice(tmp_path_factory.mktemp("site"), exit_url=slow_exit.address, area="33130") as address:
        yield address


@contextmanager
def _visit(browser: Browser, *, javascript: bool = True, touch: bool = False) -> Iterator[Page]:
    """An empty page in a profile of its own."""
    context: BrowserContext = browser.new_context(
        java_script_enabled=javascript, has_touch=touch, is_mobile=touch, viewport={"width": 360, "height": 640}
    )
    with closing(context):
        context.set_default_timeout(10_000)
        context.add_init_script(_REPORTER)
        yield context.new_page()


def _ask(page: Page, address: str) -> None:
    """Ask for a bed somewhere, with a word that is nowhere else, and wait for the answer."""
    page.goto(address)
    page.locator("#a").fill(PLACE)
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()


def _ask_again(page: Page) -> None:
    """Go back to the form with what was asked, and type on."""
    page.locator("main .section summary").click()
    page.get_by_role("button", name="Change the needs").click()
    expect(page.locator("#a")).to_have_value(PLACE)
    page.get_by_text("More kinds").click()
    page.locator("#q").fill(NAME)


def _corner(page: Page) -> tuple[float, float]:
    box = page.locator("#leave").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _by_mouse(page: Page) -> None:
    page.mouse.move(*_corner(page))
    page.mouse.down()
    page.mouse.up()


def _by_touch(page: Page) -> None:
    page.touchscreen.tap(*_corner(page))


def _by_enter(page: Page) -> None:
    page.locator("#leave").focus()
    page.keyboard.press("Enter")


def _by_keys(*keys: str) -> Press:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return press


def _drawn(session: CDPSession, *, below_bar: bool = False) -> str:
    """What is drawn in the window, as a picture."""
    top = 60 if below_bar else 0
    clip = {"x": 0, "y": top, "width": 360, "height": 640 - top, "scale": 1}
    picture: str = session.send("Page.captureScreenshot", {"format": "png", "clip": clip})["data"]
    return picture


def _looks(session: CDPSession, *, since: float, below_bar: bool = False) -> list[str]:
    """What is drawn 50, 150 and 500 milliseconds after a moment of the monotonic clock."""
    looks = []
    for milliseconds in LOOKED_AT_MS:
        time.sleep(max(0.0, since + milliseconds / 1000 - time.monotonic()))
        looks.append(_drawn(session, below_bar=below_bar))
    return looks


def _nothing_drawn(page: Page, session: CDPSession, *, below_bar: bool = False) -> str:
    page.set_content("<!doctype html><style>html { background: #f4f5f5 }</style>")
    return _drawn(session, below_bar=below_bar)


def _lead_to(page: Page, address: str) -> None:
    """Let Leave lead elsewhere than the site's own way out."""
    page.evaluate("address => { document.getElementById('leave').href = address }", address)


def _texts(session: CDPSession) -> str:
    """Every text, attribute and field value of the document, as a look from outside finds them."""
    found = session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    return "\n".join(found["strings"])


def _telling(text: str) -> list[str]:
    return [word for word in _TELLING if word.casefold() in text.casefold()]


@pytest.mark.alone
@pytest.mark.parametrize(
    ("press", "touch"),
    [
        (_by_mouse, False),
        (_by_touch, True),
        (_by_enter, False),
        (_by_keys("Shift", "Shift", "Shift"), False),
        (_by_keys("Escape", "Escape", "Escape"), False),
        (_by_keys(*["Escape"] * 5), False),
    ],
    ids=["mouse", "touch", "Enter", "Shift three times", "Escape three times", "Escape five times"],
)
def test_all_is_gone_50_ms_after_the_press_however_slow_the_exit_is(
    browser: Browser, site: str, slow_exit: Sink, press: Press, touch: bool
) -> None:
    with _visit(browser, touch=touch) as page:
        _ask(page, site)
        if press is not _by_mouse:
            _ask_again(page)
        session = page.context.new_cdp_session(page)
        assert len(_telling(_texts(session))) >= 3
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        slow_exit.may_answer.clear()
        pressed_at = time.monotonic()
        press(page)
        looks = _looks(session, since=pressed_at)
        page.wait_for_timeout(100)
        slow_exit.may_answer.set()
        page.wait_for_url(slow_exit.address)
        # The one request is the exit.
        assert asked == [slow_exit.address]
        assert set(looks) == {_nothing_drawn(page, session)}
        snapshots = [json.loads(text) for text in told]
        assert [snapshot["at"] for snapshot in snapshots] == list(LOOKED_AT_MS)
        for snapshot in snapshots:
            assert snapshot["after"] <= 50
            assert _telling(snapshot["held"]) == []
            assert re.findall(r"<title>.*</title>|<body[^>]*>.*", snapshot["held"]) == [
                "<title>Daybook</title>", f'<body data-print="{UNPRINTED}"></body></html>'
            ]  # fmt: skip


@pytest.mark.alone
@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_without_script_nothing_of_the_page_is_drawn_after_the_press(
    browser: Browser, site: str, slow_exit: Sink, touch: bool
) -> None:
    """By mouse and by touch. Enter is the known exception: without script the page stays until the next one comes.

    The cover, which stands beside Leave and needs no script, is the answer to it (see ``test_cover``).
    """
    for press in [_by_touch] if touch else [_by_mouse, _by_enter]:
        with _visit(browser, javascript=False, touch=touch) as page:
            _ask(page, site)
            session = page.context.new_cdp_session(page)
            shown = _drawn(session, below_bar=True)
            slow_exit.may_answer.clear()
            pressed_at = time.monotonic()
            press(page)
            looks = _looks(session, since=pressed_at, below_bar=True)
            slow_exit.may_answer.set()
            page.wait_for_url(slow_exit.address)
            assert set(looks) == {shown if press is _by_enter else _nothing_drawn(page, session, below_bar=True)}


def test_a_press_with_a_key_or_the_middle_button_leaves_too_and_opens_nothing(
    browser: Browser, site: str, before: Sink
) -> None:
    for modifier, button in (("Control", "left"), ("Shift", "left"), ("Meta", "left"), (None, "middle")):
        with _visit(browser) as page:
            page.goto(site)
            _lead_to(page, before.address)
            page.mouse.move(*_corner(page))
            if modifier:
                page.keyboard.down(modifier)
            page.mouse.down(button=button)  # type: ignore[arg-type]
            page.mouse.up(button=button)  # type: ignore[arg-type]
            page.wait_for_url(before.address)
            page.wait_for_timeout(100)
            assert len(page.context.pages) == 1


_STAYS: dict[str, Press] = {
    "two presses": _by_keys("Shift", "Shift"),
    "the two keys mixed": _by_keys("Shift", "Shift", "Escape", "Escape", "Shift", "Shift"),
    "a letter between": _by_keys("Shift", "Shift", "a", "Shift", "Shift"),
    "Control and Shift": _by_keys(*["Control+Shift"] * 4),
    "Alt and Shift": _by_keys(*["Alt+Shift"] * 4),
    "Shift and Alt": _by_keys(*["Shift+Alt"] * 4),
    "Shift and Tab": _by_keys(*["Shift+Tab"] * 4),
    "Shift and Escape": _by_keys(*["Shift+Escape"] * 4),
    "Shift after a key with Control": _by_keys("Control+b", "Shift", "Shift", "Shift"),
}


def _type_capitals(page: Page) -> None:
    """As hands do it: Shift for each capital."""
    for letter in "ABCdef" * 20:
        page.keyboard.press(f"Shift+{letter}" if letter.isupper() else letter)


def _hold_control(page: Page) -> None:
    page.keyboard.down("Control")
    _by_keys(*["Shift"] * 4, *["Escape"] * 4)(page)
    page.keyboard.up("Control")


def _hold(page: Page) -> None:
    for _ in range(12):
        page.keyboard.down("Shift")
    page.keyboard.up("Shift")


def _click_with_shift(page: Page) -> None:
    for _ in range(4):
        page.keyboard.down("Shift")
        page.mouse.click(180, 90)
        page.keyboard.up("Shift")


def _scroll_with_shift(page: Page) -> None:
    for _ in range(4):
        page.keyboard.down("Shift")
        page.mouse.wheel(0, 10)
        page.wait_for_timeout(50)
        page.keyboard.up("Shift")


def _a_while_after(keys: str) -> Press:
    def press(page: Page) -> None:
        page.keyboard.press(keys)
        page.wait_for_timeout(800)
        _by_keys("Shift", "Shift", "Shift")(page)

    return press


def _drawn_keyboard(page: Page) -> None:
    """Keys as the keyboards of phones send them: without a place on the keyboard, or still being put together."""
    session = page.context.new_cdp_session(page)
    for code, number in (("", 16), ("ShiftLeft", 229)):
        for _ in range(4):
            told = {"key": "Shift", "code": code, "windowsVirtualKeyCode": number}
            session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "modifiers": 8, **told})
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", **told})


_STAYS |= {
    "ABCdef typed twenty times": _type_capitals,
    "while Control is held": _hold_control,
    "Shift held": _hold,
    "Shift and a press": _click_with_shift,
    "Shift and the wheel": _scroll_with_shift,
    "a drawn keyboard": _drawn_keyboard,
}
_LEAVES = {
    "left and right": _by_keys("ShiftLeft", "ShiftRight", "ShiftLeft"),
    "after capitals": _by_keys("Shift+A", "b", "Shift", "Shift", "Shift"),
    "after two of the other": _by_keys("Escape", "Escape", "Shift", "Shift", "Shift"),
    "a while after a capital": _a_while_after("Shift+M"),
    "a while after a key with Control": _a_while_after("Control+b"),
    "one more after a key with Control": _by_keys("Control+b", "Shift", "Shift", "Shift", "Shift"),
}


def test_no_typing_leaves_and_three_presses_alone_do_inside_a_field_too(
    open_page: OpenPage, site: str, before: Sink
) -> None:
    page = open_page()
    page.goto(site)
    _lead_to(page, before.address)
    for name, keys in _STAYS.items():
        page.locator("#a").fill("")
        page.locator("#a").focus()
        keys(page)
        assert page.evaluate("document.body.childNodes.length"), name
        # What was counted so far is forgotten.
        page.mouse.click(5, 300)
        if keys is _type_capitals:
            assert page.locator("#a").input_value() == "ABCdef" * 20
    for keys in _LEAVES.values():
        if page.url != f"{site}/":
            page.goto(site)
            _lead_to(page, before.address)
        page.locator("#a").focus()
        keys(page)
        page.wait_for_url(before.address)


def test_presses_count_for_five_seconds_and_are_announced_beside_leave(
    open_page: OpenPage, site: str, before: Sink
) -> None:
    page = open_page()
    page.clock.install()
    page.goto(site)
    _lead_to(page, before.address)
    said = page.get_by_role("status").filter(has_text="to leave")
    everything = "[...document.querySelectorAll('.leave, .look, .home, main, main *')]"
    places = f"{everything}.map(e => JSON.stringify(e.getBoundingClientRect())).join()"
    at_first = page.evaluate(places)
    page.keyboard.down("Shift")
    expect(said).to_have_count(0)
    page.keyboard.up("Shift")
    expect(said).to_have_text("Twice more to leave")
    page.keyboard.press("Shift")
    expect(said).to_have_text("Once more to leave")
    assert page.evaluate(places) == at_first
    page.clock.fast_forward(5_001)
    expect(said).to_have_count(0)
    page.keyboard.press("Shift")
    expect(said).to_have_text("Twice more to leave")
    page.clock.fast_forward(3_000)
    page.keyboard.press("Shift")
    page.clock.fast_forward(3_000)
    page.keyboard.press("Shift")
    # The first of these three is too long ago, so this was the second.
    expect(said).to_have_text("Once more to leave")
    page.keyboard.press("Shift")
    page.wait_for_url(before.address)


def test_keys_can_be_turned_off_and_stay_off_until_the_page_is_left(
    open_page: OpenPage, site: str, before: Sink
) -> None:
    page = open_page()
    page.goto(site)
    fold = page.locator("details", has=page.locator("#keys"))
    fold.locator("summary").click()
    page.locator("#keys-off").check()
    page.get_by_role("button", name="A bed tonight").click()
    expect(page.locator(".result").first).to_be_visible()
    _by_keys(*["Shift"] * 4, *["Escape"] * 4)(page)
    fold.locator("summary").click()
    expect(page.locator("#keys-off")).to_be_checked()
    page.locator("#keys-off").uncheck()
    _lead_to(page, before.address)
    _by_keys("Shift", "Shift", "Shift")(page)
    page.wait_for_url(before.address)


def test_a_phone_has_no_keys_to_leave_by_and_none_are_promised(browser: Browser, site: str) -> None:
    with _visit(browser, touch=True) as page:
        page.goto(site)
        _by_keys(*["Shift"] * 4, *["Escape"] * 4)(page)
        assert page.locator("#keys").evaluate("keys => keys.hidden")


def test_where_the_exit_cannot_be_reached_nothing_comes_back(browser: Browser, site: str, before: Sink) -> None:
    with _visit(browser) as page:
        page.goto(before.address)
        _ask(page, site)
        _lead_to(page, refusing_address())
        _by_mouse(page)
        page.wait_for_function("location.protocol === 'chrome-error:'")
        assert _telling(page.content()) == []
        _expect_no_way_back(page)


@pytest.mark.alone
def test_what_was_still_coming_when_somebody_left_does_not_come_any_more(
    browser: Browser, site: str, slow_exit: Sink
) -> None:
    with relay_to(site) as relay, _visit(browser) as page:
        relay.cut = b"<main"
        page.goto(relay.address, wait_until="commit")
        expect(page.locator("#leave")).to_be_visible()
        # Script is there before the page is: it says so when the key comes up.
        while not page.locator("#said").inner_text():
            page.keyboard.press("Escape")
            page.wait_for_timeout(50)
        session = page.context.new_cdp_session(page)
        slow_exit.may_answer.clear()
        _by_mouse(page)
        relay.rest_may_come.set()
        looks = _looks(session, since=time.monotonic())
        slow_exit.may_answer.set()
        page.wait_for_url(slow_exit.address)
        assert set(looks) == {_nothing_drawn(page, session)}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_back_and_forward_show_nothing_of_a_search(
    browser: Browser, site: str, before: Sink, slow_exit: Sink, javascript: bool
) -> None:
    for how in ("exit", "address", "link"):
        with _visit(browser, javascript=javascript) as page:
            page.goto(before.address)
            _ask(page, site)
            page.get_by_role("button", name="More about it").first.click()
            expect(page.locator("h1#name")).to_be_visible()
            if how == "exit":
                _by_mouse(page)
                page.wait_for_url(slow_exit.address)
            elif how == "address":
                page.goto(before.address)
            else:
                page.evaluate("url => { location.href = url }", before.address)
                page.wait_for_url(before.address)
            expect(page.locator("body")).to_have_text(ELSEWHERE)
            if javascript and how == "exit":
                # The exit has taken the place of our page.
                assert not any(entry["url"].startswith(site) for entry in _history(page)["entries"])
            _expect_no_way_back(page)


def _history(page: Page) -> dict[str, Any]:
    """The pages of this tab, also while the browser changes from one to the other."""
    while True:
        try:
            found: dict[str, Any] = page.context.new_cdp_session(page).send("Page.getNavigationHistory")
        except Error:
            page.wait_for_timeout(20)
        else:
            return found


def _expect_no_way_back(page: Page) -> None:
    """Six times back and six times forward: nothing tells of the search."""
    for step in [-1] * 6 + [1] * 6:
        history = _history(page)
        index = history["currentIndex"] + step
        if not 0 <= index < len(history["entries"]):
            continue
        entry = history["entries"][index]["id"]
        page.context.new_cdp_session(page).send("Page.navigateToHistoryEntry", {"entryId": entry})
        while _history(page)["currentIndex"] != index:
            page.wait_for_timeout(20)
        # A page that was kept is there at once; one that is asked for again takes a moment.
        for _ in range(3):
            assert [word for word in _telling(_seen(page)) if word != "Find a number"] == [], step
            page.wait_for_timeout(70)


def _seen(page: Page) -> str:
    """Address, title and every text of the page, also of one that the browser kept."""
    return f"{page.url}\n{_texts(page.context.new_cdp_session(page))}"


def test_a_page_that_the_browser_kept_comes_back_empty_and_gives_way_to_the_start(
    browser: Browser, site: str, before: Sink
) -> None:
    """Ours asks browsers to keep nothing; here they may, so that one is kept."""
    with relay_to(site) as relay, _visit(browser) as page:
        relay.is_kept = True
        page.add_init_script("""
            addEventListener('pageshow', event => {
              if (event.persisted) console.log(`kept, with ${document.body.childNodes.length} parts`);
            });
        """)
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text) if "kept" in message.text else None)
        _ask(page, relay.address)
        page.goto(before.address)
        page.evaluate("setTimeout(() => history.back())")
        expect(page.get_by_role("heading", name="Find a number")).to_be_visible()
        assert told == ["kept, with 0 parts"]
        assert page.url == f"{relay.address}/"
        _expect_no_way_back(page)
