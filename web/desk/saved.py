"""What the form of a listing has done, as its page tells it: what was written at once, and what waits for others."""

import re
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from directory.integrity.reach import family
from directory.integrity.undoing import moved_by
from directory.listings.models import Change, Fact, Record
from directory.people.actor import Actor
from web.desk.value_words import FIELD_WORDS, slot_in_words

# In the address of the page: what precedes the ids.
SAVED: Final = "saved-"
_IDS = re.compile(r"\d{1,18}(?:-\d{1,18}){0,99}", re.ASCII)


class Saved(msgspec.Struct, frozen=True):
    """One change: its id, whether it waits for a second person, and the fields that it is about, in words."""

    id: int
    waits: bool
    about: str


def saved_of(session: Session, listing: Record, ids: str, *, by: Actor) -> list[Saved]:
    """The changes of a listing among these ids (``12-34``); what is none, or another's, is left out."""
    if not _IDS.fullmatch(ids):
        return []
    family_ids = {one.id for one in family(session, listing)}
    found = []
    for change_id in map(int, ids.split("-")):
        change = session.get(Change, change_id)
        if (
            change is None
            or change.proposed_by != by.id
            or change.subject_id not in family_ids
            or change.state not in {"applied", "proposed"}
        ):
            continue
        born, ended = moved_by(session, change_id)
        about = dict.fromkeys(map(_word, (*born, *ended)))
        found.append(Saved(change_id, change.state == "proposed", ", ".join(about)))
    return found


def _word(fact: Fact) -> str:
    part = slot_in_words(fact.field, fact.slot)
    return f"{FIELD_WORDS[fact.field]} ({part.lower()})" if part else FIELD_WORDS[fact.field]
