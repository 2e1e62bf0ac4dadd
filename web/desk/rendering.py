"""Templates of the desk to pages. They stand apart from the public ones, and share their files and their strictness.

The desk speaks English: who works here was trained in this deployment's own words.
"""

import datetime as dt
from typing import Any

import jinja2
from litestar import MediaType, Response
from litestar.connection import ASGIConnection
from markupsafe import Markup

from directory.clock import Clock
from directory.settings import Settings
from directory.values.phone import grouped
from web.desk.entrance import MARK, mark_of
from web.desk.guards import Seat, seat_of
from web.doors import DESK
from web.languages import spoken
from web.static_files import StaticFiles

# What is kept private is dated to its month alone: 2026-05.
_MONTH = 7


class DeskPages:
    """Renders pages of the desk of one deployment.

    Args:
        settings: its name and language.
        static: the files of the public pages, some of which these share.
        clock: the present.
    """

    def __init__(self, settings: Settings, static: StaticFiles, *, clock: Clock) -> None:
        self.files = StaticFiles("static/desk", at=f"{DESK}/files")
        self._clock = clock
        t = spoken(settings)["en"]
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("web", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters.update(
            grouped=grouped,
            day=lambda at: t.day(at.date() if isinstance(at, dt.datetime) else at),
            since=lambda iso: (
                t.day(dt.date.fromisoformat(iso)) if len(iso) > _MONTH else t.month(dt.date.fromisoformat(f"{iso}-01"))
            ),
        )
        self._environment.globals.update(site_name=settings.site_name, static=static.addresses | self.files.addresses)

    def page(
        self, template: str, connection: ASGIConnection[Any, Any, Any, Any], *, status: int = 200, **values: Any
    ) -> Response[bytes]:
        """A page of the desk, such as ``listings``, as an answer.

        Templates know ``seat`` (who is signed in, or None), ``marked()`` (what every form has to carry) and ``now``.
        """
        return Response(
            self.text(template, seat_of(connection), **values), status_code=status, media_type=MediaType.HTML
        )

    def text(self, template: str, seat: Seat | None, **values: Any) -> bytes:
        """The same as bytes."""
        mark = Markup('<input type="hidden" name="{}" value="{}">').format(MARK, mark_of(seat)) if seat else Markup()
        found = self._environment.get_template(f"desk/{template}.html")
        return found.render(seat=seat, marked=lambda: mark, now=self._clock(), **values).encode()
