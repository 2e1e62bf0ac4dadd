"""What the form of a listing has boxes for: every field of the registry that people say in words, numbers or choices.

A field's struct says what its parts are; this says how they are asked for, in which section, and on which record
something new is said. Hours, needs and lists of terms have looks of their own.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from directory.listings.fields import RecordKind
from directory.values.language import all_languages
from directory.vocabulary import terms
from web.desk.hours_typed import CLOSED, DAY_NAMES, TEXT, ZONE, ZONES

Look = Literal["line", "text", "number", "choice", "date", "phone", "languages"]
Shape = Literal["one", "many", "needs", "terms", "hours"]
Options = tuple[tuple[str, str], ...]
LONGEST_TEXT: Final = 4_000
LONGEST_LINE: Final = 200


class Part(msgspec.Struct, frozen=True):
    """A box: a part of a value, what is written above it, how it looks, and what may be chosen or typed.

    ``names_slot``: it is part of the value's place, so it is asked only of something new.
    """

    name: str
    label: str
    look: Look = "line"
    options: Options = ()
    longest: int = LONGEST_LINE
    names_slot: bool = False


class Entry(msgspec.Struct, frozen=True):
    """How the form asks for one field.

    Attributes:
        field: HSDS's word.
        section: code of the section in which it stands.
        parts: its boxes; emptying the first ends the value.
        shape: one value, any number of them, an answer to each term, ticks, or hours.
        blank_on: records on which something new may be said; the first that a listing has for what is many.
        scheme: list of the vocabulary whose terms are the slots.
        hint: what to know before typing.
        is_note: short words in which somebody might write about a client; they are screened.
        is_closed: what is said is not shown in the form.
    """

    field: str
    section: str
    parts: tuple[Part, ...] = ()
    shape: Shape = "one"
    blank_on: tuple[RecordKind, ...] = ("service",)
    scheme: str = ""
    hint: str = ""
    is_note: bool = False
    is_closed: bool = False


def _words(scheme: str, *, leave_out: Iterable[str] = ()) -> Options:
    return tuple((one.code, one.labels["en"]) for one in terms.terms(scheme) if one.code not in leave_out)


def _languages() -> Options:
    return tuple(sorted(((one.tag, one.labels["en"]) for one in all_languages()), key=lambda one: one[1]))


def _line(longest: int = LONGEST_LINE) -> tuple[Part, ...]:
    return (Part("text", "", longest=longest),)


def _hours() -> tuple[Part, ...]:
    """A box for each weekday, one for the days on which it is closed, the zone, and what stands there in words."""
    days = (Part(day, name, longest=80) for day, name in DAY_NAMES.items())
    zones = tuple((zone, zone.replace("_", " ")) for zone in ZONES)
    return (
        *days, Part(CLOSED, "Closed on", longest=LONGEST_LINE), Part(ZONE, "Time zone", "choice", zones),
        Part(TEXT, "In words, shown where no hours are known", longest=LONGEST_LINE),
    )  # fmt: skip


_TEXT = (Part("text", "", "text", longest=LONGEST_TEXT),)
_BOTH: tuple[RecordKind, ...] = ("service", "organization")
_PLACE: tuple[RecordKind, ...] = ("location",)
_NOTE = Part("note", "Note")
_STATUS = (("active", "active"), ("inactive", "not active"), ("temporarily closed", "closed for a time"))
_YES_NO = (("yes", "yes"), ("no", "no"))

SECTIONS: Final = {
    "names": "Names", "lines": "Numbers and how they answer", "hours": "Hours", "spoken": "Languages",
    "needs": "Who they take", "eased": "Made easier", "apply": "How to apply, and what it costs",
    "where": "Where, and who may come", "safety": "What they ask and tell",
    "whom": "Whom to ask for", "organization": "The organization",
}  # fmt: skip
# What an organization says of itself alone stands in a section of its own.
OF_ORGANIZATION: Final = frozenset(
    {"name", "alternate_name", "description", "url", "email", "phone", "funding", "organization_identifier"}
)

ENTRIES: Final[dict[str, Entry]] = {
    one.field: one
    for one in (
        Entry("name", "names", _line(), blank_on=_BOTH),
        Entry("alternate_name", "names", _line(), blank_on=_BOTH),
        Entry("kind", "names", shape="terms", scheme="kind"),
        Entry("description", "names", _TEXT, blank_on=_BOTH),
        Entry(
            "alert",
            "names",
            (Part("text", "What it says", longest=280), Part("until", "Until", "date")),
            hint="At most 280 letters, above everything else. With a day it goes by itself.",
            is_note=True,
        ),
        Entry("url", "names", _line(), blank_on=_BOTH),
        Entry("email", "names", _line(), blank_on=_BOTH),
        Entry("status", "names", (Part("text", "", "choice", _STATUS),)),
        Entry(
            "phone",
            "lines",
            (
                Part("number", "Number, with its extension", "phone", longest=60),
                Part("kind", "Kind", "choice", _words("phone-kind")),
                Part("keyword", "Word to text", longest=40),
                Part("description", "What it is for"),
                Part("languages", "Languages", "languages"),
                Part("message_safe", "Messages may be left", "choice", _YES_NO),
            ),
            "many",
            ("service", "organization"),
            is_note=True,
        ),
        Entry(
            "greeting",
            "lines",
            (
                Part("answers_as", "Says", "choice", _words("answers-as")),
                Part("voicemail", "Voicemail says"),
                Part("caller_id", "Shows when they call back"),
                Part("checked_on", "Checked on", "date"),
            ),
            "many",
            is_note=True,
        ),
        Entry("schedule", "hours", _hours(), "hours", scheme="schedule-kind"),
        Entry(
            "language",
            "spoken",
            (
                Part("tag", "Language", "choice", (("any", "Many languages"), *_languages()), names_slot=True),
                Part("how", "How", "choice", _words("language-how", leave_out=("unknown",)), names_slot=True),
                Part("proficiency", "How well"),
                Part("channel", "By", longest=60),
                _NOTE,
            ),
            "many",
            is_note=True,
        ),
        Entry(
            "eligibility",
            "needs",
            (Part("answer", ""), Part("how", "How", "choice", _words("welcome")), _NOTE),
            "needs",
            scheme="population",
            is_note=True,
        ),
        Entry("age", "needs", (Part("minimum", "From", "number"), Part("maximum", "To", "number"))),
        Entry("children", "needs", (Part("most", "At most", "number"), Part("boys_to", "Boys up to age", "number"))),
        Entry("group_size", "needs", (Part("most", "At most", "number"),)),
        Entry(
            "minor_consent", "needs", _line(280), hint="Who consents for a minor, and when parents are told.",
            is_note=True,
        ),
        Entry("eligibility_description", "needs", _TEXT),
        Entry("barrier", "eased", (Part("answer", ""), _NOTE), "needs", scheme="barrier", is_note=True),
        Entry("application_process", "apply", _TEXT),
        Entry(
            "intake_question", "apply", (Part("text", "Question"),), "many",
            hint="What they ask whoever calls, one question each. Everybody reads it.",
        ),
        Entry("required_document", "apply", (Part("note", "Paper"),), "many", is_note=True),
        Entry(
            "cost_option",
            "apply",
            (
                Part("note", "For whom"),
                Part("amount", "Amount", longest=40),
                Part("currency", "Currency", longest=8),
                Part("description", "For what"),
                Part("valid_from", "From", "date"),
                Part("valid_to", "Until", "date"),
            ),
            "many",
            is_note=True,
        ),
        Entry("fees_description", "apply", _TEXT),
        Entry("service_area", "where", shape="terms", hint="A state, a county with its state, or a nation."),
        Entry("accepts_from", "where", shape="terms", hint="A state, a county with its state, or a nation."),
        Entry("reach", "where", (Part("by", "", "choice", _words("reach")),)),
        Entry(
            "address",
            "where",
            (
                Part("address_1", "Street"),
                Part("address_2", "Unit or floor"),
                Part("city", "Town", longest=80),
                Part("state_province", "State", longest=40),
                Part("postal_code", "Postal code", longest=12),
            ),
            blank_on=_PLACE,
            hint="Its place on the map follows from the postal code or the town.",
        ),
        Entry("accessibility", "where", _TEXT, blank_on=_PLACE),
        Entry("transportation", "where", _TEXT, blank_on=_PLACE),
        Entry("house_rule", "safety", shape="terms", scheme="house-rule"),
        Entry(
            "disclosure",
            "safety",
            (Part("policy", "Tells them", "choice", _words("reporting-policy")), Part("on", "Said on", "date")),
            "many",
        ),
        Entry(
            "grievance_path",
            "safety",
            (Part("text", "Who hears it", longest=280), Part("on", "Said on", "date")),
            blank_on=_BOTH,
            hint="Who hears a complaint and is not the program: a licensing office, an ombudsperson. Its number is an "
            "entry of its own.",
            is_note=True,
        ),
        Entry(
            "trauma_informed",
            "safety",
            (
                Part("level", "Level", "choice", _words("trauma-informed", leave_out=("none-known",)), names_slot=True),
                Part("by", "Who says so", names_slot=True),
                Part("on", "Since", "date"),
                Part("expires_on", "Until", "date"),
                Part("url", "Proof on the web"),
            ),
            "many",
            is_note=True,
        ),
        Entry(
            "ask_for", "whom", _line(120),
            hint="A role, never a name: the intake worker on shift. Everybody reads it.",
        ),
        Entry("attribute", "whom", shape="terms"),
        Entry(
            "contact",
            "whom",
            (
                Part("name", "Name", longest=80),
                Part("title", "Post", longest=80),
                Part("department", "Department", longest=80),
                Part("phones", "Number", "phone", longest=60),
                Part("email", "E-mail", longest=120),
            ),
            "many",
            hint="What stands there is not shown here: opening it is noted. What is typed takes its place.",
            is_closed=True,
        ),
        Entry("funding", "organization", (Part("note", "From"),), "many", ("organization",), is_note=True),
        Entry(
            "organization_identifier",
            "organization",
            (Part("identifier", "Number", longest=60), Part("type", "Kind", longest=60), Part("scheme", "Scheme")),
            "many",
            ("organization",),
        ),
    )
}  # fmt: skip
# Slots that everybody has a word for, where one term is said of several parties.
PARTIES: Final = (("police", "the police"), ("immigration", "immigration authorities"))


def blank_value(field: str) -> dict[str, Any]:
    """What the boxes of something new begin with."""
    return {"phone": {"kind": "voice"}, "language": {"how": "staff"}}.get(field, {})
