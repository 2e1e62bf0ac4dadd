"""The sheet for IT departments is one page, says what the program does, and tells nobody what the site is about."""

import inspect
import re

import pytest
from markdown_it import MarkdownIt
from weasyprint import HTML

from directory.settings import Settings, tells
from tests.services import ROOT
from tests.web.test_weight import _MOST_BYTES as _FIRST_VISIT_BYTES
from web.documents import _IN_PAGE, _NOT_KEPT, TOKENS
from web.forms import MOST_BYTES
from web.headers import NOT_STORED, STRICT_HEADERS
from web.kiosk import kiosk
from web.limits import RequestCap
from web.sealing import PERIOD_SECONDS
from web.sizes import SIZES

SHEET = (ROOT / "IT-SHEET.md").read_text(encoding="utf-8")
# As words follow one another, wherever a line ends.
_RUNNING = " ".join(SHEET.split())
_SET = Settings(database_url="")
_STYLE = """
@page { size: letter; margin: .6in }
body { font: 10pt/1.25 sans-serif }
h1 { font-size: 1.4em; margin: 0 }
p, ul { margin: .45em 0 }
table { border-collapse: collapse }
td, th { padding: 1pt 6pt 1pt 0; vertical-align: top; text-align: start }
"""


def test_it_is_one_page_of_letter_paper_at_ten_points() -> None:
    page = MarkdownIt("commonmark").enable("table").render(SHEET)
    assert page.count("<table>") == 2
    document = HTML(string=f"<style>{_STYLE}</style>{page}").render()
    assert len(document.pages) == 1


def test_it_tells_nobody_what_the_site_is_about() -> None:
    assert not tells(SHEET)
    assert not re.search(r"traffick|crime|police|immigra|abus|trata\b", SHEET, re.IGNORECASE)


def test_the_tile_has_a_neutral_name_and_one_neutral_line_in_each_language() -> None:
    tiles = {
        row[0]: row[1:]
        for line in SHEET.splitlines()
        if len(row := [part.strip() for part in line.split("|")[1:-1]]) == 3
    }
    for language in ("English", "Español"):
        name, text = tiles[language]
        assert name == _SET.site_name
        assert not tells(name + text)
        # A line of a tile, and no more than a list of telephone numbers promises.
        assert 10 < len(text) <= 40
        assert re.search("number|teléfono", text, re.IGNORECASE)


def test_figures_are_those_of_the_program() -> None:
    cap = {name: given.default for name, given in inspect.signature(RequestCap).parameters.items()}
    size = ", ".join(str(size // 1024) for size in SIZES[:-1])
    for fact in (
        f"{size} or {SIZES[-1] // 1024} KiB",
        f"{MOST_BYTES // 1024} KiB at most",
        f"for {2 * PERIOD_SECONDS // 60} minutes at most",
        f"may search {cap['burst']:.0f} times at once, then {'once' if cap['per_second'] == 1 else '?'} a second",
        f"the status {_NOT_KEPT}",
        f"`{_IN_PAGE.decode()}`",
        f"`{NOT_STORED}`",
        f"`{TOKENS}`",
        STRICT_HEADERS["strict-transport-security"].removeprefix("max-age=") + " seconds",
        f"`{_SET.exit_url.removeprefix('https://').rstrip('/')}`",
        f"First visit {_FIRST_VISIT_BYTES // 1000} kB at most",
    ):
        assert fact in _RUNNING, fact
    for header in ("strict-transport-security", "content-security-policy"):
        assert f"`{header}`" in _RUNNING
        assert header in STRICT_HEADERS


def test_policies_for_shared_screens_are_those_that_the_doctor_looks_at() -> None:
    about = _RUNNING.split("**Shared screens.**")[1].split("**Test")[0]
    ways = [policy.wanted["edge"] for policy in kiosk().policies if "edge" in policy.wanted]
    wanted = {name: value for way in ways for some in way for name, value in some.items()}
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", about))
    assert len(named) >= 10
    assert named <= wanted.keys()
    on, off = about.split("on; ")[0], about.split("`BrowserSignin` 0; ")[1].split(" off;")[0]
    assert {wanted[name] for name in re.findall(r"`([A-Z][A-Za-z]+)`", on)} == {True}
    assert {wanted[name] for name in re.findall(r"`([A-Z][A-Za-z]+)`", off)} == {False}
    assert wanted["BrowserSignin"] == 0
    assert wanted["ExtensionInstallBlocklist"] == ["*"]
    assert {"RestoreOnStartup": 5} in [some for way in ways for some in way]
    assert f"all {len(ways)} points" in about


@pytest.mark.parametrize(
    "part", ["What it is", "Please allow", "TLS inspection", "logs show", "Shared screens", "Test in two", "Tile"]
)
def test_it_answers_what_an_it_department_asks(part: str) -> None:
    assert re.search(rf"\*\*[^*]*{part}", _RUNNING)
