"""Sites that are alive, gone, sold, walled or hostile, each with what a person would say of it.

``truth`` is what a person says who looks for long enough. ``said`` is what the check says where it cannot know better:
these few are kept so that nobody takes the check for more than it is.
"""

import asyncio
import gzip
import zlib
from typing import Any

import msgspec

from tests.verifiers import pages_of as pages
from tests.verifiers.town import Asked, Handler, Host, Raw, Said
from verifiers.subject import Known

HTML = {"content-type": "text/html; charset=utf-8"}
_URL = "https://quietharbor.example.org"
_HOST = "quietharbor.example.org"
_THREE_DAYS = (0, 1, 2)


class Site(msgspec.Struct):
    """A site as it is looked at.

    Attributes:
        name: of the case.
        truth: what the last look should say.
        hosts: who answers.
        url: what is listed.
        days: on which it is looked at.
        said: what the last look says, where it cannot say the truth.
        known: what else is known of the fact.
    """

    name: str
    truth: str
    hosts: dict[str, Host]
    url: str = _URL
    days: tuple[int, ...] = (0,)
    said: str | None = None
    known: dict[str, Any] = {}

    @property
    def expected(self) -> str:
        """What the last look says."""
        return self.truth if self.said is None else self.said

    def fact(self, memory: dict[str, Any]) -> Known:
        """The fact that is looked at."""
        return Known(
            1, "url", {"text": self.url}, organization=pages.ORGANIZATION, urls=(self.url,), memory=memory, **self.known
        )


def html(body: bytes, status: int = 200, **headers: str) -> Said:
    return Said(status, body, HTML | {name.replace("_", "-"): value for name, value in headers.items()})


def to(url: str, status: int = 301) -> Said:
    return Said(status, b"", {"location": url})


def paths(default: Said | Raw | None = None, **known: Said | Raw) -> Handler:
    """Answers by path ("home" is the root, "_" stands for "/"); everything else is not there."""
    missing = default if default is not None else html(pages.NOT_FOUND, 404)

    def handle(asked: Asked) -> Said | Raw:
        path = asked.path.partition("?")[0].strip("/").replace("/", "_").replace(".", "_")
        return known.get(path or "home", Said(404) if path == "robots_txt" else missing)

    return handle


def always(said: Said | Raw, *, robots: Said | Raw | None = None) -> Handler:
    return paths(default=said, home=said, robots_txt=robots or Said(404))


def by_day(*handlers: Handler) -> Handler:
    return lambda asked: handlers[min(asked.day, len(handlers) - 1)](asked)


def one(handler: Handler, **host: Any) -> dict[str, Host]:
    return {_HOST: Host(handler, **host)}


def home(said: Said | Raw, **host: Any) -> dict[str, Host]:
    return one(paths(home=said), **host)


# What hostile or broken servers do


async def _says_nothing(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def _drips_a_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100):
        writer.write(f"x-{number}: y\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.2)


async def _drips_a_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
    for _ in range(100):
        writer.write(b"<p>x")
        await writer.drain()
        await asyncio.sleep(0.2)


async def _ten_gigabytes(writer: asyncio.StreamWriter) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {10 * 2**30}\r\n\r\n".encode())
    writer.write(pages.HOME)
    block = b"<p>words and words</p>" * 3_000
    while not writer.is_closing():
        writer.write(block)
        await writer.drain()


async def _bomb(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\n\r\n")
    writer.write(gzip.compress(bytes(64 * 2**20)))
    await writer.drain()


async def _no_http(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    await writer.drain()


async def _hangs_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def _deep_link(listed: Said, elsewhere: Said | Raw) -> dict[str, Host]:
    return one(paths(default=elsewhere, programs_legal=listed, home=html(pages.HOME)))


_DEEP = f"{_URL}/programs/legal"
_GZIPPED = Said(200, gzip.compress(pages.HOME), HTML | {"content-encoding": "gzip"})
_FRIENDLY = pages.page(
    "Quiet Harbor Project", f"{pages.NAVIGATION}<h1>Hmm</h1><p>This one took a walk. Here are some things to read.</p>"
)
_EN_ESPANOL = pages.page(
    "Página no encontrada", "<h1>Lo sentimos</h1><p>Vuelva al inicio o use el buscador del sitio.</p>"
)
_IN_CHINESE = pages.page("页面不存在", "<p>您访问的页面已被删除。返回首页。</p>")


def _reflecting(asked: Asked) -> Said:
    if asked.path in ("/", "/robots.txt"):
        return html(pages.HOME) if asked.path == "/" else Said(404)
    return html(
        pages.page(
            "Quiet Harbor Project",
            f"<p>We looked for {asked.path} in all our drawers and have nothing of that name, sorry, perhaps somebody "
            "took it home with them.</p>",
        )
    )


def _shuffled(asked: Asked) -> Said:
    """Nothing is there, and each time other things are recommended instead."""
    words = [f"{word}{letter}" for letter in "abcdefgh" for word in ("story", "event", "photo", "letter", "guide")]
    picked = sorted(words, key=lambda word: zlib.crc32(f"{asked.path}{word}".encode()))[:12]
    return html(pages.page("Quiet Harbor Project", f"<h1>Read on</h1><p>{' '.join(picked)}</p>"))


def _etag(asked: Asked) -> Said:
    if asked.path == "/robots.txt":
        return Said(404)
    if asked.headers.get("if-none-match") == '"a1"':
        return Said(304, b"", {"etag": '"a1"'})
    return html(pages.HOME, etag='"a1"', last_modified="Thu, 26 Nov 2026 10:00:00 GMT")


def _to_www(asked: Asked) -> Said:
    return to(f"https://www.{_HOST}{asked.path}") if asked.path != "/robots.txt" else Said(404)


_METADATA = {
    "dotted": "http://169.254.169.254/latest/meta-data/",
    "decimal": "http://2852039166/latest/meta-data/",
    "octal": "http://0251.0376.0251.0376/latest/meta-data/",
    "hexadecimal": "http://0xA9FEA9FE/latest/meta-data/",
    "mapped into IPv6": "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "short": "http://169.254.43518/latest/meta-data/",
    "in other digits": "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/latest/meta-data/",
}
_INSIDE = {
    "loopback": ["127.0.0.1"],
    "one of two inside": ["44.0.0.1", "10.0.0.5"],
    "metadata": ["169.254.169.254"],
    "shared by a carrier": ["100.64.0.9"],
    "loopback of IPv6": ["::1"],
    "loopback mapped into IPv6": ["::ffff:127.0.0.1"],
    "loopback by 6to4": ["2002:7f00:1::"],
    "loopback by NAT64": ["64:ff9b::7f00:1"],
    "loopback by Teredo": ["2001:0:7f00:1::80ff:fffe"],
    "zero": ["0.0.0.0"],  # noqa: S104 - it is refused
}

ALIVE = [
    Site("home page", "live", home(html(pages.HOME))),
    Site("home page by http", "live", home(html(pages.HOME)), url=f"http://{_HOST}"),
    Site("packed page", "live", home(_GZIPPED)),
    Site("deep link", "live", _deep_link(html(pages.own(heading="Legal help")), html(pages.NOT_FOUND, 404)), url=_DEEP),
    Site(
        "deep link, friendly answers elsewhere",
        "live",
        _deep_link(html(pages.own(heading="Legal help")), html(_FRIENDLY)),
        url=_DEEP,
    ),
    Site("with www", "live", {_HOST: Host(_to_www), f"www.{_HOST}": Host(paths(home=html(pages.HOME)))}),
    Site("slash at the end", "live", one(paths(legal=html(pages.HOME))), url=f"{_URL}/legal/"),
    Site("filled by a script", "live", home(html(pages.SHELL))),
    Site("deep link of a site filled by a script", "", one(always(html(pages.SHELL))), url=_DEEP),
    Site("number in a picture", "live", home(html(pages.own(more='<img src="/call.png" alt="">')))),
    Site(
        "redesigned", "live", one(by_day(paths(home=html(pages.HOME)), paths(home=html(pages.REDESIGNED)))), days=(0, 7)
    ),
    Site("unchanged since", "live", one(_etag), days=(0, 7)),
    Site(
        "letters of Windows",
        "live",
        home(Said(200, pages.EN_ESPANOL, {"content-type": "text/html"})),
        known={"service": "Proyecto Niñez"},
    ),
    Site(
        "leaflet",
        "live",
        one(paths(leaflet_pdf=Said(200, pages.PDF, {"content-type": "application/pdf"}))),
        url=f"{_URL}/leaflet.pdf",
    ),
    Site("ten gigabytes", "live", home(_ten_gigabytes)),
    Site(
        "long page on domains for sale",
        "live",
        home(
            html(
                pages.page(
                    "Quiet Harbor Project",
                    "<p>How we lost our old name: this domain is for sale, it said one day.</p>"
                    + "<p>It was a long story with many turns, told here in full.</p>" * 60,
                )
            )
        ),
    ),
    Site("back after two days", "live", one(by_day(paths(), paths(), paths(home=html(pages.HOME)))), days=_THREE_DAYS),
    Site("robots.txt that is not there", "live", home(html(pages.HOME))),
    Site(
        "robots.txt made to be slow",
        "live",
        one(
            always(
                html(pages.HOME), robots=Said(200, b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 200 + b"$\n") * 50)
            )
        ),
    ),
    Site(
        "robots.txt for others",
        "live",
        one(always(html(pages.HOME), robots=Said(200, b"User-agent: Bad\nDisallow: /\n"))),
    ),
]
_NEW = {"newharbor.test": Host(paths(home=html(pages.HOME)))}
MOVED = [
    Site("other path", "moved", one(paths(legal=to("/help/legal"), help_legal=html(pages.HOME))), url=f"{_URL}/legal"),
    Site(
        "other host of the domain",
        "moved",
        {
            _HOST: Host(paths(home=to("https://help.quietharbor.example.org/"))),
            f"help.{_HOST}": Host(paths(home=html(pages.HOME))),
        },
    ),
    # The name is public: whoever has the old address now can write it too, so a person has to look.
    Site(
        "other domain with the name", "moved", one(paths(home=to("https://newharbor.test/"))) | _NEW, said="taken-over"
    ),
    Site(
        "sent on by the page",
        "moved",
        home(
            html(
                pages.page(
                    "We have moved",
                    "<p>Come along.</p>",
                    head='<meta http-equiv="refresh" content="0; url=https://newharbor.test/">',
                )
            )
        )
        | _NEW,
        said="taken-over",
    ),
    Site(
        "confidential, other domain of its own",
        "moved",
        one(paths(home=to("https://newharbor.test/"))) | _NEW,
        known={"is_confidential": True, "emails": ("help@newharbor.test",)},
    ),
]
GONE = [
    Site("not there, three days", "gone", one(paths()), days=_THREE_DAYS),
    Site("not there, three times on one day", "", one(paths()), days=(0, 0, 0)),
    Site("not there, three looks in three months", "", one(paths()), days=(0, 40, 80)),
    Site("taken away (410)", "gone", one(paths(default=Said(410), home=Said(410))), days=_THREE_DAYS),
    Site("no such name", "gone", {}, days=_THREE_DAYS),
    Site(
        "soft, in English",
        "gone",
        _deep_link(html(pages.NOT_FOUND), html(pages.NOT_FOUND)),
        url=_DEEP,
        days=_THREE_DAYS,
    ),
    Site("soft, in Spanish", "gone", _deep_link(html(_EN_ESPANOL), html(_EN_ESPANOL)), url=_DEEP, days=_THREE_DAYS),
    Site("soft, in Chinese", "gone", _deep_link(html(_IN_CHINESE), html(_IN_CHINESE)), url=_DEEP, days=_THREE_DAYS),
    Site("soft, without a word", "gone", _deep_link(html(_FRIENDLY), html(_FRIENDLY)), url=_DEEP, days=_THREE_DAYS),
    Site(
        "soft, all lead home", "gone", one(paths(default=to("/"), home=html(pages.HOME))), url=_DEEP, days=_THREE_DAYS
    ),
    Site("soft, repeats the address", "gone", one(_reflecting), url=_DEEP, days=_THREE_DAYS),
    Site("account suspended", "gone", home(html(pages.SUSPENDED)), days=_THREE_DAYS),
    Site("soft, other words each time", "gone", one(_shuffled), url=_DEEP, days=_THREE_DAYS, said="live"),
    Site(
        "certificate over for thirty days",
        "expired",
        home(html(pages.HOME), certificate="expired-30"),
        days=_THREE_DAYS,
    ),
]
_CASINO = {"lucky.test": Host(paths(home=html(pages.CASINO)))}
TAKEN = [
    Site("for sale", "parked", home(html(pages.FOR_SALE))),
    Site("for sale, in Spanish", "parked", home(html(pages.EN_VENTA))),
    Site("for sale, with its script", "parked", home(html(pages.LANDER))),
    Site("name expired", "parked", home(html(pages.EXPIRED_NAME))),
    Site(
        "for sale, elsewhere",
        "parked",
        one(paths(home=to("https://www.hugedomains.com/domain?d=x", 302)))
        | {"www.hugedomains.com": Host(always(html(pages.page("x", "<p>Great names</p>"))))},
    ),
    Site(
        "name servers of those who park",
        "parked",
        home(html(pages.page("x", "<p>Related searches: shoes, loans, flights</p>")))
        | {"example.org": Host(paths(), nameservers=("ns1.sedoparking.com", "ns2.sedoparking.com"))},
    ),
    Site("leads to a casino", "taken-over", one(paths(home=to("https://lucky.test/"))) | _CASINO),
    Site(
        "sent to a casino by the page",
        "taken-over",
        home(html(pages.page("", "", head='<meta http-equiv="refresh" content="0;url=https://lucky.test/">') + b" ."))
        | _CASINO,
    ),
    Site(
        "sells other things since",
        "taken-over",
        one(by_day(paths(home=html(pages.HOME)), paths(home=html(pages.GARDENS)))),
        days=(0, 7),
    ),
    Site("casino at the first look", "taken-over", home(html(pages.CASINO))),
    Site(
        "confidential, leads elsewhere",
        "taken-over",
        one(paths(home=to("https://lucky.test/"))) | _CASINO,
        known={"is_confidential": True},
    ),
    Site(
        "taken over by somebody who copied it",
        "taken-over",
        one(by_day(paths(home=html(pages.HOME)), paths(home=html(pages.HOME)))),
        days=(0, 7),
        said="live",
    ),
]
WALLED = [
    Site("wall: 403", "", home(html(b"Forbidden", 403)), days=_THREE_DAYS),
    Site("wall: 401", "", home(html(b"No", 401)), days=_THREE_DAYS),
    Site("wall: 429", "", home(html(b"Slow down", 429, retry_after="120")), days=_THREE_DAYS),
    Site("wall: challenge with 403", "", home(html(pages.MOMENT, 403, cf_mitigated="challenge"))),
    Site("wall: challenge with 503", "", home(html(pages.MOMENT, 503))),
    Site("wall: challenge with 200", "", home(html(pages.MOMENT))),
    Site(
        "wall: challenge for robots.txt too",
        "",
        one(
            always(
                html(pages.MOMENT, 403, cf_mitigated="challenge"),
                robots=html(pages.MOMENT, 403, cf_mitigated="challenge"),
            )
        ),
    ),
    Site("wall: captcha", "", home(html(pages.CAPTCHA))),
    Site("wall: captcha of a firewall", "", home(html(b"", 202, x_amzn_waf_action="challenge"))),
    Site(
        "wall: sign in first",
        "",
        one(paths(default=to("/login"), login=html(pages.SIGN_IN))),
        url=_DEEP,
        days=_THREE_DAYS,
    ),
    Site("robots.txt says no", "", one(always(html(pages.HOME), robots=Said(200, b"User-agent: *\nDisallow: /\n")))),
    Site(
        "robots.txt says no to us",
        "",
        one(always(html(pages.HOME), robots=Said(200, b"User-agent: Readback\nDisallow: /\n"))),
    ),
    Site("robots.txt in trouble", "", one(always(html(pages.HOME), robots=Said(500)))),
    Site("server in trouble", "", home(html(b"Oops", 500)), days=_THREE_DAYS),
    Site("back soon", "", home(html(pages.page("Maintenance", "<p>Back soon</p>"), 503)), days=_THREE_DAYS),
    Site("nothing in it", "", home(html(b"")), days=_THREE_DAYS),
    Site("certificate over for three days", "", home(html(pages.HOME), certificate="expired-3"), days=_THREE_DAYS),
    Site("certificate signed by itself", "", home(html(pages.HOME), certificate="self-signed")),
    Site("certificate of another host", "", home(html(pages.HOME), certificate="other")),
]
HOSTILE = [
    Site("says nothing", "", home(_says_nothing)),
    Site("unchanged, and nobody asked", "", home(Said(304))),
    Site(
        "unchanged, elsewhere",
        "",
        one(paths(home=to("https://newharbor.test/"))) | {"newharbor.test": Host(paths(home=Said(304)))},
    ),
    Site("leads to no address", "", home(to("http://[x"))),
    Site("head drop by drop", "", home(_drips_a_head)),
    Site("body drop by drop", "", home(_drips_a_body)),
    Site("bomb", "", home(_bomb)),
    Site("packed in a way nobody asked for", "", home(html(b"\x1b\x03", content_encoding="br"))),
    Site("no HTTP", "", home(_no_http)),
    Site("hangs up", "", home(_hangs_up)),
    Site("redirects in a circle", "", one(paths(home=to("/a"), a=to("/b"), b=to("/")))),
    Site("other port", "", home(html(pages.HOME)), url=f"{_URL}:8443/"),
    Site("leads to this machine", "", home(to("http://127.0.0.1/"))),
    Site("leads to this machine by name", "", home(to("http://localhost/"))),
    Site("leads to a file", "", home(to("file:///etc/passwd"))),
    Site(
        "leads to a name of a machine inside",
        "",
        home(to("https://inside.test/")) | {"inside.test": Host(paths(), addresses=[["127.0.0.1"]])},
    ),
    Site("made to kill parsers", "", home(html(b"<div>" * 100_000))),
    Site("name changes its meaning", "", home(html(pages.HOME), addresses=[["44.0.0.1"], ["127.0.0.1"]])),
    *(Site(f"leads to metadata, {how}", "", home(to(url))) for how, url in _METADATA.items()),
    *(Site(f"listed as metadata, {how}", "", {}, url=url) for how, url in _METADATA.items()),
    *(
        Site(f"name of a machine inside: {how}", "", home(html(pages.HOME), addresses=[found]))
        for how, found in _INSIDE.items()
    ),
]
ALL = [*ALIVE, *MOVED, *GONE, *TAKEN, *WALLED, *HOSTILE]
