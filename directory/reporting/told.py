"""What is known of a reporting line, in English sentences for a terminal: what it is for, never that somebody must."""

import datetime as dt
from zoneinfo import ZoneInfo

from directory.places.covered import Covered
from directory.reporting.lines import Kind, Line
from directory.reporting.this_hour import LineNow, LinesNow
from directory.values.hours import is_always_open
from directory.values.official_source import Source

KIND_WORDS: dict[Kind, str] = {
    "child-protection": "Child protection",
    "adult-protection": "Protection of older adults",
    "disabled-protection": "Protection of adults with disabilities",
    "injury-report": "Reports of injuries",
    "sexual-crime-report": "Reports of sexual crimes, without a name",
}
NO_VERDICT = "What each line is for, and when it answers. Whether you report, and to whom, law and people decide."
CHECK = "Older than twelve months, or of unknown age: check before use."
NOT_A_REPORT = "A call to the national hotline is no report to a protection agency."
_READER_WORDS = {
    "clinician": "clinicians", "advocate": "advocates", "attorney": "attorneys", "police": "police", "other": "others",
}  # fmt: skip
_LIMIT_WORDS = {
    "only-with-caregiver": "It takes no reports about adults who depend on no caregiver.",
    "form-only": "Nobody can be called there: it is a form, sent by fax.",
    "no-names": "The form takes no name of the person.",
    "no-police": "A report there is not a report to the police.",
    "no-place": "A report there does not mean a place to stay tonight.",
}
_HOLIDAY_WORDS = {
    "new-year": "New Year's Day", "mlk": "Martin Luther King Jr. Day", "presidents": "Presidents' Day",
    "memorial": "Memorial Day", "juneteenth": "Juneteenth", "independence": "Independence Day", "labor": "Labor Day",
    "columbus": "Columbus or Indigenous Peoples' Day", "veterans": "Veterans Day", "thanksgiving": "Thanksgiving",
    "christmas": "Christmas", "patriots": "Patriots' Day", "good-friday": "Good Friday", "victoria": "Victoria Day",
    "canada": "Canada Day", "truth": "Truth and Reconciliation Day", "thanksgiving-ca": "Thanksgiving",
    "remembrance": "Remembrance Day", "boxing": "Boxing Day",
}  # fmt: skip


def holiday_in_words(name: str) -> str:
    """The name of a holiday (``directory.values.holidays``)."""
    return _HOLIDAY_WORDS.get(name, name.replace("-", " ").title())


def hours_told(one: LineNow, at: dt.datetime) -> str:
    """When somebody answers, as it is at this hour: "answers now, until 17:00"."""
    days = one.line.days
    if "form-only" in one.line.limits:
        return "a form, at any hour"
    if not days:
        return "hours not stated"
    if is_always_open(days):
        return "answers at any hour"
    if one.is_open is None:
        return f"hours not stated for {holiday_in_words(one.holiday)}"
    moment = one.until if one.is_open else one.opens
    when = f" {_clock(moment, at, one.zone)}" if moment else ""
    if one.is_open:
        return f"answers now, until{when}" if when else "answers now"
    closed = f"closed for {holiday_in_words(one.holiday)}" if one.holiday else "closed now"
    return f"{closed}, opens{when}" if when else closed


def for_whom(line: Line) -> str:
    """Whom its reports are about, by age; empty where no page says so."""
    youngest, oldest = line.from_age, line.to_age
    if youngest is None and oldest is None:
        return ""
    if youngest is None:
        return f"About people under {(oldest or 0) + 1}."
    return f"About people of {youngest} and over." if oldest is None else f"About people of {youngest} to {oldest}."


def no_line_does(emergency: str) -> list[str]:
    """What no line that takes reports does, the most pressing first. ``emergency`` is the number for that."""
    return [
        f"It is no emergency line: for danger right now there is {emergency or 'the emergency number'}.",
        "It takes reports. A bed, a lawyer or an interpreter is looked for elsewhere.",
        "What is said there may go on to others, and people may visit.",
    ]


def limits_told(line: Line) -> list[str]:
    """What this one does not do besides."""
    return [
        *(["The police take these reports."] if line.is_police else []),
        *map(_LIMIT_WORDS.__getitem__, line.does_not),
    ]


def law_told(one: LineNow) -> str:
    """What the law there says of readers and of papers, as far as it is known here; never whether it applies."""
    line, cited = one.line, f" ({'; '.join(one.line.law)})" if one.line.law else ""
    said = [
        f"The law there names {' and '.join(_READER_WORDS.get(who, who) for who in line.named)}{cited}; "
        "whom else it names is not said here."
        if line.named
        else "",
        f"Pages of the agency speak of a written report within {line.written_within_hours} hours of the call."
        if line.written_within_hours
        else "",
    ]
    return " ".join(part for part in said if part)


def source_told(source: Source) -> str:
    """Whose page says so, of which day it is and when it was read."""
    dated = f"page of {source.dated}" if source.dated else "page without a day"
    return f"{source.name} ({dated}, read {source.read_on}) {source.url}"


def covered_told(covered: Covered, kind: Kind) -> str:
    """How much is known."""
    return (
        f"{KIND_WORDS[kind]}: {covered.us} of {covered.us_of} US states and territories and {covered.ca} of "
        f"{covered.ca_of} Canadian provinces and territories covered."
    )


def zone_told(found: LinesNow) -> str:
    """Which clock is used, and which others there are in the same state."""
    if not found.other_zones:
        return found.zone
    return f"{found.zone}, where most people there live; elsewhere there clocks show {', '.join(found.other_zones)}"


def others_told(found: LinesNow) -> str:
    """For whom alone there are lines that were left out; empty when none was."""
    if not found.for_others:
        return ""
    who = " and ".join(_READER_WORDS.get(one, one) for one in found.for_others)
    return f"There are lines of this kind for {who} alone."


def _clock(moment: dt.datetime, at: dt.datetime, zone: str) -> str:
    local, now = moment.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
    if local.date() == now.date() or (local - now < dt.timedelta(hours=24) and local.hour == local.minute == 0):
        return f"{local:%H:%M}" if local.hour or local.minute else "24:00"
    return f"{local:%A %H:%M}" if (local.date() - now.date()).days < 7 else f"{local:%d %B %H:%M}"
