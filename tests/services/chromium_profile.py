"""A Chromium as people have it: a profile on disk, its back/forward cache on, driven through a pipe.

Playwright starts browsers for tests, with that cache off and without much that a profile holds. This starts the program
itself and speaks the DevTools protocol, so that whatever a person's browser would write is written.
"""

import itertools
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.services.required import unavailable
from tests.services.watched_browser import PATIENCE_SECONDS, Seen, end_group, home, until

_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--password-store=basic",
    "--ignore-certificate-errors",
    "--remote-debugging-pipe",
    "--window-size=1280,2400",
)
# The program reads commands from descriptor 3 and answers on 4; both ends are moved out of the way first.
_WITH_PIPES = (
    "import fcntl, os, sys; ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]; "
    "os.dup2(ends[0], 3); os.dup2(ends[1], 4); os.execv(sys.argv[3], sys.argv[3:])"
)
_NO_SCRIPT = {"profile": {"default_content_setting_values": {"javascript": 2}}}
_RESTORED = "BackForwardCacheRestore"


def chromium_program() -> Path:
    """The Chromium that HANDRAIL_CHROME names, or Debian's."""
    program = Path(os.environ.get("HANDRAIL_CHROME", "/usr/bin/chromium"))
    if not program.exists():
        unavailable("chrome", f"there is no {program}; HANDRAIL_CHROME may name a Chromium elsewhere")
    return program


class ChromiumProfile:
    """A running Chromium; see ``WatchedBrowser``.

    Args:
        folder: everything that it can write; a folder with a profile goes on with it.
        javascript: off is off by the profile's own setting, as people turn it off.
        sink: port of a proxy that gets whatever is asked of hosts other than this machine.
        here: host names that are this machine.
        restores: opens what was open when it ended last.
    """

    def __init__(
        self, folder: Path, *, javascript: bool, sink: int, here: tuple[str, ...] = (), restores: bool = False
    ) -> None:
        self.folder = folder
        profile = folder / "profile"
        if not profile.exists():
            (profile / "Default").mkdir(parents=True)
            (profile / "Default" / "Preferences").write_text(json.dumps({} if javascript else _NO_SCRIPT))
        ours = [f"--user-data-dir={profile}", f"--proxy-server=http://127.0.0.1:{sink}"]
        ours.append("--host-resolver-rules=" + ",".join(f"MAP {host} 127.0.0.1" for host in here))
        ours.append("--proxy-bypass-list=" + ";".join(here))
        if restores:
            _forget_crash(profile / "Default" / "Preferences")
            ours.append("--restore-last-session")
        program = str(chromium_program())
        read_commands, commands = os.pipe()
        answers, write_answers = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _WITH_PIPES, str(read_commands), str(write_answers),
             program, *_ARGUMENTS, *ours],
            env=home(folder), pass_fds=(read_commands, write_answers), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(read_commands)
        os.close(write_answers)
        self._pipe = _Pipe(commands, answers)
        self._tab = self._session = ""
        try:
            self._look_at(until(self._tabs, what="the first tab of Chromium")[0])
        except BaseException:
            self.kill()
            raise

    def open_tab(self) -> None:
        """See ``WatchedBrowser``."""
        self._look_at(self._pipe.ask("Target.createTarget", url="about:blank")["targetId"])

    def go(self, url: str) -> None:
        """See ``WatchedBrowser``."""
        self._navigate(url, "typed")

    def follow(self, url: str) -> None:
        """See ``WatchedBrowser``."""
        self._navigate(url, "link")

    def _navigate(self, url: str, kind: str) -> None:
        self._pipe.forget()
        said = self._ask("Page.navigate", url=url, transitionType=kind)
        if "errorText" in said:
            msg = f"Chromium cannot go there: {said['errorText']}"
            raise RuntimeError(msg)
        self._pipe.hear("Page.loadEventFired", self._session)

    def wait_for(self, selector: str) -> None:
        """See ``WatchedBrowser``."""
        until(lambda: self._find(selector), what=lambda: f"{selector} in {self.seen().shown}")

    def wait_for_url(self, start: str) -> None:
        """See ``WatchedBrowser``."""
        until(lambda: self._place()[1].startswith(start), what=f"the address {start}")
        # The address is there before the page; what it had before is gone by then.
        until(lambda: self._find("body *"), what="the page")

    def press(self, selector: str) -> None:
        """See ``WatchedBrowser``."""
        self.wait_for(selector)
        node = self._find(selector)
        self._ask("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self._ask("DOM.getContentQuads", nodeId=node)["quads"][0]
        at = {"x": sum(quad[::2]) / 4, "y": sum(quad[1::2]) / 4}
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", **at)
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)

    def type_into(self, selector: str, text: str) -> None:
        """See ``WatchedBrowser``."""
        self.press(selector)
        for letter in text:
            self._ask("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self._ask("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def step(self, by: int) -> str:
        """See ``WatchedBrowser``; "restored" when it came from the back/forward cache."""
        past = self._ask("Page.getNavigationHistory")
        wanted = past["currentIndex"] + by
        if not 0 <= wanted < len(past["entries"]):
            return ""
        self._pipe.forget()
        self._ask("Page.navigateToHistoryEntry", entryId=past["entries"][wanted]["id"])
        kind = self._pipe.hear("Page.frameNavigated", self._session)["type"]
        if kind == _RESTORED:
            return "restored"
        self._pipe.hear("Page.loadEventFired", self._session)
        return "loaded"

    def seen(self) -> Seen:
        """See ``WatchedBrowser``."""
        title, url = self._place()
        document = self._ask("DOMSnapshot.captureSnapshot", computedStyles=[])["strings"]
        # What is drawn is what a screen reader would read: nothing of closed folds, nothing that is hidden.
        read_out = [node for node in self._ask("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
        shown = [node["name"]["value"] for node in read_out if node["role"]["value"] == "StaticText"]
        return Seen(url, title, "\n".join(shown), "\n".join(document))

    def all_seen(self) -> list[Seen]:
        """See ``WatchedBrowser``."""
        found = []
        for tab in self._tabs():
            self._look_at(tab)
            found.append(self.seen())
        return found

    def stored(self, origin: str) -> dict[str, int]:
        """See ``WatchedBrowser``."""
        usage = self._ask("Storage.getUsageAndQuota", origin=origin)["usageBreakdown"]
        found = {kind["storageType"]: int(kind["usage"]) for kind in usage}
        for kind, is_local in (("localStorage", True), ("sessionStorage", False)):
            where = {"securityOrigin": origin, "isLocalStorage": is_local}
            found[kind] = len(self._ask("DOMStorage.getDOMStorageItems", storageId=where)["entries"])
        found["cookies"] = len(self._pipe.ask("Storage.getCookies")["cookies"])
        found["workers"] = sum("worker" in target["type"] for target in self._targets())
        return {kind: amount for kind, amount in found.items() if amount}

    def close(self) -> None:
        """See ``WatchedBrowser``."""
        self._pipe.ask("Browser.close")
        end_group(self._process, patience=PATIENCE_SECONDS)

    def kill(self) -> None:
        """See ``WatchedBrowser``."""
        if self._process.returncode is None:
            end_group(self._process)
        self._pipe.close()

    def _targets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._pipe.ask("Target.getTargets")["targetInfos"]
        return found

    def _tabs(self) -> list[str]:
        return [target["targetId"] for target in self._targets() if target["type"] == "page"]

    def _look_at(self, tab: str) -> None:
        self._tab = tab
        self._session = self._pipe.ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        self._ask("Page.enable")
        self._ask("Page.bringToFront")

    def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        return self._pipe.ask(method, self._session, **arguments)

    def _place(self) -> tuple[str, str]:
        tab = self._pipe.ask("Target.getTargetInfo", targetId=self._tab)["targetInfo"]
        return tab["title"], tab["url"]

    def _find(self, selector: str) -> int:
        try:
            root = self._ask("DOM.getDocument", depth=0)["root"]["nodeId"]
            return int(self._ask("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])
        except _RefusedError:
            # The page went while it was asked.
            return 0


def _forget_crash(preferences: Path) -> None:
    """What the press on "Restore" in the message after a crash comes to: else Chromium waits for that press."""
    kept = json.loads(preferences.read_text())
    kept["profile"]["exit_type"] = "Normal"
    preferences.write_text(json.dumps(kept))


class _RefusedError(RuntimeError):
    """The browser did not do what it was asked."""


class _Pipe:
    """Speaks the DevTools protocol: JSON, each message ended by a zero byte."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._ends = [commands, answers]
        self._numbers = itertools.count(1)
        self._rest = b""
        self._heard: list[dict[str, Any]] = []

    def ask(self, method: str, session: str = "", **arguments: Any) -> dict[str, Any]:
        """Ask and wait for the answer; what the browser tells meanwhile is kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": arguments} | ({"sessionId": session} if session else {})
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    msg = f"{method}: {answer['error']['message']}"
                    raise _RefusedError(msg)
                result: dict[str, Any] = answer["result"]
                return result
            if "method" in answer:
                self._heard.append(answer)

    def forget(self) -> None:
        """Forget what was told so far."""
        self._heard.clear()

    def hear(self, method: str, session: str) -> dict[str, Any]:
        """What the browser tells about this, since ``forget``; waits for it."""
        while True:
            for message in self._heard:
                if message["method"] == method and message.get("sessionId") == session:
                    self._heard.remove(message)
                    told: dict[str, Any] = message["params"]
                    return told
            message = self._next()
            if "method" in message:
                self._heard.append(message)

    def close(self) -> None:
        """Close both ends, once."""
        while self._ends:
            os.close(self._ends.pop())

    def _next(self) -> dict[str, Any]:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, give_up - time.monotonic()))
            more = os.read(self._answers, 1 << 20) if ready else b""
            if not more:
                msg = "Chromium does not answer"
                raise TimeoutError(msg)
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        read: dict[str, Any] = json.loads(message)
        return read
