"""The reviewed figures: in their bounds, complete, and asked in one place."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

import msgspec
import pytest

from directory.errors import UnknownTermError
from directory.freshness.models import METHODS
from directory.freshness.parameters import Parameters, checked, every, group_of, parameters, weight_of
from directory.vocabulary.terms import KIND, terms


def _file() -> dict[str, Any]:
    return tomllib.loads(resources.files("directory.freshness").joinpath("parameters.toml").read_text("utf-8"))


def test_every_method_has_outcomes_and_every_weight_fits_the_table_of_evidence() -> None:
    assert set(parameters().outcomes) == set(METHODS)
    for outcomes in parameters().outcomes.values():
        assert all(-6 <= one.odds <= 6 for one in outcomes.values())
        assert all((one.seen is not None) == (one.about == "trace") for one in outcomes.values())


def test_only_a_person_or_the_provider_speaks_for_a_fact() -> None:
    supporting = {
        method for method, all_of in parameters().outcomes.items() if any(o.odds < 0 for o in all_of.values())
    }
    assert supporting == {"call", "callback", "peer", "provider", "handoff", "website"}
    assert [code for code, one in parameters().outcomes["website"].items() if one.odds < 0] == ["confirmed"]


def test_no_word_of_a_feed_and_no_single_look_at_a_site_warns() -> None:
    for method in ("feed", "website"):
        assert all(one.odds < 3 for one in parameters().outcomes[method].values())


def test_every_kind_is_in_one_group_or_in_that_of_the_others() -> None:
    known = {term.code for term in terms(KIND)}
    grouped = {kind for group in parameters().groups for kind in group.kinds}
    assert grouped <= known
    assert [group.code for group in parameters().groups] == [
        "hotline", "shelter", "health", "legal", "mental-health", "case-management", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kinds", "group"),
    [
        ({"hotline", "legal"}, "hotline"), ({"case-management", "safe-house"}, "shelter"), ({"tele-sane"}, "health"),
        ({"legal-labor", "mental-health"}, "legal"), ({"psychiatry"}, "mental-health"),
        ({"food"}, "other"), (set(), "other"),
    ],
)  # fmt: skip
def test_a_listing_is_of_the_most_careful_group_that_it_has_a_kind_of(kinds: set[str], group: str) -> None:
    assert group_of(kinds) == group


def test_the_hazards_are_those_of_the_sources() -> None:
    rows = {
        group.code: (group.hazards.closed, group.hazards.phone, group.hazards.hours, group.hazards.intake, group.delta)
        for group in parameters().groups
    }
    assert rows == {
        "hotline": (0.02, 0.02, 0.05, 0.10, 0.03),
        "shelter": (0.05, 0.05, 0.10, 0.30, 0.05),
        "health": (0.05, 0.05, 0.10, 0.20, 0.05),
        "legal": (0.05, 0.06, 0.20, 0.25, 0.08),
        "mental-health": (0.06, 0.08, 0.25, 0.30, 0.10),
        "case-management": (0.08, 0.10, 0.25, 0.30, 0.10),
        "other": (0.06, 0.08, 0.25, 0.30, 0.10),
    }


def test_limits_are_those_of_the_table_of_states() -> None:
    rows = {group.code: (group.due.p, group.due.days, group.warn.p, group.warn.days) for group in parameters().groups}
    assert rows["hotline"] == (0.015, 60, 0.06, 120)
    assert rows["shelter"] == (0.03, 120, 0.10, 240)
    assert rows["health"] == (0.03, 150, 0.10, 270)
    assert {rows[code] for code in ("legal", "mental-health", "case-management", "other")} == {(0.06, 270, 0.17, 365)}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("organization_share",), 1.0),
        (("least_ratio",), 0.0),
        (("most_ratio",), 100.0),
        (("reports", "ratio"), 61.0),
        (("traces", "phone", "q"), 0.0),
        (("traces", "phone", "tau_days"), 10_000),
        (("every", "mx"), -1),
        (("outcomes", "call", "live", "odds"), -7),
        (("outcomes", "call", "live", "about"), "rumour"),
        (("groups", 0, "hazards", "phone"), 0.0),
        (("groups", 0, "delta"), 1.5),
        (("groups", 0, "due", "days"), 500),
        (("groups", 0, "due", "p"), 0.5),
        (("groups", 0, "kinds"), ["legal"]),
        (("groups", 6, "code"), "rest"),
        (("unknown",), 1),
    ],
)
def test_a_figure_out_of_its_bounds_is_refused(path: tuple[Any, ...], value: Any) -> None:
    read = _file()
    place: Any = read
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises((ValueError, msgspec.ValidationError)):
        checked(msgspec.convert(read, Parameters))


def test_writers_of_evidence_get_the_weight_from_the_table() -> None:
    assert weight_of("call", "live") == -6
    assert weight_of("lookup", "in-service") == 0
    with pytest.raises(UnknownTermError):
        weight_of("call", "rumour")


def test_sites_of_hotlines_are_looked_at_daily_and_calls_are_not_made_by_the_clock() -> None:
    assert every("website", {"hotline"}) == dt.timedelta(days=1)
    assert every("corroboration", {"safe-house"}) == dt.timedelta(days=3)
    assert every("website", {"food"}) == dt.timedelta(days=7)
    assert every("mx", {"food"}) == dt.timedelta(days=30)
    assert every("call", {"hotline"}) is None
