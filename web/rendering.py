"""Templates to pages: one strict environment, the files that pages link to, and what every page shows.

A template that names something it was not given fails instead of showing a gap, and whatever it shows is escaped:
listings hold what strangers wrote.
"""

import hashlib
from importlib import resources
from typing import Any

import jinja2
import msgspec

from directory.exits import exit_of
from directory.pinned import PinnedLines, pinned_lines
from directory.settings import Settings
from directory.values.phone import grouped
from web.wording import LANGUAGES, Wording

_CONTENT_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class StaticFile(msgspec.Struct, frozen=True):
    """A file that pages link to."""

    content: bytes
    content_type: str


class StaticFiles:
    """Every file of ``web/static``.

    They stand in a folder whose name changes when any of them does, so that they can be kept for ever and a script
    finds the others beside it.
    """

    def __init__(self) -> None:
        entries = sorted(resources.files("web").joinpath("static").iterdir(), key=lambda entry: entry.name)
        contents = {entry.name: entry.read_bytes() for entry in entries if _ending(entry.name) in _CONTENT_TYPES}
        self.mark = hashlib.sha256(msgspec.json.encode(contents)).hexdigest()[:12]
        self.files = {name: StaticFile(content, _CONTENT_TYPES[_ending(name)]) for name, content in contents.items()}
        self.addresses = {name: f"/static/{self.mark}/{name}" for name in self.files}

    def find(self, mark: str, name: str) -> StaticFile | None:
        """The file of an address; None when it has another name or another content by now."""
        return self.files.get(name) if mark == self.mark else None


def _ending(name: str) -> str:
    return name.rpartition(".")[2]


class Pages:
    """Renders pages of one deployment.

    Args:
        settings: its name, exit, country and own language.
    """

    def __init__(self, settings: Settings) -> None:
        self._own_language = settings.language
        self._wordings = {language: Wording(language) for language in LANGUAGES}
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
            exits={language: exit_of(settings, language) for language in LANGUAGES},
            pinned=pinned,
            own_language=settings.language,
            languages=[self._wordings[language] for language in LANGUAGES],
            static=self.static.addresses,
        )

    def wording(self, language: str) -> Wording:
        """The words of a language; of the deployment's own when the site does not speak it."""
        return self._wordings.get(language) or self._wordings[self._own_language]

    def page(self, template: str, t: Wording, **values: Any) -> bytes:
        """A page, such as ``finder``, as it is sent."""
        return self._environment.get_template(f"pages/{template}.html").render(t=t, **values).encode()
