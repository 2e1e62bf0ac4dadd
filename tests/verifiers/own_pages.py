"""What an organization's own pages say of a number or a name, week by week, and what the last look says."""

from typing import Any

import msgspec

from tests.verifiers import pages_of as pages
from tests.verifiers.town import Asked, Host, Said
from tests.verifiers.websites import HTML, always, by_day, html, one, paths, to
from verifiers.subject import Known

_URL = "https://quietharbor.example.org"
_TWICE = (0, 1)


class OwnPages(msgspec.Struct):
    """Pages, and what they say of a fact.

    Attributes:
        name: of the case.
        expected: what the last look says.
        hosts: who answers.
        days: on which they are looked at.
        field: of the fact.
        value: of the fact.
        known: what else is known.
    """

    name: str
    expected: str
    hosts: dict[str, Host]
    days: tuple[int, ...] = (0,)
    field: str = "phone"
    value: dict[str, Any] = msgspec.field(default_factory=lambda: {"number": pages.NUMBER})
    known: dict[str, Any] = {}

    def fact(self, memory: dict[str, Any]) -> Known:
        """The fact that is looked at."""
        about = {"organization": pages.ORGANIZATION, "urls": (_URL,)} | self.known
        return Known(1, self.field, self.value, memory=memory, **about)


def _home(*bodies: bytes, **more: Said) -> dict[str, Host]:
    return one(by_day(*(paths(home=html(body), **more) for body in bodies)))


def _contact(*contacts: Said) -> dict[str, Host]:
    home = html(pages.own(more='<a href="/contact-us">Contact Us</a>'))
    return one(by_day(*(paths(home=home, **{"contact-us": contact}) for contact in contacts)))


def _stated(number: str) -> str:
    return (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NGO", "name": '
        f'"Quiet Harbor Project", "contactPoint": {{"@type": "ContactPoint", "telephone": "{number}"}}}}]}}</script>'
    )


def _etag(asked: Asked) -> Said:
    if asked.path == "/robots.txt":
        return Said(404)
    is_same = asked.headers.get("if-none-match") == '"n1"'
    return Said(304, b"", {}) if is_same else html(pages.WITH_NUMBER, etag='"n1"')


_IMAGE = pages.own(more='<p>Call our helpline: <img src="/number.png" alt=""></p>')
_NAMED: dict[str, Any] = {"field": "name", "value": {"text": pages.ORGANIZATION}}
_MOVED = {"newharbor.test": Host(paths(home=html(pages.WITH_NUMBER)))}
_STRANGER = pages.page("Elsewhere", f"<p>{'Quite other words about other things. ' * 8} Call {pages.WRITTEN}</p>")
_TURNED = {"elsewhere.test": Host(paths(home=html(_STRANGER)))}

SEEN = [
    OwnPages("in the text", "seen", _home(pages.WITH_NUMBER)),
    OwnPages("with dots", "seen", _home(pages.own(more="<p>305.555.0142</p>"))),
    OwnPages("with its country", "seen", _home(pages.own(more="<p>+1 305-555-0142 ext. 4</p>"))),
    OwnPages("cut into pieces", "seen", _home(pages.own(more="<p>(<b>305</b>) <i>555</i>-<span>0142</span></p>"))),
    OwnPages("behind a press", "seen", _home(pages.own(more='<a href="tel:+13055550142">Call now</a>'))),
    OwnPages("for machines only", "seen", _home(pages.own(head=_stated("+1-305-555-0142")))),
    OwnPages("on the page for contact", "seen", _contact(html(pages.WITH_NUMBER))),
    OwnPages("letters of Windows", "seen", one(paths(home=Said(200, pages.EN_ESPANOL, {"content-type": "text/html"})))),
    OwnPages("spelled", "seen", _home(pages.own(more="<p>Call 1-800-799-SAFE</p>")), value={"number": "+18007997233"}),
    OwnPages(
        "of another country",
        "seen",
        _home(pages.own(more="<p>Tel. +44 20 7946 0018</p>")),
        value={"number": "+442079460018"},
    ),
    OwnPages(
        "code for texts", "seen", _home(pages.own(more="<p>Text 233733 (BEFREE)</p>")), value={"number": "233733"}
    ),
    OwnPages("unchanged since", "seen", one(_etag), days=(0, 7)),
    OwnPages(
        "redesigned, number kept",
        "seen",
        _home(pages.WITH_NUMBER, pages.REDESIGNED.replace(b"</main>", b"<p>305-555-0142</p></main>")),
        days=_TWICE,
    ),
    OwnPages(
        "went to the page for contact",
        "seen",
        one(
            by_day(
                paths(home=html(pages.WITH_NUMBER)),
                paths(home=html(pages.own(more='<a href="/c">Contact</a>')), c=html(pages.WITH_NUMBER)),
            )
        ),
        days=_TWICE,
    ),
    OwnPages("site moved with the name", "", one(paths(home=to("https://newharbor.test/"))) | _MOVED),
    OwnPages("name", "seen", _home(pages.HOME), **_NAMED),
    OwnPages(
        "name of a service",
        "seen",
        _home(pages.own(more="<h2>Harbor Legal Desk</h2>")),
        field="name",
        value={"text": pages.SERVICE},
    ),
    OwnPages("back again", "seen", _home(pages.WITH_NUMBER, pages.HOME, pages.WITH_NUMBER), days=(0, 1, 2)),
]
LOST = [
    OwnPages("number gone", "gone", _home(pages.WITH_NUMBER, pages.HOME), days=_TWICE),
    OwnPages("number gone in a redesign", "gone", _home(pages.WITH_NUMBER, pages.REDESIGNED), days=_TWICE),
    OwnPages("number became a picture", "gone", _home(pages.WITH_NUMBER, _IMAGE), days=_TWICE),
    OwnPages(
        "number gone from the page for contact",
        "gone",
        _contact(html(pages.WITH_NUMBER), html(pages.HOME)),
        days=_TWICE,
    ),
    OwnPages("name gone", "gone", _home(pages.HOME, pages.GARDENS), days=_TWICE, **_NAMED),
    OwnPages(
        "code for texts gone",
        "gone",
        _home(pages.own(more="<p>Text 233733</p>"), pages.own(more="<p>Grant no. 1,233733 of 2024-233733</p>")),
        days=_TWICE,
        value={"number": "233733"},
    ),
    OwnPages("another number in its place", "other-number", _home(pages.WITH_NUMBER, pages.WITH_OTHER), days=_TWICE),
    OwnPages(
        "another number for machines",
        "other-number",
        _home(pages.own(head=_stated("+1-305-555-0142")), pages.own(head=_stated("+1-305-555-0177"))),
        days=_TWICE,
    ),
    OwnPages(
        "another number behind the press",
        "other-number",
        _home(
            pages.own(more='<a href="tel:+13055550142">Call now</a>'),
            pages.own(more='<a href="tel:+13055550177">Call now</a>'),
        ),
        days=_TWICE,
    ),
    OwnPages(
        "another number that was there before",
        "gone",
        _home(
            pages.own(more=f"<p>Call our helpline at {pages.WRITTEN}. Office: {pages.OTHER_WRITTEN}.</p>"),
            pages.own(more=f"<p>Office: {pages.OTHER_WRITTEN}.</p>"),
        ),
        days=_TWICE,
    ),
]
UNREADABLE = [
    OwnPages("number in a picture", "unreadable", _home(_IMAGE)),
    OwnPages("number in a picture, then taken away", "unreadable", _home(_IMAGE, pages.HOME), days=_TWICE),
    OwnPages("filled by a script", "unreadable", _home(pages.SHELL), days=_TWICE),
    OwnPages("filled by a script since", "unreadable", _home(pages.WITH_NUMBER, pages.SHELL), days=_TWICE),
    OwnPages("number never there", "unreadable", _home(pages.HOME, pages.REDESIGNED), days=_TWICE),
    OwnPages("leaflet", "unreadable", one(paths(home=Said(200, pages.PDF, {"content-type": "application/pdf"})))),
]
SILENT = [
    OwnPages(
        "wall since", "", one(by_day(paths(home=html(pages.WITH_NUMBER)), paths(home=html(b"No", 403)))), days=_TWICE
    ),
    OwnPages("challenge since", "", _home(pages.WITH_NUMBER, pages.MOMENT), days=_TWICE),
    OwnPages("for sale since", "", _home(pages.WITH_NUMBER, pages.FOR_SALE), days=_TWICE),
    OwnPages("a stranger's since", "", _home(pages.WITH_NUMBER, pages.CASINO), days=_TWICE),
    OwnPages("page not there since", "", _home(pages.WITH_NUMBER, pages.NOT_FOUND), days=_TWICE),
    OwnPages("page for contact behind a wall", "", _contact(html(pages.WITH_NUMBER), html(b"No", 403)), days=_TWICE),
    OwnPages(
        "page for contact not linked any more",
        "",
        one(
            by_day(
                paths(home=html(pages.own(more='<a href="/c">Contact</a>')), c=html(pages.WITH_NUMBER)),
                paths(home=html(pages.HOME)),
            )
        ),
        days=_TWICE,
    ),
    OwnPages("leads to a stranger with the number", "", one(paths(home=to("https://elsewhere.test/"))) | _TURNED),
    OwnPages(
        "robots.txt says no", "", one(always(html(pages.WITH_NUMBER), robots=Said(200, b"User-agent: *\nDisallow: /")))
    ),
    OwnPages("no site", "", {}, known={"urls": ()}),
    OwnPages("no such name", "", {}),
    OwnPages("nothing in it", "unreadable", one(paths(home=Said(200, b"", HTML)))),
]
ALL = [*SEEN, *LOST, *UNREADABLE, *SILENT]
