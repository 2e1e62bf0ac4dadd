"""Templates to pages: one strict environment, and what every page shows.

A template that names something it was not given fails instead of showing a gap, and whatever it shows is escaped:
listings hold what strangers wrote.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from jinja2.environment import TemplateModule

from directory.clock import Clock, utc_now
from directory.exits import exit_of
from directory.pinned import PinnedLines
from directory.settings import Settings
from directory.suspended import shown_lines
from directory.values.phone import grouped
from web.languages import spoken
from web.pages.cover import cover_of, own_area
from web.static_files import StaticFiles
from web.wording import Wording


class Pages:
    """Renders pages of one deployment.

    Args:
        settings: its name, exit, country, own language, and the area that the cover of its pages is about.
        clock: the present; its day is that of the cover.
        abandoned: since when nobody has looked after the deployment, None while somebody does: then every page says so.

    Raises:
        DirectoryError: the default area is no place, or several.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock = utc_now, abandoned: Callable[[], dt.date | None] = lambda: None
    ) -> None:
        self._own_language = settings.language
        self._country = settings.country
        self._area = own_area(settings)
        self._clock = clock
        self._abandoned = abandoned
        self._covers: dict[str, tuple[dt.date, TemplateModule]] = {}
        self._wordings = spoken(settings)
        self.static = StaticFiles()
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
        shown = self._on_every_page()
        page = self._environment.get_template(f"pages/{template}.html")
        return page.render(t=t, cover=cover, **shown, **values).encode()

    def parts(self, template: str, t: Wording, **values: Any) -> Iterator[str]:
        """A document that is too long to be held at once, part by part: a template of ``web/templates``."""
        return self._environment.get_template(template).generate(t=t, **self._on_every_page(), **values)

    def pinned(self) -> PinnedLines:
        """The lines of every page, with those that are being checked at present."""
        return shown_lines(self._country, today=self._clock().astimezone(dt.UTC).date())

    def _on_every_page(self) -> dict[str, Any]:
        return {"pinned": self.pinned(), "abandoned": self._abandoned()}

    def tokens(self) -> str:
        """The colours and sizes of the site, for a file that stands by itself: so they stand in one place."""
        sheet = self.static.files["site.css"].content.decode()
        begin = sheet.index(":root")
        return sheet[begin : sheet.index("*, *::before", begin)]

    def as_of(self) -> tuple[dt.date, PinnedLines, dt.date | None]:
        """What stands on every page and changes by itself: when it does, a finished page is out of date."""
        return self.today(), self.pinned(), self._abandoned()

    def today(self) -> dt.date:
        """The day that stands on the cover of every page."""
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
