"""The check of websites, on sites that are alive, gone, sold, walled and hostile."""

import asyncio
from functools import cache

import pytest

from tests.benchmarks.websites import Row, outcomes_of
from tests.verifiers import pages_of as pages
from tests.verifiers.town import Host, Result, look_at, look_at_all
from tests.verifiers.websites import ALL, GONE, HOSTILE, WALLED, Site, always, by_day, html, paths, to
from verifiers.website import website

_BY_NAME = {site.name: site for site in ALL}


@cache
def _said() -> dict[str, Result]:
    """What is said of all of them; looked at once, several at a time."""
    return dict(zip(_BY_NAME, look_at_all(ALL, website), strict=True))


def test_there_are_sites_of_every_kind_and_each_has_a_name_of_its_own() -> None:
    assert len(_BY_NAME) == len(ALL) >= 40
    assert {site.truth for site in ALL} == {"live", "moved", "gone", "expired", "parked", "taken-over", ""}


@pytest.mark.parametrize("name", _BY_NAME)
def test_a_site_is_what_it_is_said_to_be(name: str) -> None:
    assert _said()[name].said == _BY_NAME[name].expected


def test_what_the_check_cannot_know_is_known() -> None:
    """These are wrong, and nothing else is: a copy looks like what it copies, and an honest move like a theft."""
    wrong = {name for name, result in _said().items() if result.said != _BY_NAME[name].truth}
    assert wrong == {
        "soft, other words each time", "taken over by somebody who copied it", "other domain with the name",
        "sent on by the page",
    }  # fmt: skip


def test_nobody_who_may_not_be_reached_is_reached() -> None:
    assert {name: result.strayed for name, result in _said().items() if result.in_sink or result.strayed} == {}


def test_walls_and_hostile_servers_are_no_information() -> None:
    assert {_said()[site.name].said for site in [*WALLED, *HOSTILE]} == {""}


def test_gone_is_said_on_the_third_day_and_not_before() -> None:
    lasting = [site.name for site in GONE if site.expected in ("gone", "expired")]
    assert len(lasting) >= 10
    for name in lasting:
        assert _said()[name].each == ["", "", _BY_NAME[name].expected]


def test_precision_and_recall_stand_where_they_are() -> None:
    """What can be improved may become better, and then this is written down anew."""
    rows = [Row("website", name, _BY_NAME[name].truth, result.said) for name, result in _said().items()]
    table = {one.outcome: (one.sites, one.said, one.right) for one in outcomes_of(rows)}
    assert table == {
        "": (64, 64, 64),
        "live": (19, 21, 19),
        "moved": (5, 3, 3),
        "gone": (11, 10, 10),
        "expired": (1, 1, 1),
        "parked": (6, 6, 6),
        "taken-over": (6, 7, 5),
    }


def test_a_site_asks_to_wait_and_that_is_handed_back() -> None:
    assert _said()["wall: 429"].last.retry_after == 120


def test_a_look_asks_for_three_pages_at_most_and_only_gets() -> None:
    for result in _said().values():
        by_day: dict[int, list[str]] = {}
        for asked in result.asked:
            assert asked.method == "GET"
            by_day.setdefault(asked.day, []).append(asked.path)
        # Redirects, three for each page that is asked for, are answered by the site itself.
        assert all(paths.count("/robots.txt") <= 1 for day, paths in by_day.items() if day)
    plain = _said()["deep link, friendly answers elsewhere"].asked
    assert [asked.path for asked in plain[:2]] == ["/robots.txt", "/programs/legal"]
    assert len(plain) == 3
    assert len(plain[2].path) == 17


@pytest.mark.parametrize("name", ["robots.txt says no", "robots.txt says no to us", "robots.txt in trouble"])
def test_where_robots_txt_says_no_no_page_is_asked_for(name: str) -> None:
    assert [asked.path for asked in _said()[name].asked] == ["/robots.txt"]


def test_a_request_tells_nothing_of_why_it_is_made() -> None:
    headers = [asked.headers for result in _said().values() for asked in result.asked]
    assert len(headers) > 150
    names = {name for one in headers for name in one}
    assert names <= {
        "host", "user-agent", "accept", "accept-encoding", "connection", "if-none-match", "if-modified-since",
    }  # fmt: skip
    agents = {one["user-agent"] for one in headers}
    assert agents == {"Mozilla/5.0 (compatible; Readback/1.0)"}
    told = " ".join(agents).lower()
    assert not any(word in told for word in ("handrail", "link", "check", "bot", "traffick", "shelter", "directory"))


def test_of_a_confidential_organization_only_its_own_hosts_are_spoken_to() -> None:
    elsewhere = _said()["confidential, leads elsewhere"]
    assert {asked.host for asked in elsewhere.asked} == {"quietharbor.example.org"}
    assert "lucky.test" not in elsewhere.looked_up


def test_a_page_of_a_confidential_organization_on_a_platform_is_not_looked_at() -> None:
    hosts = {"www.facebook.com": Host(always(html(pages.HOME)))}
    site = Site("", "", hosts, url="https://www.facebook.com/quietharbor", known={"is_confidential": True})
    result = asyncio.run(look_at(site, website))
    assert (result.said, result.asked, result.looked_up) == ("", [], [])


def test_a_wall_of_a_platform_is_no_sign_that_a_page_is_gone() -> None:
    wall = html(pages.page("Facebook", "<p>Log in to see posts, photos and more from people you know here.</p>"))
    site = Site("", "", {"www.facebook.com": Host(always(wall))}, url="https://www.facebook.com/qh", days=(0, 1, 2))
    assert asyncio.run(look_at(site, website)).said == ""


def test_what_was_gone_and_is_back_has_to_be_gone_for_three_days_again() -> None:
    gone, here = paths(), paths(home=html(pages.HOME))
    hosts = {"quietharbor.example.org": Host(by_day(gone, gone, here, gone, gone, gone))}
    result = asyncio.run(look_at(Site("", "", hosts, days=(0, 1, 2, 3, 4, 5)), website))
    assert result.each == ["", "", "live", "", "", "gone"]


def test_another_domain_counts_as_moved_only_with_the_name() -> None:
    hosts = {
        "quietharbor.example.org": Host(paths(home=to("https://newharbor.test/"))),
        "newharbor.test": Host(paths(home=html(pages.GARDENS))),
    }
    assert asyncio.run(look_at(Site("", "", hosts), website)).said == "taken-over"


def test_nothing_but_digests_days_and_marks_is_remembered() -> None:
    kept = [result.last.memory for result in _said().values() if result.last.memory]
    assert kept
    assert {name for memory in kept for name in memory} <= {"words", "named", "said", "etag", "modified", "missing"}
    for memory in kept:
        assert all(isinstance(word, int) for word in memory.get("words", []))
