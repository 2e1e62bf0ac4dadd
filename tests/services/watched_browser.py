"""A browser with a profile on disk, as a journey drives it and a watcher looks at it; Chromium and Firefox are such.

Whatever is read of a page is read from outside, by the browser: no script runs in it, so it works without JavaScript,
and a page cannot know that it is looked at.
"""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

# Many browsers share a machine that may be small and busy.
PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.05
_Found = TypeVar("_Found")


class Seen(msgspec.Struct, frozen=True):
    """What a watcher finds in a tab.

    Attributes:
        url: where it is.
        title: what stands on the tab.
        shown: the text that can be read, without what is folded away or hidden.
        content: the whole document as it is now, with what stands in its fields.
    """

    url: str
    title: str
    shown: str
    content: str


class WatchedBrowser(Protocol):
    """What a journey can do in either browser. ``folder`` holds everything that the browser can write."""

    folder: Path

    def open_tab(self) -> None:
        """Open a new tab and look at it."""

    def go(self, url: str) -> None:
        """Go to an address as if it was typed, and wait for the page."""

    def follow(self, url: str) -> None:
        """Go to an address as if a link to it was pressed somewhere else, and wait for the page."""

    def wait_for(self, selector: str) -> None:
        """Wait until an element is there."""

    def wait_for_url(self, start: str) -> None:
        """Wait until the tab's address begins with ``start`` and its page is there."""

    def press(self, selector: str) -> None:
        """Press the first such element with the mouse; waits for nothing."""

    def type_into(self, selector: str, text: str) -> None:
        """Press a field and type, key by key."""

    def step(self, by: int) -> str:
        """Go back (-1) or forward (1): how the page came, or nothing when there is no such page."""

    def seen(self) -> Seen:
        """What the tab holds now."""

    def all_seen(self) -> list[Seen]:
        """What each tab holds now, the first one first."""

    def stored(self, origin: str) -> dict[str, int]:
        """How much of each kind the site at ``origin``, which the tab shows, stores now; nothing that is zero."""

    def close(self) -> None:
        """End the browser as people do, and wait until it has written what it writes."""

    def kill(self) -> None:
        """End it at once, as a crash or an empty battery does."""


def until(found: Callable[[], _Found], *, what: str | Callable[[], str], seconds: float = PATIENCE_SECONDS) -> _Found:
    """Ask again until the answer is true.

    Raises:
        TimeoutError: it never was; tells ``what``, which may look for it then.
    """
    give_up = time.monotonic() + seconds
    while True:
        if answer := found():
            return answer
        if time.monotonic() > give_up:
            msg = f"waited in vain for {what if isinstance(what, str) else what()}"
            raise TimeoutError(msg)
        time.sleep(_POLL_SECONDS)


def home(folder: Path) -> dict[str, str]:
    """The environment in which a program writes into ``folder`` only, as far as it asks its environment."""
    for name in ("home", "temporary"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    own = {"HOME": "home", "XDG_CONFIG_HOME": "home", "XDG_CACHE_HOME": "home", "XDG_DATA_HOME": "home",
        "XDG_RUNTIME_DIR": "temporary", "TMPDIR": "temporary"}  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LD_LIBRARY_PATH"}}
    return kept | {name: str(folder / value) for name, value in own.items()}


def end_group(process: subprocess.Popen[bytes], *, patience: float = 0.0) -> None:
    """End a process that may end by itself within ``patience`` seconds, and is killed by its id when that is 0.

    What it started (its process group) is killed then, and all of them are waited for.

    Raises:
        subprocess.TimeoutExpired: it did not end by itself.
    """
    if not patience:
        process.kill()
    process.wait(patience or PATIENCE_SECONDS)
    until(lambda: _is_gone(process.pid), what="the browser's processes to end")


def _is_gone(group: int) -> bool:
    try:
        os.killpg(group, 9)
    except ProcessLookupError:
        return True
    return False
