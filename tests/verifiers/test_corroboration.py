"""Whether an organization's own pages still say a number or a name."""

import asyncio
from functools import cache

import pytest

from tests.verifiers import pages_of as pages
from tests.verifiers.own_pages import ALL, LOST, OwnPages
from tests.verifiers.town import Host, Result, look_at, look_at_all
from tests.verifiers.websites import html, one, paths, to
from verifiers.corroboration import corroboration

_BY_NAME = {own.name: own for own in ALL}


@cache
def _said() -> dict[str, Result]:
    return dict(zip(_BY_NAME, look_at_all(ALL, corroboration), strict=True))


@pytest.mark.parametrize("name", _BY_NAME)
def test_own_pages_say_what_is_expected(name: str) -> None:
    assert _said()[name].said == _BY_NAME[name].expected


def test_what_was_never_read_is_never_missed() -> None:
    """There is no edge from a page that never said it, however often it is looked at."""
    never = [
        result.each for name, result in _said().items() if name.startswith(("number in a picture", "number never"))
    ]
    assert [len(each) for each in never] == [1, 2, 2]
    assert {said for each in never for said in each} == {"unreadable"}


def test_what_is_lost_was_seen_before() -> None:
    assert {_said()[own.name].each[0] for own in LOST} == {"seen"}


def test_a_look_asks_for_the_rules_one_page_and_one_for_contact() -> None:
    for result in _said().values():
        for day in {asked.day for asked in result.asked}:
            asked_for = [asked.path for asked in result.asked if asked.day == day and asked.path != "/robots.txt"]
            assert len(asked_for) <= 2
    assert [asked.path for asked in _said()["on the page for contact"].asked] == ["/robots.txt", "/", "/contact-us"]
    assert [asked.path for asked in _said()["in the text"].asked] == ["/robots.txt", "/"]


def test_neither_a_number_nor_a_word_of_a_page_is_remembered() -> None:
    for result in _said().values():
        told = result.memory.lower()
        assert not any(one in told for one in ("0142", "0177", "helpline", "harbor", "call", "quiet"))


def test_nobody_is_reached_who_may_not_be() -> None:
    assert {name for name, result in _said().items() if result.in_sink} == set()


def test_of_a_confidential_organization_only_its_own_hosts_are_spoken_to() -> None:
    hosts = one(paths(home=to("https://newharbor.test/"))) | {
        "newharbor.test": Host(paths(home=html(pages.WITH_NUMBER)))
    }
    result = asyncio.run(look_at(OwnPages("", "", hosts, known={"is_confidential": True}), corroboration))
    assert result.said == ""
    assert {asked.host for asked in result.asked} == {"quietharbor.example.org"}


def test_a_link_for_contact_to_another_host_is_not_followed() -> None:
    home = html(pages.own(more='<a href="https://newharbor.test/contact">Contact us</a>'))
    hosts = one(paths(home=home)) | {"newharbor.test": Host(paths(contact=html(pages.WITH_NUMBER)))}
    result = asyncio.run(look_at(OwnPages("", "", hosts), corroboration))
    assert result.said == "unreadable"
    assert {asked.host for asked in result.asked} == {"quietharbor.example.org"}


def test_other_fields_are_no_information() -> None:
    own = OwnPages("", "", one(paths(home=html(pages.HOME))), field="hours_text", value={"text": "Mo-Fr"})
    result = asyncio.run(look_at(own, corroboration))
    assert (result.said, result.asked) == ("", [])
