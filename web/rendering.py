"""Templates to pages: one strict environment, the files that pages link to, and what every page shows.

A template that names something it was not given fails instead of showing a gap, and whatever it shows is escaped:
listings hold what strangers wrote.
"""

import hashlib
from importlib import resources
from typing import Any

import jinja2
import msgspec

from directory.pinned import PinnedLines, pinned_lines
from directory.settings import Settings
from directory.values.phone import grouped
from web.wording import LANGUAGES, Wording

_CONTENT_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}


class StaticFile(msgspec.Struct, frozen=True):
    """A file that pages link to: its name changes when its content does."""

    name: str
    content: bytes
    content_type: str


def static_files() -> dict[str, StaticFile]:
    """Every file of ``web/static`` by its plain name (``site.css``)."""
    files = {}
    for entry in resources.files("web").joinpath("static").iterdir():
        stem, _, ending = entry.name.rpartition(".")
        if ending in _CONTENT_TYPES:
            content = entry.read_bytes()
            mark = hashlib.sha256(content).hexdigest()[:12]
            files[entry.name] = StaticFile(f"{stem}.{mark}.{ending}", content, _CONTENT_TYPES[ending])
    return files


class Pages:
    """Renders pages of one deployment.

    Args:
        settings: its name, exit, country and own language.
    """

    def __init__(self, settings: Settings) -> None:
        self._own_language = settings.language
        self._wordings = {language: Wording(language) for language in LANGUAGES}
        self.static = static_files()
        self.by_name = {file.name: file for file in self.static.values()}
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
            exit_url=settings.exit_url,
            pinned=pinned,
            own_language=settings.language,
            languages=[self._wordings[language] for language in LANGUAGES],
            static={name: f"/static/{file.name}" for name, file in self.static.items()},
        )

    def wording(self, language: str) -> Wording:
        """The words of a language; of the deployment's own when the site does not speak it."""
        return self._wordings.get(language) or self._wordings[self._own_language]

    def page(self, template: str, t: Wording, **values: Any) -> bytes:
        """A page, such as ``finder``, as it is sent."""
        return self._environment.get_template(f"pages/{template}.html").render(t=t, **values).encode()
