"""How we know, in words: who confirmed something and when, or else who only says so."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from web.wording import Wording

# Methods of evidence that people are told apart by; every other one is simply "confirmed".
_TOLD_APART = frozenset({"call", "callback", "provider", "website", "corroboration", "handoff", "peer"})


def today_in(zone: str, now: dt.datetime) -> dt.date:
    """The calendar day as people there count it; UTC where the zone is not known."""
    return now.astimezone(ZoneInfo(zone) if zone else dt.UTC).date()


def number_confirmed(on: str, method: str, *, today: dt.date, t: Wording) -> str:
    """That a number was confirmed: "Number confirmed by phone 12 days ago, 2 Nov."."""
    how = method if method in _TOLD_APART else "other"
    return t(f"number.{how}", ago=t.ago(dt.date.fromisoformat(on), today=today))


def number_confirmed_on(on: str, method: str, *, t: Wording) -> str:
    """The same with the date alone, which stays true on paper: "Number confirmed by phone Nov 2, 2026."."""
    how = method if method in _TOLD_APART else "other"
    return t(f"number.{how}", ago=t.day(dt.date.fromisoformat(on)))


def fact_confirmed(on: str, method: str, *, today: dt.date, t: Wording) -> str:
    """That a fact was confirmed: "confirmed by phone 12 days ago, 2 Nov"."""
    how = method if method in _TOLD_APART else "other"
    return t(f"fact.{how}", ago=t.ago(dt.date.fromisoformat(on), today=today))


def only_said(source: str, said: str, *, t: Wording) -> str:
    """Who says what nobody has confirmed: "From the county list, said 3 Mar 2026."; empty if not known."""
    when = said_on(said, t)
    if source and when:
        return t("said.by_on", source=source, date=when)
    if source:
        return t("said.by", source=source)
    return t("said.on", date=when) if when else ""


def said_on(said: str, t: Wording) -> str:
    """A date as sources have it: a day, a month (that is all that is kept of a confidential listing), or nothing."""
    if re.fullmatch(r"\d{4}-\d{2}", said):
        return t.month(dt.date.fromisoformat(f"{said}-01"))
    return t.day(dt.date.fromisoformat(said)) if said else ""


def reported_on(on: str, *, today: dt.date, t: Wording) -> str:
    """That a reader found something wrong and nobody has called since; a month is all that some listings tell."""
    if re.fullmatch(r"\d{4}-\d{2}", on):
        return t("reported.month", month=said_on(on, t))
    # Reports are dated in UTC, which may be tomorrow here.
    day = min(dt.date.fromisoformat(on), today)
    return t("reported.day", date=t.day(day, today=today))
