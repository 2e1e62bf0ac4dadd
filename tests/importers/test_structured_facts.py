"""Parts that a source gives row by row become facts of their own, numbered, and seen by whom they are for."""

from typing import Any

import pytest

from directory.listings.drafts import FactDraft, ServiceDraft
from directory.listings.fields import Barrier, Contact, CostOption, Eligibility, GrievancePath, TermValue, Text
from directory.places.gazetteer import Gazetteer
from directory.vocabulary.terms import kind
from importers.cleaning import Cleaned, Cleaning
from importers.confidential import look_for_confidential
from importers.mapping import TaxonomyName, load_mapping
from importers.places_of_rows import Places
from importers.readers.hsds_parts import own_name
from importers.record import RowPosition, SourceContact, SourceRecord, SourceSite
from importers.redaction import Redacted, Redaction

_PLACES = Places(Gazetteer())
_AT = {"address_1": "4815 Quincewater Road", "city": "Miami", "state_province": "FL", "postal_code": "33130"}
_PERSON = SourceContact(
    {"name": "Ann Example", "title": "Intake", "department": "Front desk", "email": "ann@example.org"},
    ({"number": "305-555-0142", "description": "Ask for Ann"},),
)


def _record(**parts: Any) -> SourceRecord:
    cells = {"name": "Harbor House", **parts.pop("cells", {})}
    return SourceRecord(
        "service", RowPosition("services.csv", 2), "service:1", organization_key="organization:1", cells=cells, **parts
    )


def _redact(record: SourceRecord) -> Redacted:
    redacted = Redaction(look_for_confidential([record], load_mapping(), _PLACES), _PLACES).redact(record)
    assert isinstance(redacted, Redacted)
    return redacted


def _clean(record: SourceRecord) -> Cleaned:
    return Cleaning(load_mapping(), _PLACES).clean(_redact(record), organization_key="organization:1")


def _facts(cleaned: Cleaned, field: str) -> list[FactDraft]:
    assert isinstance(cleaned.draft, ServiceDraft)
    sites = [fact for site in cleaned.draft.sites for fact in (*site.location, *site.listing)]
    return [fact for fact in (*cleaned.draft.facts, *sites) if fact.field == field]


def _own(code: str, taxonomy: str = "handrail:service", value: str = "") -> dict[str, str]:
    return {"taxonomy": taxonomy, "code": code} | ({"value": value} if value else {})


def test_each_row_is_a_fact_with_a_number() -> None:
    cleaned = _clean(
        _record(
            required_documents=("Any letter", "None otherwise"),
            cost_options=({"option": "Adults", "amount": "5.50", "currency": "usd", "amount_description": "a night"},),
            funding=("The county",),
            urls=({"url": "example.org/apply", "label": "Apply"}, {"url": "nowhere"}),
        )
    )
    documents = _facts(cleaned, "required_document")
    assert [(fact.slot, fact.value) for fact in documents] == [
        ("1", TermValue("Any letter")), ("2", TermValue("None otherwise"))
    ]  # fmt: skip
    assert _facts(cleaned, "cost_option")[0].value == CostOption("Adults", "5.50", "USD", "a night")
    assert _facts(cleaned, "funding")[0].value == TermValue("The county")
    assert [(fact.slot, fact.value) for fact in _facts(cleaned, "url")] == [("1", Text("https://example.org/apply"))]
    assert "url-not-readable" in {question.rule for question in cleaned.questions}


def test_people_are_for_partners_and_those_of_a_shelter_for_coordinators() -> None:
    public = _facts(_clean(_record(contacts=(_PERSON,))), "contact")
    assert [fact.shown_to for fact in public] == ["partner"]
    person: Contact = public[0].value
    assert (person.name, person.department, person.email) == ("Ann Example", "Front desk", "ann@example.org")
    assert [(line.number, line.description) for line in person.phones] == [("+13055550142", "")]
    at_site = SourceSite("location:1", _AT, contacts=(_PERSON,))
    shelter = _clean(_record(names=(TaxonomyName("Emergency Shelter"),), sites=(at_site,)))
    assert [fact.shown_to for fact in _facts(shelter, "contact")] == ["coordinator"]


def test_a_contact_of_a_place_belongs_to_the_service_there() -> None:
    cleaned = _clean(
        _record(sites=(SourceSite("location:1", _AT, contacts=(_PERSON,), offer={"description": "Beds"}),))
    )
    assert isinstance(cleaned.draft, ServiceDraft)
    [site] = cleaned.draft.sites
    assert {fact.field for fact in site.listing} >= {"contact", "description"}
    assert not {fact.field for fact in site.location} & {"contact"}


def test_the_parts_of_a_shelter_tell_no_place() -> None:
    street = "4815 Quincewater Road"
    telling = _record(
        names=(TaxonomyName("Emergency Shelter"),),
        sites=(SourceSite("location:1", _AT, offer={"description": f"Beds at {street}"}),),
        required_documents=(f"A letter sent to {street}",),
        cost_options=({"option": f"At {street}", "amount_description": street},),
        funding=(f"Fund of {street}",),
        urls=({"url": "https://example.org/4815-quincewater-road", "label": street},),
        service_areas=(f"Around {street}",),
        contacts=(SourceContact({"name": f"Ann at {street}", "email": "4815quincewater@example.org"}),),
    )
    redacted = _redact(telling)
    assert "uincewater" not in repr(redacted.record)
    assert redacted.rules[-1] == "telling-sentence-removed"


def test_a_street_without_a_point_is_kept_and_serves_the_widest_that_can_be_said() -> None:
    nowhere = {"address_1": "1 Elm Street", "city": "Nowhereville", "state_province": "FL"}
    cleaned = _clean(_record(sites=(SourceSite("location:1", nowhere),), service_areas=("All who live near by",)))
    assert isinstance(cleaned.draft, ServiceDraft)
    [site] = cleaned.draft.sites
    assert [fact.field for fact in site.location] == ["address"]
    [area] = _facts(cleaned, "service_area")
    assert (area.slot, area.value.note) == ("US-FL", "All who live near by")


@pytest.mark.parametrize("code", ["emergency-shelter", "safe-house", "bridge-hotel", "transitional-housing"])
def test_an_own_term_of_a_closed_kind_closes_the_place(code: str) -> None:
    record = _record(attributes=(_own(code),), names=(own_name(code),), sites=(SourceSite("location:1", _AT),))
    redacted = _redact(record)
    assert (redacted.disclosure, redacted.record.sites) == ("area_only", ())
    assert [fact.slot for fact in _facts(_clean(record), "kind")] == [code]


def test_own_terms_say_kinds_people_and_barriers() -> None:
    cleaned = _clean(
        _record(
            attributes=(
                _own("wage-claim"),
                _own("legal-labor"),
                _own("no-such-kind"),
                _own("women", "handrail:population", "yes:exclusive"),
                _own("men", "handrail:population", "no"),
                _own("minors", "handrail:population", "perhaps"),
                _own("free", "handrail:barrier"),
            )
        )
    )
    slugs = [fact.slot for fact in _facts(cleaned, "kind")]
    assert slugs == sorted(["wage-claim", "legal-labor"], key=lambda slug: kind(slug).bit)
    people = {fact.slot: fact.value for fact in _facts(cleaned, "eligibility")}
    assert people == {"women": Eligibility("yes", "exclusive"), "men": Eligibility("no")}
    assert {fact.slot: fact.value for fact in _facts(cleaned, "barrier")} == {"free": Barrier("yes")}


_RULE, _PATH = ("phone-held", "handrail:house-rule"), ("grievance-path", "handrail:assurance")


def test_own_terms_say_what_is_asked_of_people_and_where_to_complain() -> None:
    cleaned = _clean(
        _record(
            attributes=(
                _own(*_RULE, "First night only"),
                _own("searches", "handrail:house-rule"),
                _own("no-such-rule", "handrail:house-rule"),
                _own(*_PATH, "The state licensing office"),
                _own("no-such-path", "handrail:assurance", "Nobody"),
            )
        )
    )
    rules = {fact.slot: fact.value for fact in _facts(cleaned, "house_rule")}
    assert rules == {"phone-held": TermValue("First night only"), "searches": TermValue()}
    assert [fact.value for fact in _facts(cleaned, "grievance_path")] == [GrievancePath("The state licensing office")]
    assert _facts(_clean(_record(attributes=(_own(*_PATH),))), "grievance_path") == []


def test_words_of_own_terms_tell_no_place_that_is_confidential_and_answers_stay() -> None:
    told = (
        _own("safe-house"),
        _own(*_RULE, "Kept at 4815 Quincewater Road"),
        _own(*_PATH, "Mail to 4815 Quincewater Road"),
        _own("men", "handrail:population", "no"),
    )
    redacted = _redact(
        _record(attributes=told, names=(own_name("safe-house"),), sites=(SourceSite("location:1", _AT),))
    )
    assert "Quincewater" not in str(redacted.record.attributes)
    cleaned = Cleaning(load_mapping(), _PLACES).clean(redacted, organization_key="organization:1")
    assert "Quincewater" not in str(cleaned.draft)
    assert {fact.slot: fact.value for fact in _facts(cleaned, "eligibility")} == {"men": Eligibility("no")}
    assert [fact.slot for fact in _facts(cleaned, "house_rule")] == ["phone-held"]
