"""How anything becomes a file to print: whole, from nowhere else, and silent about itself (SAFETY C8).

WeasyPrint draws it, because it shapes every script that the words are written in. It is an extra (``handrail[print]``)
and needs the libraries of Pango.
"""

from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal, NoReturn

import jinja2
from markupsafe import Markup

from directory.values.phone import grouped

# What a browser is told to call any of them.
FILE_NAME = "document.pdf"
# The first font that has a letter draws it.
FONTS = (
    '"Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans CJK SC", "Noto Sans CJK KR", "DejaVu Sans", '
    "sans-serif"
)
Paper = Literal["letter", "a4"]
PAPERS: tuple[Paper, ...] = ("letter", "a4")
# Width and height in millimetres.
MEASURES: dict[Paper, tuple[float, float]] = {"letter": (215.9, 279.4), "a4": (210, 297)}
# No heading becomes an entry of an outline, which would be a title.
_SILENT = "<style>* { bookmark-level: none }</style>"
# Where printers hold letter paper, after CLDR.
_LETTER = frozenset({
    "AS", "BZ", "CA", "CL", "CO", "CR", "GT", "GU", "MP", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE", "VI",
})  # fmt: skip


@cache
def can_make_files() -> bool:
    """Whether what draws them is installed here."""
    return find_spec("weasyprint") is not None and find_library("pango-1.0") is not None


def paper_of(country: str) -> Paper:
    """The paper that lies in printers of a country (ISO 3166)."""
    return "letter" if country in _LETTER else "a4"


def draw_sheet(template: str, *, paper: Paper, **values: Any) -> bytes:
    """A file of a template of ``web/templates/paper`` on whole sheets (``draw``)."""
    width, height = MEASURES[paper]
    return draw(_templates().get_template(f"{template}.html").render(width=width, height=height, **values))


def draw(page: str) -> bytes:
    """A file of what a page of safe HTML shows.

    It has no title, no date, no language and no name of a program, and the same page is the same file. The first one
    of a process takes some seconds. Raises ``ImportError`` or ``OSError`` where ``can_make_files`` is false.
    """
    from weasyprint import HTML

    drawn: bytes = HTML(string=f"{_SILENT}{page}", url_fetcher=_fetch_nothing).write_pdf(finisher=_tell_nothing)
    return drawn


def apart(text: str) -> str:
    """A text in its own direction, whatever stands around it: else groups of digits change their places in Arabic."""
    return f"\u2068{text}\u2069"


@cache
def _templates() -> jinja2.Environment:
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("web", "templates/paper"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["grouped"] = grouped
    found.filters["apart"] = apart
    found.globals["fonts"] = Markup(FONTS)  # noqa: S704 - our own words
    return found


def _fetch_nothing(*_arguments: Any, **_options: Any) -> NoReturn:
    raise ValueError("Paper loads nothing.")


def _tell_nothing(_document: Any, pdf: Any) -> None:
    """Take away what a library says of itself, of the time and of the language."""
    pdf.info.clear()
    pdf.catalog.pop("Lang", None)
    pdf.catalog.pop("Metadata", None)
