"""Templates show what strangers wrote as text, and fail rather than show a gap."""

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import jinja2
import pytest
import sqlalchemy as sa

from directory.db import Database
from directory.listings.drafts import FactDraft
from directory.listings.fields import Barrier, Disclosure, Eligibility, Greeting, TermValue
from directory.listings.models import Record
from directory.listings.service import set_standing
from tests.makers import kind, make_organization, make_service, site, speaks, text
from tests.services import ROOT
from tests.web.conftest import public_id, settings
from web.rendering import Pages
from web.static_files import StaticFiles

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7*7 }}{% raw %}",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;b&gt; & &amp;",
)


class _Structure(HTMLParser):
    """The elements of a page with the names of their attributes, and all its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_strangers_wrote_is_shown_as_text(database: Database, client: httpx.Client) -> None:
    """Whatever they wrote, a page has the elements that it has for plain words, and shows exactly their characters."""
    plain = [_Structure(page) for page in _pages(database, client, "Plain words")]
    for hostile in HOSTILE:
        for page, expected in zip(_pages(database, client, hostile), plain, strict=True):
            found = _Structure(page)
            assert found.elements == expected.elements
            assert any(hostile in words for words in found.words)
            if set(hostile) & set("<>&\"'"):
                assert hostile not in page


def _pages(database: Database, client: httpx.Client, hostile: str) -> list[str]:
    """The results and the listing of the one service there is, all of whose texts are ``hostile``."""
    with database.transaction() as session:
        for earlier in list(session.scalars(sa.select(Record.id).where(Record.kind == "listing"))):
            set_standing(session, earlier, "closed", by=None, reason="a test", now=session.info["now"])
        made = make_service(
            session,
            *(
                text(field, hostile)
                for field in (
                    "description",
                    "alert",
                    "application_process",
                    "fees_description",
                    "eligibility_description",
                    "url",
                )
            ),
            kind("public-walk-in-shelter"),
            speaks("es"),
            FactDraft("eligibility", Eligibility("yes", how="welcomes", note=hostile), slot="women"),
            FactDraft("barrier", Barrier(note=hostile), slot="free"),
            FactDraft("house_rule", TermValue(hostile), slot="searches"),
            FactDraft("required_document", TermValue(hostile), slot=hostile),
            FactDraft("greeting", Greeting("neutral", voicemail=hostile, caller_id=hostile), slot="voice"),
            FactDraft("disclosure", Disclosure("unknown"), slot="police"),
            name=hostile,
            organization_id=make_organization(session, hostile),
            sites=[site(street=hostile)],
        )
        listing = public_id(session, made)
    answers = (client.post("/", data={"n": "shelter", "a": "33130"}), client.post("/", data={"l": listing}))
    assert [answer.status_code for answer in answers] == [200, 200]
    return [answer.text for answer in answers]


def test_a_template_that_misses_a_value_fails() -> None:
    pages = Pages(settings())
    with pytest.raises(jinja2.UndefinedError):
        pages.page("results", pages.wording("en"))


def test_no_template_turns_escaping_off_or_holds_script_or_style() -> None:
    """Script and style are files of ours, and nothing else; the booklet and the pack hold theirs by a policy inside.

    Paper is drawn here and never reaches a browser, so it may hold its style.
    """
    for file in (ROOT / "web/templates").rglob("*.html"):
        content = file.read_text(encoding="utf-8")
        content = re.sub(r"""<script type="module" src="{{ static\['[a-z]+\.js'\] }}" async></script>""", "", content)
        if file.parent.name in {"booklet", "pack"}:
            content = content.replace("<style>{{ style }}</style>", "").replace("<script>{{ script }}</script>", "")
        if file.parent.name == "paper":
            content = re.sub(r"<style>.*?</style>| style=\"[^\"]*\"", "", content, flags=re.DOTALL)
        assert not re.search(r"\|\s*safe|autoescape|<script|<style|\son\w+=|\sstyle=", content), file.name


def test_no_template_makes_a_number_or_an_address_a_link() -> None:
    """A press must not dial, write or share: the phone may be watched (SAFETY C9)."""
    for file in (ROOT / "web/templates").rglob("*.html"):
        content = file.read_text(encoding="utf-8")
        assert not re.search(r"tel:|sms:|mailto:|navigator\.|clipboard|target=", content), file.name


def test_files_stand_in_a_folder_that_their_content_names() -> None:
    static = StaticFiles()
    assert set(static.files) == {file.name for file in (ROOT / "web/static").iterdir() if file.is_file()}
    assert static.addresses["site.css"] == f"/static/{static.mark}/site.css"
    assert re.fullmatch("[0-9a-f]{12}", static.mark)
    assert static.find(static.mark, "site.css") == static.files["site.css"]
    assert static.find("0" * 12, "site.css") is None
    assert static.find(static.mark, "other.css") is None


def test_colours_stand_in_one_place() -> None:
    sheet = Path(ROOT / "web/static/site.css").read_text(encoding="utf-8")
    after_tokens = sheet.split("/* 2. Ground */")[1].split("@media print")[0]
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", after_tokens) == []


def test_nothing_in_the_style_sheet_moves_or_leaves_the_site() -> None:
    sheet = Path(ROOT / "web/static/site.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(|animation|transition|@font-face", sheet)


def test_leave_is_called_and_goes_as_the_deployment_chose_for_each_language() -> None:
    chosen = settings(exit_urls="es=https://www.aemet.es/", exit_labels="en=Weather es=El tiempo")
    pages = Pages(chosen)
    for language, url, name in (
        ("en", "https://www.weather.gov/", "Weather"), ("es", "https://www.aemet.es/", "El tiempo"),
    ):  # fmt: skip
        t = pages.wording(language)
        (leave,) = re.findall(r'<a class="leave".*?</a>', pages.page("error", t, status=404, fault_code="").decode())
        assert f'href="{url}"' in leave
        assert f">{name}</a>" in leave
        # Its spoken name begins with what is seen, and says what happens.
        assert re.search(rf'aria-label="{name}: \w+', leave)
