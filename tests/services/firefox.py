"""Stock Firefox ESR as people have it: a profile on disk, and nothing set that would change what it writes.

Playwright drives a Firefox of its own making; marionette-driver drives the one that people have.
"""

import os
import subprocess
import warnings
from pathlib import Path
from typing import Any

from tests.services.required import unavailable
from tests.services.watched_browser import PATIENCE_SECONDS, Seen, end_group, home, until

with warnings.catch_warnings():
    # Its own dependencies are written for older Pythons.
    warnings.simplefilter("ignore")
    from marionette_driver.errors import MarionetteException, MoveTargetOutOfBoundsException
    from marionette_driver.marionette import ActionSequence, Marionette

_PORT_FILE = "MarionetteActivePort"
_PREFERENCES: dict[str, Any] = {
    # Any free port, and none of the settings that it would choose for tests: they change what a session leaves.
    "marionette.port": 0,
    "remote.prefs.recommended": False,
    # No page about the program itself before the first one.
    "termsofuse.bypassNotification": True,
    "browser.aboutwelcome.enabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
}
_WHERE = """
const history = gBrowser.selectedBrowser.browsingContext.sessionHistory;
return [history.index, history.count];
"""
# Whatever is typed into the address bar by hand comes to this in the end.
_TYPE_ADDRESS = "gURLBar.focus(); gURLBar.value = arguments[0]; gURLBar.handleCommand();"
_SCROLL_TO = "arguments[0].scrollIntoView({block: 'nearest'})"
# Whatever else can be chosen stands in the page in words.
_FIELDS = "input:not([type=checkbox], [type=radio], [type=hidden]), textarea"


def firefox_program() -> Path:
    """The Firefox that HANDRAIL_FIREFOX names, or Debian's."""
    program = Path(os.environ.get("HANDRAIL_FIREFOX", "/usr/bin/firefox-esr"))
    if not program.exists():
        unavailable("firefox", f"there is no {program}; HANDRAIL_FIREFOX may name a Firefox elsewhere")
    return program


class FirefoxProfile:
    """A running Firefox; see ``WatchedBrowser``.

    Args:
        folder: everything that it can write; a folder with a profile goes on with it.
        javascript: off is off by the profile's own setting, as people turn it off.
        sink: port of a proxy that gets whatever is asked of hosts other than this machine.
        here: host names that are this machine.
    """

    def __init__(self, folder: Path, *, javascript: bool, sink: int, here: tuple[str, ...] = ()) -> None:
        self.folder = folder
        profile = folder / "profile"
        profile.mkdir(parents=True, exist_ok=True)
        chosen = _PREFERENCES | {
            "javascript.enabled": javascript,
            "network.dns.localDomains": ",".join(here),
            "network.proxy.type": 1,
            "network.proxy.http": "127.0.0.1",
            "network.proxy.http_port": sink,
            "network.proxy.ssl": "127.0.0.1",
            "network.proxy.ssl_port": sink,
            "network.proxy.no_proxies_on": ",".join(here),
        }
        lines = (f"user_pref({_quoted(name)}, {_quoted(value)});\n" for name, value in chosen.items())
        (profile / "user.js").write_text("".join(lines))
        (profile / _PORT_FILE).unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [str(firefox_program()), "--headless", "--marionette", "--remote-allow-system-access", "--no-remote",
             "--profile", str(profile), "--width", "1280", "--height", "2400"],
            env=home(folder), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            port = until(lambda: _port(profile / _PORT_FILE), what="Firefox to start")
            self._browser = Marionette(host="127.0.0.1", port=port, socket_timeout=PATIENCE_SECONDS * 2)
            self._browser.start_session({"acceptInsecureCerts": True})
            self._browser.timeout.page_load = PATIENCE_SECONDS
        except BaseException:
            end_group(self._process)
            raise

    def open_tab(self) -> None:
        """See ``WatchedBrowser``."""
        self._browser.switch_to_window(self._browser.open(type="tab", focus=True)["handle"])

    def go(self, url: str) -> None:
        """See ``WatchedBrowser``."""
        self._chrome(_TYPE_ADDRESS, url)
        self.wait_for_url(url)

    def follow(self, url: str) -> None:
        """See ``WatchedBrowser``."""
        self._browser.navigate(url)

    def wait_for(self, selector: str) -> None:
        """See ``WatchedBrowser``."""
        until(lambda: self._find(selector), what=lambda: f"{selector} in {self.seen().shown}")

    def wait_for_url(self, start: str) -> None:
        """See ``WatchedBrowser``."""
        until(lambda: self._browser.get_url().startswith(start), what=f"the address {start}")
        until(lambda: self._find("body *"), what="the page")

    def press(self, selector: str) -> None:
        """See ``WatchedBrowser``."""
        until(lambda: self._pressed(selector), what=selector)

    def _pressed(self, selector: str) -> bool:
        for element in self._find(selector)[:1]:
            self._browser.execute_script(_SCROLL_TO, script_args=[element])
            mouse = ActionSequence(self._browser, "pointer", "mouse", {"pointerType": "mouse"})
            try:
                mouse.click(element=element).perform()
            except MoveTargetOutOfBoundsException:
                # The page still scrolls to where the last letter was typed.
                return False
            return True
        return False

    def type_into(self, selector: str, text: str) -> None:
        """See ``WatchedBrowser``."""
        self.press(selector)
        ActionSequence(self._browser, "key", "keyboard").send_keys(text).perform()

    def step(self, by: int) -> str:
        """See ``WatchedBrowser``."""
        index, count = self._chrome(_WHERE)
        if not 0 <= index + by < count:
            return ""
        if by < 0:
            self._browser.go_back()
        else:
            self._browser.go_forward()
        return "shown"

    def seen(self) -> Seen:
        """See ``WatchedBrowser``."""
        return until(self._seen, what="a page that stays")[0]

    def _seen(self) -> list[Seen]:
        browser = self._browser
        try:
            fields = [
                str(field.get_property("value") or "") for field in browser.find_elements("css selector", _FIELDS)
            ]
            shown = "\n".join(body.text for body in browser.find_elements("css selector", "body"))
            content = "\n".join((browser.page_source, *fields))
            return [Seen(browser.get_url(), browser.title, shown, content)]
        except MarionetteException:
            # The page went while it was looked at.
            return []

    def all_seen(self) -> list[Seen]:
        """See ``WatchedBrowser``."""
        found = []
        for tab in self._browser.window_handles:
            self._browser.switch_to_window(tab)
            found.append(self.seen())
        return found

    def stored(self, origin: str) -> dict[str, int]:
        """See ``WatchedBrowser``; what Firefox keeps beside these lies in the profile under the site's name."""
        assert self._browser.get_url().startswith(origin)
        local, session = self._browser.execute_script("return [localStorage.length, sessionStorage.length]")
        found = {"localStorage": local, "sessionStorage": session, "cookies": len(self._browser.get_cookies())}
        return {kind: amount for kind, amount in found.items() if amount}

    def close(self) -> None:
        """See ``WatchedBrowser``."""
        self._browser._request_in_app_shutdown()
        end_group(self._process, patience=PATIENCE_SECONDS)
        self._browser.delete_session(send_request=False)

    def kill(self) -> None:
        """See ``WatchedBrowser``."""
        if self._process.returncode is None:
            end_group(self._process)
            self._browser.delete_session(send_request=False)

    def _find(self, selector: str) -> list[Any]:
        try:
            found: list[Any] = self._browser.find_elements("css selector", selector)
        except MarionetteException:
            # The page went while it was asked.
            return []
        return found

    def _chrome(self, script: str, *arguments: str) -> Any:
        with self._browser.using_context("chrome"):
            return self._browser.execute_script(script, script_args=arguments)


def _port(file: Path) -> int:
    return int(file.read_text().strip() or 0) if file.exists() else 0


def _quoted(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, int) else f'"{value}"'
