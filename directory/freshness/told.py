"""Why a listing is believed as much as it is, in English sentences, for commands and JSON. Pure.

The pages say the same in the languages of readers (``web.pages.reason_words``). Never a bare percentage, never a tick
without a date.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from directory.freshness.belief import State
from directory.freshness.reasons import Reason, reasons_on

CALL_FIRST = "Call before you send someone."
MAY_NOT_WORK = "Its number may not work."
# Groups of ``parameters.toml``, but for that of all others.
GROUP_WORDS = {
    "hotline": "Hotline or reporting line", "shelter": "Shelter or housing", "health": "Health or forensic exam",
    "legal": "Legal or immigration help", "mental-health": "Mental health or substance use",
    "case-management": "Case management or advocacy",
}  # fmt: skip
_BY = {
    "call": "by phone", "callback": "by phone", "provider": "by the service", "handoff": "by somebody who got through",
    "peer": "by another network",
}  # fmt: skip
# How each is said; {when} is a date with its age.
_SAID = {
    "not-working": "The number did not work {when}.",
    "lookup-disconnected": "The phone network said the number was cut off ({when}).",
    "no-answer": "Nobody answered our calls, the last {when}.",
    "listed": "Their own site still lists it (looked at {when}).",
    "dropped": "Their own site no longer lists it (looked at {when}).",
    "site-gone": "Their site could not be found {when}.",
    "link-withheld": "Their web address is not shown: it may be somebody else's (looked at {when}).",
    "mail-gone": "Their e-mail did not work {when}.",
    "feed-dropped": "A list that had it has dropped it ({when}).",
    "differs": "Another source said something else about its {field} {when}.",
    "reported": "A reader reported it wrong {when}; not checked yet.",
    "hours-odd": "Its hours do not fit together: ask.",
}
# What is most useful to know comes first.
ORDER = (
    "not-working", "lookup-disconnected", "no-answer", "confirmed", "never-confirmed", "at-source", "since", "reported",
    "dropped", "site-gone", "link-withheld", "feed-dropped", "differs", "mail-gone", "listed", "hours-odd", "soft-old",
)  # fmt: skip
_FIELDS = {
    "phone": "number", "name": "name", "url": "web address", "email": "e-mail", "address": "address",
    "status": "status", "schedule": "hours", "language": "languages", "hours": "hours", "intake": "intake",
    "languages": "languages",
}  # fmt: skip


def in_order(reasons: Iterable[Reason], day: int) -> list[Reason]:
    """The reasons worth a word on a day, the most useful first.

    Of what nobody ever confirmed it is said once, not field by field.
    """
    told = reasons_on(reasons, day)
    never = any(one.code == "never-confirmed" for one in told)
    kept = [one for one in told if not (one.code == "soft-old" and never and not one.on)]
    # That its source looked at it is worth a word until somebody here has, and says more than since when it is here.
    is_dated = any(one.code == "at-source" for one in told)
    left_out = {"since", "at-source"} if not never else {"since"} if is_dated else set()
    kept = [one for one in kept if one.code not in left_out]
    first = next((one for one in kept if one.code == "since"), None)
    kept = [one for one in kept if one.code != "since" or one is first]
    return sorted(kept, key=lambda one: (ORDER.index(one.code), one.field))


def sentences(reasons: Iterable[Reason], state: State, *, day: int, by_month: bool = False) -> list[str]:
    """What is known, in sentences.

    ``by_month`` is for a confidential listing: no day is told but that of the call to its number, which its card tells.
    """
    return list(_sentences(in_order(reasons, day), state, day, by_month=by_month))


def _sentences(reasons: list[Reason], state: State, day: int, *, by_month: bool) -> Iterator[str]:
    if state == "unreachable":
        yield MAY_NOT_WORK
    for one in reasons:
        if one.code == "confirmed":
            yield f"Number confirmed {_BY.get(one.method, 'here')} {_when(one.on, day, by_month=False)}."
        elif one.code == "never-confirmed":
            yield "Not confirmed here yet."
        elif one.code == "since":
            yield f"Here since {_month(one.on)}."
        elif one.code == "at-source":
            yield f"Its source last looked at it in {_month(one.on)}."
        elif one.code in _SAID:
            when = _when(one.on, day, by_month=by_month)
            yield _SAID[one.code].format(when=when, field=_FIELDS.get(one.field, one.field or "entry"))
    soft = [one for one in reasons if one.code == "soft-old"]
    yield from (
        f"{_FIELDS[one.field].capitalize()} unconfirmed for {_age(day - one.on)}: ask." for one in soft if one.on
    )
    if never := [_FIELDS[one.field] for one in soft if not one.on]:
        yield f"Never confirmed: {', '.join(never)}. Ask."
    if state == "stale":
        yield CALL_FIRST


def _when(on: int, day: int, *, by_month: bool) -> str:
    if by_month:
        return f"in {_month(on)}"
    days = day - on
    date = dt.date.fromordinal(max(1, on)).isoformat()
    if days <= 0:
        return f"today, {date}"
    return f"yesterday, {date}" if days == 1 else f"{_age(days)} ago, {date}"


def _month(on: int) -> str:
    return f"{dt.date.fromordinal(max(1, on)):%B %Y}"


def _age(days: int) -> str:
    """As ``web.wording`` has it: days for three weeks, weeks for two months, months for two years."""
    for most, length, word in ((21, 1, "day"), (61, 7, "week"), (730, 30.44, "month")):
        if days < most:
            count = round(days / length) if word == "month" else days // int(length)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return f"{days // 365} years"
