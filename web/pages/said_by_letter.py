"""What a program writes in the form that its letter opens, as values that are proposed."""

import datetime as dt
from typing import Any

import msgspec

from directory.confirming.closures import Saying, closing, reopening
from directory.errors import BadInputError, UnknownTermError
from directory.integrity.service import Edit
from directory.listings.drafts import FactDraft
from directory.listings.fields import Barrier, Eligibility, Language, Phone, Schedule, Text, decode_value
from directory.listings.models import Fact
from directory.listings.notes_screen import refuse_client_details
from directory.values import language as languages
from directory.values.phone import parse_phone
from directory.values.plain_text import one_line
from directory.vocabulary import terms
from importers.hours_cells import read_hours
from web.dependencies import Site
from web.forms import Form
from web.pages.asking import (
    ABOUT,
    EASIER,
    FIRST_DAY,
    LANGUAGE,
    LAST_DAY,
    LEAVE_OUT,
    MAIL,
    NEW_HOURS,
    NEW_NUMBER,
    REFERRALS,
    SITE,
    TAKES,
)

YES, NO = "y", "n"
_LONGEST_TEXT = 200
Facts = tuple[Fact, ...]


class BadDaysError(BadInputError):
    """A closure has no such days."""


def edits_of(site: Site, form: Form, facts: Facts) -> list[Edit]:
    """What a form says that is otherwise than what was shown.

    Raises:
        BadInputError: a number is none.
        UnknownTermError: a language is none.
        RefusedError: words seem to tell of somebody.
    """
    edits = [
        _number(form.one(NEW_NUMBER), facts, country=site.settings.country),
        _hours(form.one(NEW_HOURS), facts, today=site.clock().date(), country=site.settings.country),
        _language(form.one(LANGUAGE), facts),
        _referrals(form.one(REFERRALS), facts, said=str(site.pages.wording(site.settings.language)("over.alert"))),
        _text("description", form.one(ABOUT)),
        _text("url", form.one(SITE)),
        _text("email", form.one(MAIL)),
        *(_stated("eligibility", one) for one in form.all(TAKES)),
        *(_stated("barrier", one) for one in form.all(EASIER)),
    ]
    gone = [Edit(fact_id=fact.id) for fact in facts if fact.field == "language" and fact.slot in form.all(LEAVE_OUT)]
    return [edit for edit in edits if edit is not None] + gone


def _number(written: str, facts: Facts, *, country: str) -> Edit | None:
    if not written:
        return None
    read = parse_phone(written, country=country)
    phones = [fact for fact in facts if fact.field == "phone"]
    held = min(phones, key=lambda fact: (fact.slot != "voice", fact.id), default=None)
    before = decode_value("phone", held.value or "{}") if held is not None else Phone("")
    value = msgspec.structs.replace(before, number=read.number, ext=read.ext or "")
    return Edit(FactDraft("phone", value, slot=held.slot if held else "voice", match_key=read.number))


def _hours(written: str, facts: Facts, *, today: dt.date, country: str) -> Edit | None:
    text = one_line(written, _LONGEST_TEXT)
    if not text:
        return None
    refuse_client_details(text)
    held = [fact for fact in facts if fact.field == "schedule" and not fact.slot.startswith("line:")]
    before = decode_value("schedule", held[0].value or "{}") if held else Schedule()
    read = read_hours((), texts=(text,), zone=before.zone or None, is_hotline=False, today=today, country=country)
    days = read.facts[0][1].days if len(read.facts) == 1 else {}
    # The words stay where they were not understood as a whole.
    value = Schedule(zone=before.zone, days=days, text="" if days and not read.questions else text)
    return Edit(FactDraft("schedule", value, slot=held[0].slot if held else "office"))


def _language(tag: str, facts: Facts) -> Edit | None:
    slot = f"{tag}:staff"
    if not tag or any(fact.field == "language" and fact.slot == slot for fact in facts):
        return None
    return Edit(FactDraft("language", Language(languages.language(tag).tag), slot=slot))


def _text(field: str, written: str) -> Edit | None:
    text = one_line(written, _LONGEST_TEXT)
    if not text:
        return None
    if field == "description":
        refuse_client_details(text)
    return Edit(FactDraft(field, Text(text)))


def _stated(field: str, said: str) -> Edit:
    """Whether a population is taken, or a barrier removed, by what a choice sends: its code, a colon, y or n."""
    code, _, answer = said.partition(":")
    scheme = terms.POPULATION if field == "eligibility" else terms.BARRIER
    if answer not in {YES, NO} or code not in {term.code for term in terms.terms(scheme)}:
        raise UnknownTermError("There is no such answer.")
    stated: Any = "yes" if answer == YES else "no"
    return Edit(FactDraft(field, Eligibility(stated) if field == "eligibility" else Barrier(stated), slot=code))


def closing_of(site: Site, form: Form, facts: Facts) -> list[Edit]:
    """What is proposed of who says from when until when they are closed.

    Raises:
        BadDaysError: these are no such days.
    """
    try:
        first, last = (dt.date.fromisoformat(form.one(field)) for field in (FIRST_DAY, LAST_DAY))
        return closing(facts, first, last, today=_yesterday(site), say=_closed_words(site))
    except (ValueError, BadInputError):
        raise BadDaysError("These are no days of a closure.") from None


def reopening_of(site: Site, _form: Form, facts: Facts) -> list[Edit]:
    """What is proposed of who is open again."""
    return reopening(facts, today=_yesterday(site), say=_closed_words(site))


def _yesterday(site: Site) -> dt.date:
    """The earliest day that may still be today where somebody answers."""
    return site.clock().astimezone(dt.UTC).date() - dt.timedelta(days=1)


def _closed_words(site: Site) -> Saying:
    """Notes to everybody are in the site's own language, like all that a listing says."""
    t = site.pages.wording(site.settings.language)
    return lambda first, last: str(t("over.alert.closed", first=first, last=last))


def _referrals(answer: str, facts: Facts, *, said: str) -> Edit | None:
    """A note to everybody that nobody new is taken, or its end."""
    held = next((fact for fact in facts if fact.field == "alert"), None)
    before = decode_value("alert", held.value or "{}").text if held is not None else ""
    if answer == NO and said not in before:
        return Edit(FactDraft("alert", Text(f"{said} {before}".strip())))
    if answer == YES and held is not None and before.startswith(said):
        rest = before.removeprefix(said).strip()
        return Edit(FactDraft("alert", Text(rest))) if rest else Edit(fact_id=held.id)
    return None
