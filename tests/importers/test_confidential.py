"""A secret place is known again in every row that is about it, however the row writes it and whoever's row it is."""

from typing import Any

import pytest

from directory.places.gazetteer import Gazetteer
from importers.confidential import Confidential, look_for_confidential
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.record import Refused, RowPosition, SourceRecord, SourceSite

_PLACES = Places(Gazetteer())
_TOWN = {"city": "Miami", "state_province": "FL", "postal_code": "33196"}
_STREET = "4815 NW Quincewater Hollow Road"


def _service(
    identity: str,
    *streets: str,
    kind: str = "Counseling",
    organization: str | None = "1",
    place: str | None = None,
    name: str = "Harbor House",
    description: str = "",
    **cells: str,
) -> SourceRecord:
    """A service at these streets; ``cells`` are of each of its sites."""
    sites = [
        SourceSite(f"location:{place or identity}{number or ''}", {"address_1": street, **_TOWN, **cells})
        for number, street in enumerate(streets)
    ]
    return SourceRecord(
        "service",
        RowPosition("services.csv", 2),
        f"service:{identity}",
        organization_key=f"organization:{organization}" if organization else None,
        cells={"name": name, "description": description},
        names=(TaxonomyName(kind),) if kind else (),
        sites=tuple(sites),
    )


def _shelter(*streets: str, **more: Any) -> SourceRecord:
    return _service("10", *(streets or (_STREET,)), kind="Emergency Shelter", **more)


def _look(*rows: SourceRecord | Refused) -> Confidential:
    return look_for_confidential(rows, load_mapping(), _PLACES)


@pytest.mark.parametrize(
    ("secret", "written"),
    [
        (_STREET, "4815 N.W. Quincewater Hollow Rd., 2nd floor"),
        (_STREET, "4815 Quince Water Hollow Road"),
        (_STREET, "4815-A Quincewater"),
        (_STREET, "Harbor Plaza, 4815 Quincewater Hollow"),
        (_STREET, "Quincewater Hollow Road"),
        ("Quincewater Hollow Rd", _STREET),
        ("48155 NW 7th Avenue", "48155 Seventh Ave"),
        ("48155 US Highway 1", "48155 U.S. Hwy 1"),
        ("48155 State Road 7", "48155 SR 7"),
        ("Quincewater House", "Quincewater House, Unit 3"),
        ("Quincewater House, Unit 3", "Quincewater House #4"),
        ("77 Riverview Drive", "77 River view Dr"),
        ("P.O. Box 12", "PO Box 12"),
    ],
)
@pytest.mark.parametrize("postal", ["33196", "", "33193"])
def test_a_street_is_the_same_however_it_is_written(secret: str, written: str, postal: str) -> None:
    sibling = _service("30", written, postal_code=postal)
    assert _look(_shelter(secret), sibling).reasons["service:30"] == ("shares-confidential-site",)
    without = _shelter(secret, postal_code="")
    assert "service:30" in _look(without, sibling).reasons


def test_the_street_may_stand_in_the_second_line() -> None:
    sibling = _service("30", "Quincewater Plaza", address_2=_STREET)
    assert "service:30" in _look(_shelter(), sibling).reasons


@pytest.mark.parametrize(
    "written",
    ["9 Public Lantern Avenue", "4817 NW Quincewater Hollow Road", "4815 Elm Street", "Lantern House", "Miami"],
)
def test_another_street_of_the_organization_stays_public(written: str) -> None:
    assert "service:30" not in _look(_shelter(), _service("30", written)).reasons


def test_one_secret_place_of_several_is_told_from_the_others() -> None:
    sibling = _service("30", "9 Public Lantern Avenue", "4815 Quince Water Hollow Rd")
    confidential = _look(_shelter(), sibling)
    assert "service:30" not in confidential.reasons
    told = [confidential.is_secret_site(sibling.organization_key, site) for site in sibling.sites]
    assert told == [False, True]


@pytest.mark.parametrize("of_shelter", ["1", None])
@pytest.mark.parametrize("of_other", ["1", "2", None])
def test_a_place_of_the_source_is_secret_for_everyone_who_names_its_key(
    of_shelter: str | None, of_other: str | None
) -> None:
    shelter = _shelter(organization=of_shelter, place="L10")
    other = _service("30", "Somewhere else", organization=of_other, place="L10", postal_code="33130")
    assert _look(shelter, other).reasons["service:30"] == ("shares-confidential-site",)
    assert "service:30" in _look(other, shelter).reasons


@pytest.mark.parametrize(("of_shelter", "of_other"), [(None, "1"), ("1", None), (None, None)])
def test_a_street_is_everyones_where_nobody_says_whose_a_service_is(
    of_shelter: str | None, of_other: str | None
) -> None:
    shelter = _shelter(organization=of_shelter)
    other = _service("30", "4815 Quince Water Hollow Rd", organization=of_other)
    assert "service:30" in _look(shelter, other).reasons
    assert "uincewater" in "".join(_look(shelter, other).streets_of(other.organization_key))


def test_a_shelter_of_nobody_knows_whom_closes_no_street_elsewhere() -> None:
    shelter = _shelter("100 Main Street", organization=None)
    other = _service("30", "100 Main Street", organization="2", postal_code="33130")
    assert "service:30" not in _look(shelter, other).reasons


def test_a_service_that_only_shares_a_place_closes_the_street_for_nobody_else() -> None:
    shelter = _shelter(organization="1")
    sharing = _service("30", _STREET, organization=None)
    neighbour = _service("40", _STREET, organization="2")
    confidential = _look(shelter, sharing, neighbour)
    assert "service:30" in confidential.reasons
    assert "service:40" not in confidential.reasons


def test_another_organization_at_the_same_key_learns_how_the_place_is_called() -> None:
    there = _service("30", "Lantern Court, Unit 4", organization="2", place="L10")
    again = _service("31", "Lantern Court", organization="2", postal_code="")
    assert {"service:30", "service:31"} <= _look(_shelter(place="L10"), there, again).reasons.keys()


@pytest.mark.parametrize("longitude", ["-80.467891", "-80.46789", "-80.4678", "-80.46795"])
def test_a_point_beside_the_secret_one_is_the_secret_one(longitude: str) -> None:
    point = {"latitude": "25.612345", "longitude": "-80.467891"}
    other = _service("30", "9 Public Lantern Avenue", latitude="25.6123", longitude=longitude)
    assert "service:30" in _look(_shelter(**point), other).reasons


def test_a_point_that_was_copied_closes_the_place_and_not_whatever_shares_a_point_with_that() -> None:
    """A source that gives all its places two points would otherwise have no public one left."""
    shelter = _shelter(latitude="25.612345", longitude="-80.467891")
    copied = _service("30", "1 Elm Street", latitude="25.612345", longitude="-80.467891")
    there = _service("31", "1 Elm Street", latitude="25.7", longitude="-80.2")
    further = _service("32", "2 Oak Street", latitude="25.7", longitude="-80.2")
    assert {"service:30", "service:31"} <= _look(shelter, copied, there, further).reasons.keys()
    assert "service:32" not in _look(shelter, copied, there, further).reasons


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        ("Provides 24-hour emergency shelter for runaway, abused, and homeless youth.", "description-says-shelter"),
        ("Mentoring and transitional housing.", "description-says-transitional-housing"),
    ],
)
def test_a_description_tells_where_the_kind_is_not_known(description: str, reason: str) -> None:
    for kind in ("", "Zymurgy Circles"):
        row = _service("30", _STREET, kind=kind, description=description)
        assert _look(row).reasons["service:30"] == (reason,)
    assert _look(_service("30", _STREET, kind="Food", description=description)).reasons == {}


def test_a_description_of_other_peoples_shelters_closes_nothing() -> None:
    row = _service("30", _STREET, kind="", description="Refers to shelters. Clothing for children in shelters.")
    assert _look(row).reasons == {}


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("Homeless Shelter Volunteer Opportunities", ("kind-is-confidential",)),
        ("Domestic Violence Shelters That Accept Pets", ("kind-is-confidential",)),
        ("Transitional Housing for Former Prisoners", ("kind-is-confidential",)),
        ("Host Home Programs", ("kind-is-confidential",)),
    ],
)
def test_a_kind_that_speaks_of_a_shelter_is_confidential(kind: str, reasons: tuple[str, ...]) -> None:
    assert _look(_service("30", _STREET, kind=kind)).reasons["service:30"] == reasons
