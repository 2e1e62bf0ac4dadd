"""Templates to pages: one strict environment, the files that pages link to, and what every page shows.

A template that names something it was not given fails instead of showing a gap, and whatever it shows is escaped:
listings hold what strangers wrote.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import msgspec
from jinja2.environment import TemplateModule

from directory.clock import Clock, utc_now
from directory.exits import exit_of
from directory.pinned import PinnedLines, pinned_lines
from directory.settings import Settings
from directory.values.phone import grouped
from web.languages import spoken
from web.pages.cover import cover_of, own_area
from web.wording import Wording

_CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# In a style sheet a comment may stand anywhere; in a script it has lines of its own, as a test holds, because elsewhere
# its signs may mean something else.
_COMMENTS = {
    "css": re.compile(r"/\*.*?\*/", re.DOTALL),
    "js": re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.DOTALL | re.MULTILINE),
}
_AROUND_LINES = re.compile(r"^\s+|[ \t]+$", re.MULTILINE)


class StaticFile(msgspec.Struct, frozen=True):
    """A file that pages link to."""

    content: bytes
    content_type: str


class StaticFiles:
    """Every file of ``web/static``.

    They stand in a folder whose name changes when any of them does, so that they can be kept for ever and a script
    finds the others beside it. They are sent without comments: those weigh something, and whoever looks through the
    files that a browser keeps need not read there what the scripts are for.
    """

    def __init__(self) -> None:
        entries = sorted(resources.files("web").joinpath("static").iterdir(), key=lambda entry: entry.name)
        contents = {entry.name: _bare(entry) for entry in entries if _ending(entry.name) in _CONTENT_TYPES}
        self.mark = hashlib.sha256(msgspec.json.encode(contents)).hexdigest()[:12]
        self.files = {name: StaticFile(content, _CONTENT_TYPES[_ending(name)]) for name, content in contents.items()}
        self.addresses = {name: f"/static/{self.mark}/{name}" for name in self.files}

    def find(self, mark: str, name: str) -> StaticFile | None:
        """The file of an address; None when it has another name or another content by now."""
        return self.files.get(name) if mark == self.mark else None


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


def _bare(file: Traversable) -> bytes:
    """The content of a file as it is sent: without comments, indentation and empty lines."""
    if (comments := _COMMENTS.get(_ending(file.name))) is None:
        return file.read_bytes()
    return _AROUND_LINES.sub("", comments.sub("", file.read_text(encoding="utf-8"))).encode()


class Pages:
    """Renders pages of one deployment.

    Args:
        settings: its name, exit, country, own language, and the area that the cover of its pages is about.
        clock: the present; its day is that of the cover.

    Raises:
        DirectoryError: the default area is no place, or several.
    """

    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        self._own_language = settings.language
        self._country = settings.country
        self._area = own_area(settings)
        self._clock = clock
        self._covers: dict[str, tuple[dt.date, TemplateModule]] = {}
        self._wordings = spoken(settings)
        self.static = StaticFiles()
        pinned: PinnedLines = pinned_lines(settings.country)
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("web", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["grouped"] = grouped
        self._environment.globals.update(
            site_name=settings.site_name,
            exits={language: exit_of(settings, language) for language in self._wordings},
            pinned=pinned,
            own_language=settings.language,
            languages=list(self._wordings.values()),
            static=self.static.addresses,
            has_sun=self._area is not None,
        )

    def wording(self, language: str) -> Wording:
        """The words of a language; of the deployment's own when the site does not speak it."""
        return self._wordings.get(language) or self._wordings[self._own_language]

    def page(self, template: str, t: Wording, **values: Any) -> bytes:
        """A page, such as ``finder``, as it is sent."""
        cover = self._cover(t)
        return self._environment.get_template(f"pages/{template}.html").render(t=t, cover=cover, **values).encode()

    def parts(self, template: str, t: Wording, **values: Any) -> Iterator[str]:
        """A document that is too long to be held at once, part by part: a template of ``web/templates``."""
        return self._environment.get_template(template).generate(t=t, **values)

    def today(self) -> dt.date:
        """The day that stands on the cover of every page: when it changes, a finished page is out of date."""
        return self._clock().astimezone(ZoneInfo(self._area.zone) if self._area else dt.UTC).date()

    def _cover(self, t: Wording) -> TemplateModule:
        """The cover in a language: made once a day, because it stands in every page and is the same in all of them."""
        day = self.today()
        made = self._covers.get(t.language)
        if made is None or made[0] != day:
            cover = cover_of(t, area=self._area, country=self._country, day=day)
            made = day, self._environment.get_template("partials/cover.html").make_module({"t": t, "cover": cover})
            self._covers[t.language] = made
        return made[1]
