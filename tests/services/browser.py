"""A real Chromium that cannot leave the machine, and pages that complain about what a person would not see."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    WebError,
    expect,
    sync_playwright,
)

from tests.services.required import unavailable
from tests.services.server import ENDED

# No promise of a time: a machine that runs other tests beside these may take long for a page.
_PATIENCE_MS = 30_000
_HERE = frozenset({"127.0.0.1", "localhost"})
_ARGUMENTS = (
    # Every other name fails at once instead of being looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
)
# Playwright turns this cache off, and with it the leak through the Back button that tests must be able to see.
_NOT_PLAYWRIGHTS = ("--disable-back-forward-cache",)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the Chromium that HANDRAIL_CHROME names, or Debian's."""
    program = Path(os.environ.get("HANDRAIL_CHROME", "/usr/bin/chromium"))
    if not program.exists():
        unavailable("chrome", f"there is no {program}; HANDRAIL_CHROME may name a Chromium elsewhere")
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(_ARGUMENTS), ignore_default_args=list(_NOT_PLAYWRIGHTS)
        )
        try:
            yield browser
        finally:
            browser.close()


class OpenPage:
    """Opens pages, each in a profile of its own, and notes what went wrong in any of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(
        self,
        *,
        javascript: bool = True,
        dark: bool = False,
        width: int = 1280,
        height: int = 800,
        locale: str = "en-US",
        expects: Sequence[str] = (),
    ) -> Page:
        """Open an empty page; its width and height are CSS pixels.

        A console error or a request off the machine that holds one of the texts in ``expects`` is no complaint: for
        tests that provoke it.
        """
        context = self._browser.new_context(
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            locale=locale,
        )
        context.set_default_timeout(_PATIENCE_MS)
        self._contexts.append(context)

        def complain(about: str) -> None:
            if not any(text in about for text in expects):
                self.complaints.append(about)

        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and not _comes_too_late(message):
                complain(f"console error: {message.text} ({message.location['url']})")

        def watch(request: Request) -> None:
            if (host := urlsplit(request.url).hostname) and host not in _HERE:
                complain(f"request off the machine: {request.url}")

        def note(error: WebError) -> None:
            complain(f"error in the page: {error.error}")

        context.on("console", hear)
        context.on("request", watch)
        context.on("weberror", note)
        return context.new_page()

    def close(self) -> None:
        """Close every page that was opened."""
        for context in self._contexts:
            context.close()


def _comes_too_late(message: ConsoleMessage) -> bool:
    """Whether a page asked for something, such as its icon, when the site under test had ended already."""
    return "ERR_CONNECTION_REFUSED" in message.text and urlsplit(message.location["url"]).port in ENDED
