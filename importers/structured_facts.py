"""Facts of the parts that a source gives row by row: documents to bring, costs, funds, contacts, web addresses, terms.

They are numbered in the order of the source; a number says nothing, where words of a slot could name a place.
"""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import msgspec

from directory.errors import UnknownTermError
from directory.listings.drafts import FactDraft
from directory.listings.fields import (
    Barrier,
    Contact,
    CostOption,
    Eligibility,
    GrievancePath,
    Identifier,
    Phone,
    TermValue,
    Text,
    Tier,
)
from directory.values.plain_text import one_line, plain
from directory.values.web_address import site_domain
from directory.vocabulary.terms import barrier, kind, population, term
from importers.mapping import Meaning
from importers.phone_cells import read_phones
from importers.record import ASSURANCE, HOUSE_RULES, Cells, SourceContact, SourceRecord, SourceSite
from importers.redaction import Redacted
from importers.web_cells import read_web

REPEATS_DIFFER = "repeats-differ"
# Rows of one name each give another number for the same line.
NUMBERS_DIFFER = "numbers-differ"
ID_USED_TWICE = "id-used-twice"

_LONGEST_NAME = 200
_LONGEST_NUMBER = 64
_LONGEST_TEXT = 4_000
# A location's own site must not stand before that of the service, which has the empty slot.
_OF_PLACE = "place"
_KINDS = "handrail:service"
_PEOPLE = "handrail:population"
_BARRIERS = "handrail:barrier"
_LONGEST_NOTE = 280
_HOW = frozenset({"exclusive", "welcomes", "does-not-exclude"})
_WORDS_OF_LINES = ("description", "department")
_ANSWER = re.compile(r"(yes|no)(?::([a-z-]{1,40}))?")

Asked = tuple[str, str, str, str]


class Structured(msgspec.Struct, frozen=True):
    """Facts of a record, and what to ask about it: the field, the rule, the question, the words in question."""

    facts: tuple[FactDraft, ...]
    asked: tuple[Asked, ...] = ()


def record_facts(redacted: Redacted, *, country: str, aliases: Mapping[str, str]) -> Structured:
    """The facts of an organization or of a service itself.

    Args:
        redacted: the record.
        country: whose people write the numbers of its lines.
        aliases: names of languages in this source.
    """
    record = redacted.record
    tier: Tier | None = "coordinator" if redacted.is_closed else None
    facts, asked = _web(record.urls, tier)
    facts += _numbered("required_document", (TermValue(_text(text)) for text in record.required_documents))
    facts += _numbered("cost_option", map(_cost, record.cost_options))
    facts += _numbered("funding", (TermValue(_text(text)) for text in record.funding))
    facts += _contacts(record.contacts, tier, country, aliases)
    facts += _numbered("organization_identifier", map(_identifier, record.identifiers))
    facts += _terms(record.attributes)
    return Structured(tuple(facts), (*asked, *_doubts(record)))


def place_facts(site: SourceSite) -> Structured:
    """The facts of a public place."""
    read = read_web(site.cells.get("url", ""), "")
    facts = [FactDraft("url", Text(read.url), _OF_PLACE, match_key=site_domain(read.url))] if read.url else []
    asked = [_not_readable(written) for _, written in read.unreadable]
    if site.differs:
        asked.append(_differing(site.differs))
    return Structured(tuple(facts), tuple(asked))


def offer_facts(site: SourceSite, *, country: str, aliases: Mapping[str, str]) -> tuple[FactDraft, ...]:
    """The facts of a service at one public place alone. Arguments as those of ``record_facts``."""
    facts = _contacts(site.contacts, None, country, aliases)
    if said := site.offer.get("description", ""):
        facts.append(FactDraft("description", Text(_text(said))))
    return tuple(facts)


def with_own_kinds(meaning: Meaning, record: SourceRecord) -> Meaning:
    """What a service is by the directory's own terms, where its source uses them; else as its names say."""
    codes = [cells["code"] for cells in record.attributes if cells.get("taxonomy") == _KINDS]
    known = sorted({code for code in codes if _is_term(kind, code)}, key=lambda code: kind(code).bit)
    return msgspec.structs.replace(meaning, kinds=tuple(known), is_known=True) if known else meaning


def joined(facts: Iterable[FactDraft], structured: Iterable[FactDraft]) -> list[FactDraft]:
    """Both, a structured fact in place of one that was read from words."""
    found = {(fact.field, fact.slot): fact for fact in facts}
    return list((found | {(fact.field, fact.slot): fact for fact in structured}).values())


def _web(rows: Iterable[Cells], tier: Tier | None) -> tuple[list[FactDraft], list[Asked]]:
    facts: list[FactDraft] = []
    asked: list[Asked] = []
    for row in rows:
        read = read_web(row.get("url", ""), "")
        asked += [_not_readable(written) for _, written in read.unreadable]
        if read.url:
            slot = str(len(facts) + 1)
            facts.append(FactDraft("url", Text(read.url), slot, tier, match_key=site_domain(read.url)))
    return facts, asked


def _not_readable(written: str) -> Asked:
    return ("url", "url-not-readable", "This cannot be used as an address", written)


def _numbered(field: str, values: Iterable[Any]) -> list[FactDraft]:
    return [FactDraft(field, value, str(number)) for number, value in enumerate(values, 1)]


def _cost(row: Cells) -> CostOption:
    return CostOption(
        note=_text(row.get("option", "")),
        amount=one_line(row.get("amount", ""), _LONGEST_NUMBER),
        currency=one_line(row.get("currency", ""), 8).upper(),
        description=_text(row.get("amount_description", "")),
        valid_from=one_line(row.get("valid_from", ""), 32),
        valid_to=one_line(row.get("valid_to", ""), 32),
    )


def _identifier(row: Cells) -> Identifier:
    return Identifier(
        one_line(row.get("identifier", ""), _LONGEST_NUMBER),
        one_line(row.get("identifier_type", ""), _LONGEST_NAME),
        one_line(row.get("identifier_scheme", ""), _LONGEST_NUMBER),
    )


def _contacts(
    contacts: Iterable[SourceContact], tier: Tier | None, country: str, aliases: Mapping[str, str]
) -> list[FactDraft]:
    values = []
    for contact in contacts:
        cells = contact.cells
        # What is said of a line is screened only where the line is a fact of its own.
        phones = [{name: cell for name, cell in row.items() if name not in _WORDS_OF_LINES} for row in contact.phones]
        lines: list[Phone] = [line for _, line in read_phones(phones, country=country, aliases=aliases).lines]
        value = Contact(
            name=one_line(cells.get("name", ""), _LONGEST_NAME),
            title=one_line(cells.get("title", ""), _LONGEST_NAME),
            phones=lines,
            department=one_line(cells.get("department", ""), _LONGEST_NAME),
            email=read_web("", cells.get("email", "")).email or "",
        )
        if value != Contact():
            values.append(value)
    return [FactDraft("contact", value, str(number), tier) for number, value in enumerate(values, 1)]


def _terms(attributes: Iterable[Cells]) -> list[FactDraft]:
    """People, barriers, rules and where to complain, as the directory's own exports say them."""
    facts = []
    for cells in attributes:
        code, taxonomy = cells["code"], cells["taxonomy"]
        said = one_line(cells.get("value", ""), _LONGEST_NOTE)
        if taxonomy == HOUSE_RULES and _is_term(partial(term, "house-rule"), code):
            facts.append(FactDraft("house_rule", TermValue(said), code))
        elif (taxonomy, code) == (ASSURANCE, "grievance-path") and said:
            facts.append(FactDraft("grievance_path", GrievancePath(said)))
        found = _ANSWER.fullmatch(_plain_answer(cells.get("value", "") or "yes"))
        if found is None:
            continue
        answer: Any = found[1]
        if taxonomy == _PEOPLE and _is_term(population, code):
            how: Any = found[2] if found[2] in _HOW else ""
            facts.append(FactDraft("eligibility", Eligibility(answer, how), code))
        elif taxonomy == _BARRIERS and _is_term(barrier, code):
            facts.append(FactDraft("barrier", Barrier(answer), code))
    return facts


def _plain_answer(text: str) -> str:
    """Without blanks and capital letters: "yes:welcomes"."""
    return "".join(text.lower().split())


def _is_term(look_up: Any, code: str) -> bool:
    try:
        look_up(code)
    except UnknownTermError:
        return False
    return True


def _doubts(record: SourceRecord) -> list[Asked]:
    asked = []
    if record.differs:
        asked.append(_differing(record.differs))
    if record.unlike_numbers:
        numbers = " or ".join(record.unlike_numbers)
        asked.append(("phone", NUMBERS_DIFFER, "Rows of one name give different numbers. Call, and keep one", numbers))
    if ID_USED_TWICE in record.rules:
        asked.append(("name", ID_USED_TWICE, "The source uses one id for several things. Is this one of its own?", ""))
    return asked


def _differing(columns: Iterable[str]) -> Asked:
    named = ", ".join(columns)
    return ("name", REPEATS_DIFFER, f"The source repeats this and differs from itself in: {named}. What is right?", "")


def _text(text: str) -> str:
    return plain(text, _LONGEST_TEXT)
