"""Whether opening times can be meant as they stand: a look at the value alone."""

import msgspec

from directory.listings.fields import Schedule
from directory.values.odd_hours import oddities
from verifiers.look import Look, Verifier
from verifiers.subject import Known


def hours() -> Verifier:
    """A check of schedules: ``sane``, or ``odd`` with the codes of ``directory.values.odd_hours`` in ``memory["odd"]``.

    Times that nobody could read are words alone, and say nothing.
    """

    async def look(known: Known) -> Look:
        if known.field != "schedule":
            return Look()
        try:
            schedule = msgspec.convert(known.value, Schedule)
        except msgspec.ValidationError:
            return Look()
        if not schedule.days:
            return Look()
        found = oddities(schedule.days, schedule.text)
        return Look("odd", {"odd": list(found)}) if found else Look("sane")

    return look
