"""What somebody wrote, as it may be kept: plain text, nothing that places what is confidential, no word of a client."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import RefusedError
from directory.integrity.reach import family
from directory.listings.disclosure import FREE_TEXT_PARTS, closed_facts, default_disclosure
from directory.listings.drafts import FactDraft, check_facts
from directory.listings.fields import FIELDS, Text, decode_plain
from directory.listings.models import Fact, Record
from directory.listings.names_screen import refuse_names
from directory.listings.notes_screen import refuse_client_details, refuse_other_ways
from directory.listings.queries import services_of_organization
from directory.values.plain_text import folded, one_line, plain
from directory.values.web_address import normalise_email, normalise_url, site_domain

_LONGEST_TEXT, _LONGEST_LINE = 4_000, 500
_TELLING = "A sentence of it could show where a confidential place is. Leave that out."


def as_kept(session: Session, record: Record, draft: FactDraft) -> FactDraft:
    """A value as it may be kept on a record.

    Raises:
        RefusedError: it could show where a confidential place is, or is a kind of service whose places are private.
    """
    [draft] = as_plain([draft])
    if not _is_closed(session, record):
        _refuse_private_kind(session, record, draft)
        return draft
    kept = closed_facts([draft])
    if not kept:
        raise RefusedError("That could show where a confidential place is, so it is not kept.")
    return kept[0]


def refuse_what_is_not_kept(session: Session, record: Record, draft: FactDraft) -> None:
    """Raise for a value that would not be kept on a record as it was written, before anything of it is.

    Raises:
        RefusedError: it could show where a confidential place is, wholly or in a sentence, or is a kind of service
            whose places are private, on a service that shows its place.
        BadInputError: an address on the web or of mail is none.
        MisplacedFactError: it cannot stand on this kind of record.
    """
    kind: Any = record.kind
    check_facts([draft], kind)
    [written] = as_plain([draft])
    if as_kept(session, record, draft).value != written.value:
        raise RefusedError(_TELLING)


def refuse_telling(draft: FactDraft) -> None:
    """Raise for a value that a confidential service could not keep as it was written, before there is a record of it.

    Raises:
        RefusedError: it could show where the place is, wholly or in a sentence, or nothing is left of it.
    """
    [written] = as_plain([draft])
    kept = closed_facts([written])
    if not kept or kept[0].value != written.value:
        raise RefusedError(_TELLING)


def as_plain(drafts: Iterable[FactDraft]) -> list[FactDraft]:
    """Values whose words are plain text, each with what finds the same number, name or address elsewhere.

    Raises:
        RefusedError: nothing is left of one, or words that may name nobody seem to name a person or another number.
        BadInputError: an address on the web or of mail is none.
    """
    return [_as_plain(draft) for draft in drafts]


def _as_plain(draft: FactDraft) -> FactDraft:
    if draft.field == "phone":
        draft = msgspec.structs.replace(draft, match_key=draft.value.number)
    elif draft.field == "url":
        url = normalise_url(draft.value.text)
        return msgspec.structs.replace(draft, value=Text(url), match_key=site_domain(url))
    elif draft.field == "email":
        address = normalise_email(draft.value.text)
        return msgspec.structs.replace(draft, value=Text(address), match_key=address)
    has_lines = FIELDS[draft.field].is_text
    parts = {part: getattr(draft.value, part, None) for part in FREE_TEXT_PARTS}
    written = {
        part: plain(text, _LONGEST_TEXT) if has_lines else one_line(text, _LONGEST_LINE)
        for part, text in parts.items()
        if isinstance(text, str) and text
    }
    if isinstance(draft.value, Text) and not written.get("text"):
        raise RefusedError("Write something, or say that it holds no longer.")
    # Read as it will be shown: markup or an entity in the middle of a name hides it only until then.
    if FIELDS[draft.field].names_nobody:
        _refuse_somebody(written["text"])
    draft = msgspec.structs.replace(draft, value=msgspec.structs.replace(draft.value, **written))
    if draft.field == "name":
        return msgspec.structs.replace(draft, match_key=folded(draft.value.text))
    return draft


def _refuse_somebody(words: str) -> None:
    """Refuse words that everybody reads where somebody is called, and that name a person or send people elsewhere."""
    refuse_client_details(words)
    refuse_other_ways(words)
    refuse_names(words)


def note_about(session: Session, record: Record, text: str, drafts: Iterable[FactDraft] = ()) -> str:
    """Why somebody does something to a record, in plain text.

    Raises:
        RefusedError: it is too long, or seems to tell of a client; the numbers of the listing it may name.
    """
    note = one_line(text, 10 * _LONGEST_LINE)
    stated = session.scalars(
        sa.select(Fact.value).where(
            Fact.record_id.in_([one.id for one in family(session, record)]), Fact.field == "phone",
            Fact.standing.in_(("current", "proposed")),
        )
    )  # fmt: skip
    numbers = [str(decode_plain(value or "{}").get("number", "")) for value in stated]
    numbers += [draft.value.number for draft in drafts if draft.field == "phone"]
    refuse_client_details(note, known_phones=numbers)
    return note


def _refuse_private_kind(session: Session, record: Record, draft: FactDraft) -> None:
    """Refuse a kind that keeps its places private, where one is shown and was not authorised for such a kind (L16)."""
    if draft.field != "kind" or default_disclosure([draft.slot]) == "public":
        return
    kinds = sa.select(Fact.slot).where(
        Fact.record_id.in_([one.id for one in family(session, record)]), Fact.field == "kind",
        Fact.standing == "current",
    )  # fmt: skip
    if default_disclosure(session.scalars(kinds).all()) == "public":
        raise RefusedError(
            "A service of this kind keeps private where it is, and this listing shows it. Enter it as a listing of its "
            "own."
        )


def _is_closed(session: Session, record: Record) -> bool:
    """Whether anything that could place this record may not be kept: it, or a service of it, is confidential."""
    if record.kind != "organization":
        return record.location_disclosure != "public"
    return any(one.location_disclosure != "public" for one in services_of_organization(session, record.id))
