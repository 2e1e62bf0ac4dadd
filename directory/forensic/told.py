"""What comes first after a sexual assault, in English sentences for a terminal: hours are never the end of anything."""

from collections.abc import Sequence

from directory.forensic.clocks import Always, Clocks, Step
from directory.places.covered import Covered
from directory.values.official_source import Source

HOSPITAL = (
    "Already in an emergency department? Nobody need go anywhere else first: ask there for the forensic nurse on call, "
    "or for one by video. A child who is there is most often seen there."
)
NO_VERDICT = (
    "Care comes first, evidence only if the person wants it. Whoever does the exam knows more than these hours."
)
CHECK = "Some of this is older than twelve months, or of unknown age: check before use."
_WHAT = {
    "hiv-prevention": "HIV medicine",
    "pregnancy-prevention": "Emergency contraception, if there can be a pregnancy",
    "evidence": "Evidence",
}
_ALWAYS: dict[Always, str] = {"care": "care", "advocate": "an advocate", "documentation": "a record of injuries"}


def step_told(step: Step) -> str:
    """One thing, whom it is for, its hours, and what is left of them where somebody has said how long ago it was."""
    return f"{_WHAT[step.what]}{_ages(step)}: as early as possible, up to {step.within_hours} hours after.{_left(step)}"


def asked_told(found: Clocks) -> str:
    """That the exam line is asked for hours which no page tells; empty where pages tell them."""
    if not found.is_asked:
        return ""
    others = "of other ages " if found.evidence else ""
    return f"How long evidence {others}is taken there is not known here: ask the exam line."


def always_told(always: Sequence[Always]) -> str:
    """What is there however long ago it was."""
    *most, last = [_ALWAYS[one] for one in always]
    return f"At any time, even weeks later: {', '.join(most)} and {last}."


def source_told(source: Source) -> str:
    """Whose page says so, of which day it is and when it was read."""
    dated = f"page of {source.dated}" if source.dated else "page without a day"
    return f"{source.name} ({dated}, read {source.read_on}) {source.url}"


def covered_told(known: Covered) -> str:
    """How much is known."""
    return (
        f"Hours of evidence: {known.us} of {known.us_of} US states and territories and {known.ca} of {known.ca_of} "
        "Canadian provinces and territories covered."
    )


def _ages(step: Step) -> str:
    if step.what != "evidence":
        return ""
    if step.to_age is None:
        return f", from {step.from_age} years on" if step.from_age else ""
    return f", {step.from_age} to {step.to_age} years" if step.from_age else f", up to {step.to_age} years"


def _left(step: Step) -> str:
    if step.stands == "ask":
        return f" Past the usual {step.within_hours} hours: ask the exam line, much can still be done."
    if step.left_hours is None:
        return ""
    return f" About {int(step.left_hours)} hours left." if step.left_hours >= 1 else " Less than an hour left."
