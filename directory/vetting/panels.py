"""Panels of survivors who review a program: paid, three at least, without a name, and it may reply.

Only a whole panel that passed makes a program survivor-reviewed, by two people, and for twelve months.
"""

import datetime as dt
import re
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.db import queue_writers
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.integrity.editing import Edit, edit
from directory.integrity.protection import REVIEWED
from directory.listings.changes import Author, OpenChange, Terms
from directory.listings.drafts import FactDraft
from directory.listings.fields import TraumaInformed
from directory.listings.models import Change
from directory.listings.notes_screen import refuse_client_details
from directory.listings.queries import current_facts
from directory.listings.screen import screen
from directory.people.actor import Actor
from directory.people.letters import tell_keepers
from directory.values.plain_text import folded, one_line
from directory.vetting.models import CONFLICTS, LONGEST_REPLY, REPLIES, RESULTS, ReviewPanel
from directory.vetting.policy import months_after
from directory.vetting.programs import program_of

LEAST_SEATS, MOST_SEATS = 3, 12
HOLDS_MONTHS = 12
SLOT = f"{REVIEWED}:panel"
# What a panel is called in public; who sat on it is nobody's to know.
ISSUER = "A paid panel of survivors"
_SEAT = re.compile(r"[A-Z][0-9]{1,3}")
LONGEST_ISSUER = 80
LEVELS = ("attested", "trained", "assessed", "certified")


class PanelShown(msgspec.Struct, frozen=True):
    """A panel for those who work on it.

    Attributes:
        id: the number of its day.
        held_on: the day on which it met last.
        seats: codes of those who sat on it.
        conflicts: of ``CONFLICTS``.
        result: of ``RESULTS``.
        reply: of ``REPLIES``; None while the program has not been asked.
        reply_text: what it answered.
        holds_until: the last day on which what it found counts.
        state: ``whole`` when it counts, ``waits`` for a second person, ``reply`` for the program's answer, ``over``,
            ``not-passed``, or ``declined`` by the second person.
    """

    id: int
    held_on: dt.date
    seats: tuple[str, ...]
    conflicts: str
    result: str
    reply: str | None
    reply_text: str
    holds_until: dt.date
    state: str


def enter_panel(
    session: Session,
    organization_id: int,
    *,
    held_on: dt.date,
    seats: Collection[str],
    paid: bool,
    conflicts: str,
    result: str,
    by: Actor,
    now: dt.datetime,
) -> None:
    """Enter that a panel met. It counts for nothing until the program could answer.

    Args:
        session: a writing session.
        organization_id: the record of the program.
        held_on: the day on which it met last.
        seats: a code for each who sat on it, such as ``A1``; never a name.
        paid: whether every one of them was paid.
        conflicts: of ``CONFLICTS``.
        result: of ``RESULTS``.
        by: who enters it.
        now: the transaction's time.

    Raises:
        NotFoundError: there is no such program, or ``by`` does not work on it.
        RefusedError: ``by`` may not, or it is no whole panel.
    """
    queue_writers(session)
    program = program_of(session, organization_id, by=by, now=now)
    if not paid:
        raise RefusedError("Whoever sits on a panel is paid. One that was not is not entered.")
    codes = sorted(set(seats))
    if any(not _SEAT.fullmatch(code) for code in codes):
        raise RefusedError("A seat is a letter and a figure, such as A1: nobody's name is kept here.")
    if not LEAST_SEATS <= len(codes) <= MOST_SEATS:
        raise RefusedError(f"A panel has {LEAST_SEATS} to {MOST_SEATS} seats, each counted once.")
    if conflicts not in CONFLICTS or result not in RESULTS:
        raise RefusedError("Say whether anybody had a tie to the program, and what the panel found.")
    if not months_after(held_on, HOLDS_MONTHS) > now.date() >= held_on:
        raise RefusedError("A panel is entered within twelve months of the day on which it met.")
    if session.get(ReviewPanel, (program.id, held_on.toordinal())) is not None:
        raise RefusedError("A panel of that day is entered already.")
    panel = ReviewPanel(
        organization_id=program.id, held_on=held_on.toordinal(), seats=" ".join(codes), paid=True, conflicts=conflicts,
        result=result, entered_by=by.id,
    )  # fmt: skip
    session.add(panel)
    session.flush()
    record(session, [Act("panel.entered", str(program.public_id), {}, by.id)], now=now)


def note_reply(
    session: Session, organization_id: int, held_on: int, reply: str, text: str = "", *, by: Actor, now: dt.datetime
) -> int | None:
    """Note what the program answered, or that it wanted to answer nothing; then what a passed panel makes is proposed.

    Returns:
        The change that waits for a second person; None where the panel did not pass.

    Raises:
        NotFoundError: there is no such panel, or ``by`` does not work on its program.
        RefusedError: ``by`` may not, it has answered already, it is too long, or tells of a person or a place.
        BadInputError: it is no way to answer.
    """
    queue_writers(session)
    program = program_of(session, organization_id, by=by, now=now)
    panel = session.get(ReviewPanel, (program.id, held_on), populate_existing=True)
    if panel is None:
        raise NotFoundError("There is no such panel.")
    if panel.reply is not None:
        raise RefusedError("They have answered already.")
    kept = one_line(text, 10 * LONGEST_REPLY)
    if reply not in REPLIES or (kept and reply != "given"):
        raise BadInputError("That is no way to answer.")
    if reply == "given" and not kept:
        raise RefusedError("Write what they answered, in a few words.")
    _refuse_telling(kept)
    panel.reply, panel.reply_text = reply, kept
    session.flush()
    record(session, [Act("panel.answered", str(program.public_id), {}, by.id)], now=now)
    ends = months_after(dt.date.fromordinal(panel.held_on), HOLDS_MONTHS)
    if panel.result != "passed" or ends <= now.date():
        return None
    value = TraumaInformed(
        "survivor-reviewed", by=ISSUER, on=dt.date.fromordinal(panel.held_on).isoformat(), expires_on=ends.isoformat()
    )
    terms = Terms(needs_proof=False)
    author = Author("edit", "a panel of survivors", by.id)
    proposal = OpenChange(session, author, subject_id=program.id, state="proposed", now=now, terms=terms)
    for fact in current_facts(session, [program.id])[program.id]:
        if (fact.field, fact.slot) == ("trauma_informed", SLOT):
            proposal.item("fact", fact.id, {"standing": "current"})
    proposal.add(program, FactDraft("trauma_informed", value, slot=SLOT))
    proposal.close()
    panel.change_id = proposal.id
    session.flush()
    tell_keepers(session, "proposed", {"change": str(proposal.id)}, now=now, apart_from=by.id)
    return proposal.id


def panels_of(session: Session, organization_id: int, *, on: dt.date) -> tuple[PanelShown, ...]:
    """The panels of a program, the latest first."""
    rows = session.execute(
        sa.select(ReviewPanel, Change.state)
        .outerjoin(Change, Change.id == ReviewPanel.change_id)
        .where(ReviewPanel.organization_id == organization_id)
        .order_by(ReviewPanel.held_on.desc())
    )
    return tuple(_shown(panel, state, on=on) for panel, state in rows)


def note_evidence(
    session: Session,
    organization_id: int,
    level: str,
    *,
    issuer: str,
    on: dt.date,
    expires_on: dt.date,
    by: Actor,
    now: dt.datetime,
) -> None:
    """Note evidence of trauma-informed work: who says so, since when, and until when it holds; never a mere tick.

    Raises:
        NotFoundError: there is no such program, or ``by`` does not work on it.
        RefusedError: ``by`` may not, the level is not one of ``LEVELS``, nobody says so, or a day cannot be right.
    """
    program = program_of(session, organization_id, by=by, now=now)
    said_by = one_line(issuer, 10 * LONGEST_ISSUER)
    if level not in LEVELS:
        raise RefusedError("That is no level that is entered here. What survivors reviewed comes of a panel.")
    if not said_by or len(said_by) > LONGEST_ISSUER:
        raise RefusedError(f"Say who says so, in at most {LONGEST_ISSUER} letters.")
    _refuse_telling(said_by)
    if not on <= now.date() < expires_on or expires_on > months_after(on, 60):
        raise RefusedError("Evidence has a day on which it was given, and ends within five years of it.")
    value = TraumaInformed(level, by=said_by, on=on.isoformat(), expires_on=expires_on.isoformat())  # type: ignore[arg-type]
    draft = FactDraft("trauma_informed", value, slot=f"{level}:{folded(said_by).replace(' ', '-')[:60]}")
    edit(session, program.id, [Edit(draft)], by=by, reason="evidence", now=now)


def _refuse_telling(text: str) -> None:
    if len(text) > LONGEST_REPLY:
        raise RefusedError(f"At most {LONGEST_REPLY} letters.")
    refuse_client_details(text)
    if screen(text).rules:
        raise RefusedError("That could tell where something is. Leave the place out.")


def _shown(panel: ReviewPanel, change: str | None, *, on: dt.date) -> PanelShown:
    held_on = dt.date.fromordinal(panel.held_on)
    until = months_after(held_on, HOLDS_MONTHS)
    if panel.result != "passed":
        state = "not-passed"
    elif until < on:
        state = "over"
    elif panel.reply is None:
        state = "reply"
    else:
        state = {"applied": "whole", "proposed": "waits"}.get(change or "", "declined")
    return PanelShown(
        panel.held_on, held_on, tuple(panel.seats.split()), panel.conflicts, panel.result, panel.reply,
        panel.reply_text, until, state,
    )  # fmt: skip
