"""Reads what ``sanity`` has to know of one value that somebody would change, and what its words may name."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.integrity.reach import areas_of, family
from directory.integrity.sanity import About, Sharing, holds_of_value
from directory.integrity.sharing import sharing_of
from directory.listings.disclosure import FREE_TEXT_PARTS
from directory.listings.drafts import FactDraft
from directory.listings.fields import decode_plain, decode_value
from directory.listings.models import Fact, Record
from directory.listings.notes_screen import names_another_way
from directory.listings.queries import current_facts


def holds_of(session: Session, record: Record, draft: FactDraft, held: Fact | None) -> tuple[str, ...]:
    """Why a value that would take the place of ``held`` is to be held; empty if it is not."""
    is_number = draft.field == "phone"
    about = About(_is_hotline(session, record), _region(session, record), _site_of(session, record))
    others = sharing_of(session, draft.value.number, record) if is_number else Sharing()
    return holds_of_value(draft, old=text_of(held), about=about, others=others)


def holds_of_words(session: Session, record: Record, draft: FactDraft, held: Fact | None) -> tuple[str, ...]:
    """Why words of a confirmed listing are held: they would send people to what nobody confirmed (SAFETY I1)."""
    words, before = _words(draft.value), ""
    if held is not None and held.value:
        before = _words(decode_value(draft.field, held.value))
    if not names_another_way(words, before=before, known_phones=(), known_sites=()):
        # Most words name nothing, and what stands need not be read.
        return ()
    facts = current_facts(session, [one.id for one in family(session, record)], fields=("phone", "url", "email"))
    standing = [fact for of_one in facts.values() for fact in of_one]
    phones = [fact.match_key or "" for fact in standing if fact.field == "phone"]
    sites = {_place_of(fact) for fact in standing if fact.field != "phone"}
    is_new = names_another_way(words, before=before, known_phones=phones, known_sites=sites)
    return ("another-way",) if is_new else ()


def text_of(held: Fact | None) -> str:
    """What a stored text says; empty if there is none."""
    return "" if held is None or not held.value else str(decode_plain(held.value).get("text", ""))


def region_of(areas: Iterable[str]) -> str:
    """The country of codes of areas (``US-FL``), empty when none of them tells one."""
    return next((area[:2].upper() for area in sorted(areas) if area[:2].isalpha()), "")


def _words(value: object) -> str:
    return "\n".join(text for part in FREE_TEXT_PARTS if isinstance(text := getattr(value, part, None), str))


def _place_of(fact: Fact) -> str:
    text = text_of(fact).casefold()
    return text if fact.field == "email" else (urlsplit(text).hostname or "").removeprefix("www.")


def _region(session: Session, record: Record) -> str:
    """The country of a record, as far as it is stated: of the areas that it serves or is in."""
    records = family(session, record)
    facts = current_facts(session, [one.id for one in records])
    return region_of(area for one in records for area in areas_of(facts[one.id], one))


def _is_hotline(session: Session, record: Record) -> bool:
    service = record.service_id if record.kind == "listing" else record.id
    found = sa.select(Fact.id).where(
        Fact.record_id == service, Fact.field == "kind", Fact.slot == "hotline", Fact.standing == "current"
    )
    return session.scalar(found) is not None


def _site_of(session: Session, record: Record) -> str:
    owners = [record.id, *([record.service_id] if record.service_id else []), record.organization_id or record.id]
    stored = session.scalars(
        sa.select(Fact.value)
        .where(Fact.record_id.in_(owners), Fact.field == "url", Fact.standing == "current")
        .order_by(Fact.record_id, Fact.id)
    ).first()
    return "" if stored is None else str(decode_plain(stored).get("text", ""))
