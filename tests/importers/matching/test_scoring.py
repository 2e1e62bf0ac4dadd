"""What says that two are one, what says that they are two, and what says nothing."""

from typing import Any

import pytest

from directory.intake.matches import SAID
from importers.matching.common import Common, carries_weight, count_common, domain_of
from importers.matching.party import Party, closed
from importers.matching.policy import ABOVE_ALL, ASKED, STRONG, TWO, TWO_IN_ONE_LIST, WEIGHTS, WORDS
from importers.matching.scoring import compare, in_words


def _party(key: int, name: str, **more: Any) -> Party:
    sets = {field: frozenset(value) for field, value in more.items() if isinstance(value, set)}
    return Party(key, more.pop("kind", "organization"), (name,), **(more | sets))


def test_every_sign_has_a_weight_and_words() -> None:
    # The word of a person is weighed against nothing.
    assert {*WEIGHTS, SAID} == set(WORDS)
    assert {ABOVE_ALL, *ASKED, *STRONG, *TWO, *TWO_IN_ONE_LIST} <= set(WEIGHTS)


@pytest.mark.parametrize("number", ["988", "211", "911", "+18883737888", "+18007997233"])
def test_hotlines_of_a_nation_carry_no_weight(number: str) -> None:
    assert not carries_weight(number)


@pytest.mark.parametrize("host", ["facebook.com", "sites.google.com", "gmail.com", "harbor.wordpress.com"])
def test_hosts_where_anybody_has_a_page_say_nothing(host: str) -> None:
    assert domain_of(host) == ""


def test_a_name_alone_never_merges() -> None:
    match = compare(_party(1, "Harbor Aid", towns={"miami"}), _party(2, "Harbor Aid", towns={"miami"}), common=Common())
    assert match.verdict == "review"


def test_a_number_that_many_have_never_merges() -> None:
    names = ("Harbor Aid", "Ferry Works", "Anchor Clinic", "Beacon School")
    common = Common(count_common(("+13055550142", name) for name in names))
    one, other = (_party(key, name, phones={"+13055550142"}) for key, name in enumerate(names[:2]))
    assert compare(one, other, common=common).verdict == "no"
    assert "phone-shared" not in compare(one, one, common=common).why


def test_one_name_in_different_spellings_makes_no_switchboard() -> None:
    names = ("Harbor Aid", "Harbor Aid, Inc.", "The Harbor Aid", "Harbor Aids")
    assert count_common(("+13055550142", name) for name in names) == {}


def test_a_confidential_party_tells_no_place_and_no_official_number() -> None:
    party = _party(
        1, "Harbor Beds", streets={"33196 4815 quince"}, postals={"33196"}, towns={"miami"}, counties={"12086"},
        identifiers={"tax-id 1"}, domains={"harbor.example"}, description="By the mill.", phones={"+13055550142"},
    )  # fmt: skip
    kept = closed(party)
    assert kept == _party(1, "Harbor Beds", phones={"+13055550142"}, is_confidential=True)
    assert "address" not in " ".join(compare(party, kept, common=Common()).why)
    assert compare(party, kept, common=Common()).verdict != "auto"


def test_programs_of_one_list_are_never_merged_unasked() -> None:
    more: Any = {"kind": "service", "phones": {"+13055550142"}, "streets": {"33130 9 lantern"}, "sources": {"1"}}
    one, other = _party(1, "Legal Clinic", **more), _party(2, "Legal Clinic", **more)
    assert compare(one, other, common=Common(), owners="same").verdict == "review"
    elsewhere = _party(3, "Legal Clinic", **(more | {"sources": {"2"}}))
    assert compare(one, elsewhere, common=Common(), owners="same").verdict == "auto"
    assert compare(one, elsewhere, common=Common(), owners="different").verdict == "no"


def test_why_is_told_in_plain_words() -> None:
    told = in_words(("name-same", "phone-shared", "town-differs"))
    assert told == "the same name; a phone number in common. Against it: different towns."
